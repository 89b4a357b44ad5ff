using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>
/// Something gathered over spans of dt seconds that begin with the first event after the last has ended, at multiples of dt from when the
/// stream was made (part-time-simple). What is gathered is a value that <c>add</c> makes anew from the last one and the event.
/// </summary>
internal sealed class PartTimeSimple : StreamNode, IHasState
{
    private readonly StreamNumber _span;
    private readonly StreamNumber _anchor;
    private readonly Func<object?, object?> _reset;
    private readonly Func<object?, object?, object?> _add;
    private readonly Action<object?, object?> _aside;
    private readonly Action<object?, StreamNumber, StreamNumber> _finish;
    private object? _window;
    private StreamNumber _start;
    private StreamNumber _end;
    private StreamTask? _task;

    public PartTimeSimple(
        StreamRun run, StreamNumber span, Func<object?, object?> reset, Func<object?, object?, object?> add,
        Action<object?, object?> aside, Action<object?, StreamNumber, StreamNumber> finish)
        : base(run)
    {
        (_span, _reset, _add, _aside, _finish) = (span, reset, add, aside, finish);
        _anchor = run.Now;
        _window = reset(null);
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        _window = _add(_window, seen);
        if (_task is null)
        {
            _end = NextTick(_anchor, _span, Run.Now);
            _start = Numbers.Subtract(_end, _span);
            _task = Run.Scheduler.Once(_end, Tick);
        }

        _aside(_window, seen);
        return null;
    }

    public object? Save() => PVec.Own([_window, Numbers.Box(_start), Numbers.Box(_end), Tasks.Save(_task)]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _window = parts[0];
        (_start, _end) = (Numbers.TryOf(parts[1]), Numbers.TryOf(parts[2]));
        _task = Tasks.Load(Run, parts[3], StreamNumber.None, Tick);
    }

    /// <summary>The next time after now that is a whole number of dt away from the anchor.</summary>
    public static StreamNumber NextTick(in StreamNumber anchor, in StreamNumber span, in StreamNumber now)
    {
        if (span.IsZero)
        {
            throw new StreamError(StreamError.Arithmetic, "Divide by zero");
        }

        return Numbers.Add(now, Numbers.Subtract(span, StreamNumber.Mod(Numbers.Subtract(now, anchor), span)));
    }

    private void Tick()
    {
        var window = _window;
        _task = null;
        _window = _reset(window);
        _finish(window, _start, _end);
    }
}

/// <summary>
/// Something gathered over spans of dt seconds, one after the other from the first event until one expires (part-time-fast). What is
/// gathered is made by <c>create</c> and changed by <c>add</c>.
/// </summary>
internal sealed class PartTimeFast : StreamNode, IHasState
{
    private readonly Func<object?> _create;
    private readonly Action<object?, object?> _add;
    private readonly Action<object?, StreamNumber, StreamNumber> _finish;
    private readonly Periodic _periodic;
    private object? _current;
    private StreamNumber _start;

    public PartTimeFast(
        StreamRun run, StreamNumber interval, Func<object?> create, Action<object?, object?> add,
        Action<object?, StreamNumber, StreamNumber> finish)
        : base(run)
    {
        (_create, _add, _finish) = (create, add, finish);
        _periodic = new Periodic(run, interval, interval, run.Bound(Switch));
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        _periodic.Take(seen);
        if (Expiry.IsExpired(Run, seen))
        {
            (_current, _start) = (null, StreamNumber.None);
            return null;
        }

        if (!_start.HasValue)
        {
            (_current, _start) = (_create(), Run.Now);
        }

        _add(_current, seen);
        return null;
    }

    public object? Save() => PVec.Own([_current is Cell cell ? cell.Value : null, Numbers.Box(_start), _periodic.Save()]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _start = Numbers.TryOf(parts[1]);
        _current = _start.HasValue ? _create() : null;
        if (_current is Cell cell)
        {
            cell.Value = parts[0];
        }

        _periodic.Load(parts[2]);
    }

    private void Switch()
    {
        if (!_start.HasValue)
        {
            return;
        }

        var (full, start) = (_current, _start);
        (_current, _start) = (_create(), Run.Now);
        _finish(full, start, _start);
    }
}
