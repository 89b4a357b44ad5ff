using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>The last n events, each time one comes (moving-event-window).</summary>
internal sealed class MovingEventWindow : ParentNode, IHasState
{
    private readonly long _size;
    private PVec _window = PVec.Empty;

    public MovingEventWindow(StreamRun run, long size, Fn[] children)
        : base(run, children)
    {
        _size = Math.Max(0, size);
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        if (_window.Count < _size)
        {
            Run.Keep(1);
            _window = _window.Add(seen);
        }
        else if (_size > 0)
        {
            _window = _window.Push(1, seen);
        }

        Forward(_window);
        return null;
    }

    public object? Save() => _window;

    public void Load(object? saved) => _window = PVec.Of(Sequences.List(saved));
}

/// <summary>Every n events together (fixed-event-window).</summary>
internal sealed class FixedEventWindow : ParentNode, IHasState
{
    private readonly StreamNumber _size;
    private PVec _buffer = PVec.Empty;

    public FixedEventWindow(StreamRun run, StreamNumber size, Fn[] children)
        : base(run, children)
    {
        _size = size;
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var events = _buffer.Add(seen);
        if (StreamNumber.IsLess(_size, StreamNumber.Of((long)events.Count)))
        {
            Run.Keep(-_buffer.Count);
            events = PVec.Empty.Add(seen);
        }

        Run.Keep(1);
        _buffer = events;
        if (_size.Equals(StreamNumber.Of((long)events.Count)))
        {
            Forward(events);
        }

        return null;
    }

    public object? Save() => _buffer;

    public void Load(object? saved) => _buffer = PVec.Of(Sequences.List(saved));
}

/// <summary>The events of the last n seconds before the newest time seen, each time one comes (moving-time-window).</summary>
internal sealed class MovingTimeWindow : ParentNode, IHasState
{
    private readonly StreamNumber _length;
    private StreamNumber _cutoff = StreamNumber.Zero;
    private PVec _buffer = PVec.Empty;

    // while times only grow, what is too old is at the front; an event without a time or out of order ends that
    private bool _isInOrder = true;
    private StreamNumber _last;

    public MovingTimeWindow(StreamRun run, StreamNumber length, Fn[] children)
        : base(run, children)
    {
        _length = length;
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var time = TryTimeOf(seen);
        var horizon = Numbers.Subtract(time.HasValue ? time : StreamNumber.Zero, _length);
        if (StreamNumber.IsLess(_cutoff, horizon))
        {
            _cutoff = horizon;
        }

        if (time.HasValue && !StreamNumber.IsLess(_cutoff, time))
        {
            return null;
        }

        _isInOrder &= time.HasValue && (!_last.HasValue || StreamNumber.IsAtMost(_last, time));
        _last = time;
        var before = _buffer.Count;
        _buffer = _isInOrder ? _buffer.Push(Old(), seen) : Trimmed(_buffer.Add(seen));
        if (_buffer.Count <= 1)
        {
            _isInOrder = time.HasValue;
        }

        Run.Keep(_buffer.Count - before);
        Forward(_buffer);
        return null;
    }

    public object? Save() => PVec.Own([Numbers.Box(_cutoff), _buffer]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _cutoff = Numbers.Of(parts[0]);
        _buffer = PVec.Of(Sequences.List(parts[1]));
        _isInOrder = _buffer.Count == 0;
    }

    private PVec Trimmed(PVec buffer) =>
        PVec.Own([.. buffer.Where(e => TryTimeOf(e) is var time && (!time.HasValue || StreamNumber.IsLess(_cutoff, time)))]);

    private int Old()
    {
        var items = _buffer.Span;
        var old = 0;
        while (old < items.Length && !StreamNumber.IsLess(_cutoff, TryTimeOf(items[old])))
        {
            old++;
        }

        return old;
    }
}

/// <summary>
/// Events by spans of n seconds, each span once when a later event comes; empty spans too. The spans begin with the first event
/// (fixed-time-window) or at multiples of n (fixed-offset-time-window).
/// </summary>
internal sealed class FixedTimeWindow : ParentNode, IHasState
{
    private readonly StreamNumber _length;
    private readonly bool _isAligned;
    private StreamNumber _start;
    private PVec _buffer = PVec.Empty;

    public FixedTimeWindow(StreamRun run, StreamNumber length, bool isAligned, Fn[] children)
        : base(run, children)
    {
        if (length.IsZero)
        {
            throw StreamError.Argument("Can't have a zero-width time window.");
        }

        _length = length;
        _isAligned = isAligned;
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var time = TryTimeOf(seen);
        if (!time.HasValue)
        {
            Run.Keep(1);
            _buffer = _buffer.Add(seen);
        }
        else if (!_start.HasValue)
        {
            // what came without a time before is forgotten
            Begin(seen, _isAligned ? Numbers.Subtract(time, StreamNumber.Mod(time, _length)) : time);
        }
        else if (StreamNumber.IsLess(time, _start))
        {
            return null;
        }
        else if (StreamNumber.IsLess(time, Numbers.Add(_start, _length)))
        {
            Run.Keep(1);
            _buffer = _buffer.Add(seen);
        }
        else
        {
            var delta = Numbers.Subtract(time, _start);
            var on = Numbers.Subtract(delta, StreamNumber.Mod(delta, _length));
            var empties = (long)Math.Ceiling(Numbers.Divide(on, _length).ToDouble() - 1);
            Run.MayMake(empties);
            var full = _buffer;
            Begin(seen, Numbers.Add(_start, on));
            Forward(full);
            for (var i = 0L; i < empties; i++)
            {
                Run.Step();
                Forward(PVec.Empty);
            }
        }

        return null;
    }

    public object? Save() => PVec.Own([Numbers.Box(_start), _buffer]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _start = Numbers.TryOf(parts[0]);
        _buffer = PVec.Of(Sequences.List(parts[1]));
    }

    private void Begin(object? seen, in StreamNumber start)
    {
        Run.Keep(1 - _buffer.Count);
        _start = start;
        _buffer = PVec.Empty.Add(seen);
    }
}
