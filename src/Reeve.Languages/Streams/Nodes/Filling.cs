using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>Sends an event of its own whenever none has come for an interval (fill-in, fill-in-last, fill-in-last*).</summary>
internal sealed class FillIn : ParentNode, IHasState
{
    private readonly StreamNumber _interval;
    private readonly Func<object?, object?> _make;
    private readonly Action _fill;
    private object? _last;
    private StreamTask? _task;

    /// <param name="run">The program's.</param>
    /// <param name="interval">How long it may be silent.</param>
    /// <param name="make">Makes the event of the last one.</param>
    /// <param name="startsAtOnce">Does it wait from the beginning, before any event?</param>
    /// <param name="children">Where all events go.</param>
    public FillIn(StreamRun run, StreamNumber interval, Func<object?, object?> make, bool startsAtOnce, Fn[] children)
        : base(run, children)
    {
        _interval = interval;
        _make = make;
        _fill = run.Bound(Fill);
        if (startsAtOnce)
        {
            Start();
        }

        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        _last = seen;
        var isExpired = Expiry.IsExpired(Run, seen);
        if (_task is { } task)
        {
            if (isExpired)
            {
                task.Cancel();
                _task = null;
            }
            else
            {
                Run.Scheduler.Defer(task, _interval);
            }
        }
        else if (!isExpired)
        {
            Start();
        }

        Forward(seen);
        return null;
    }

    public object? Save() => PVec.Own([_last, Tasks.Save(_task)]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _last = parts[0];
        _task?.Cancel();
        _task = Tasks.Load(Run, parts[1], _interval, _fill);
    }

    private void Start()
    {
        if (_interval.Sign < 0)
        {
            throw new StreamError(StreamError.Assertion, "the interval must not be negative");
        }

        _task = Run.Scheduler.Every(_interval, _interval, _fill);
    }

    private void Fill() => Forward(Lookup.Assoc(_make(_last), Keyword.Time, Numbers.Box(Run.Now)));
}

/// <summary>Sends the last event again every interval, with the time now (interpolate-constant).</summary>
internal sealed class InterpolateConstant : ParentNode, IHasState
{
    private readonly Periodic _periodic;
    private object? _last;

    public InterpolateConstant(StreamRun run, StreamNumber interval, Fn[] children)
        : base(run, children)
    {
        _periodic = new Periodic(run, interval, StreamNumber.Zero, run.Bound(Again));
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        _last = seen;
        _periodic.Take(seen);
        if (Expiry.IsExpired(Run, seen))
        {
            Forward(seen);
            _last = null;
        }

        return null;
    }

    public object? Save() => PVec.Own([_last, _periodic.Save()]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _last = parts[0];
        _periodic.Load(parts[1]);
    }

    private void Again() => Forward(Lookup.Assoc(_last, Keyword.Time, Numbers.Box(Run.Now)));
}
