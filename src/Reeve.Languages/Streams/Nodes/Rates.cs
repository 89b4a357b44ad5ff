using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>The sum of metrics over dt, divided by dt, every dt seconds (rate).</summary>
internal sealed class Rate : ParentNode, IHasState
{
    private readonly StreamNumber _interval;
    private readonly Periodic _poller;
    private StreamNumber _sum = StreamNumber.Zero;
    private object? _last;

    public Rate(StreamRun run, StreamNumber interval, Fn[] children)
        : base(run, children)
    {
        if (!StreamNumber.IsLess(StreamNumber.Zero, interval))
        {
            throw new StreamError(StreamError.Assertion, "rate: the interval must be above 0");
        }

        _interval = interval;
        _poller = new Periodic(run, interval, interval, run.Bound(Tick));
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var metric = TryMetricOf(seen);
        if (metric.HasValue)
        {
            // the ttl must outlast the interval, and is put right again with each tick
            _last = Lookup.Get(seen, Keyword.Ttl) is { } ttl
                ? Lookup.Assoc(seen, Keyword.Ttl, Numbers.Box(Numbers.Add(Numbers.Of(ttl), _interval)))
                : seen;
            _sum = Numbers.Add(_sum, metric);
        }

        _poller.Take(seen);
        return null;
    }

    public object? Save() => PVec.Own([Numbers.Box(_sum), _last, _poller.Save()]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _sum = Numbers.Of(parts[0]);
        _last = parts[1];
        _poller.Load(parts[2]);
    }

    private void Tick()
    {
        var rate = Numbers.Divide(_sum, _interval);
        _sum = StreamNumber.Zero;
        var next = Lookup.Assoc(Lookup.Assoc(_last, Keyword.Metric, Numbers.Box(rate)), Keyword.Time, Numbers.Box(Run.Now));
        _last = Lookup.Get(next, Keyword.Ttl) is { } ttl
            ? Lookup.Assoc(next, Keyword.Ttl, Numbers.Box(Numbers.Subtract(Numbers.Of(ttl), _interval)))
            : next;
        Forward(Lookup.TryEvent(_last) ?? _last);
    }
}

/// <summary>The change of the metric per second, between each two events (ddt without an interval).</summary>
internal sealed class DdtOfEvents : ParentNode, IHasState
{
    private object? _previous;

    public DdtOfEvents(StreamRun run, Fn[] children)
        : base(run, children) => Enrol(this);

    public override object? Send(object? seen)
    {
        var metric = TryMetricOf(seen);
        if (!metric.HasValue)
        {
            return null;
        }

        var previous = _previous;
        _previous = seen;
        if (previous is not null)
        {
            var span = Numbers.Subtract(TimeOf(seen), TimeOf(previous));
            if (!span.IsZero)
            {
                Forward(WithMetric(seen, Numbers.Divide(Numbers.Subtract(metric, TryMetricOf(previous)), span)));
            }
        }

        return null;
    }

    public object? Save() => _previous;

    public void Load(object? saved) => _previous = saved;
}

/// <summary>The change of the metric per second, every n seconds (ddt with an interval).</summary>
internal sealed class DdtByInterval : ParentNode, IHasState
{
    private readonly Periodic _poller;
    private object? _newest;
    private object? _middle;
    private object? _oldest;

    public DdtByInterval(StreamRun run, StreamNumber interval, Fn[] children)
        : base(run, children)
    {
        _poller = new Periodic(run, interval, StreamNumber.Zero, run.Bound(Tick));
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        if (Truth.Of(MetricValueOf(seen)))
        {
            _newest = seen;
        }

        _poller.Take(seen);
        return null;
    }

    public object? Save() => PVec.Own([_newest, _middle, _oldest, _poller.Save()]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        (_newest, _middle, _oldest) = (parts[0], parts[1], parts[2]);
        _poller.Load(parts[3]);
    }

    private static object? MetricValueOf(object? seen) => Lookup.Get(seen, Keyword.Metric);

    private void Tick()
    {
        (_newest, _middle, _oldest) = (null, _newest ?? _middle, _middle);
        if (_middle is null || _oldest is null)
        {
            return;
        }

        var span = Numbers.Subtract(TimeOf(_middle), TimeOf(_oldest));
        var slope = span.IsZero
            ? StreamNumber.Zero
            : Numbers.Divide(Numbers.Subtract(TryMetricOf(_middle), TryMetricOf(_oldest)), span);
        Forward(Lookup.Assoc(WithMetric(_middle, slope), Keyword.Time, Numbers.Box(Run.Now)));
    }
}

/// <summary>An average in which each event weighs r and all before it 1 - r (ewma-timeless).</summary>
internal sealed class EwmaTimeless : ParentNode, IHasState
{
    private readonly StreamNumber _new;
    private readonly StreamNumber _existing;
    private StreamNumber _average = StreamNumber.Zero;

    public EwmaTimeless(StreamRun run, StreamNumber weight, Fn[] children)
        : base(run, children)
    {
        _new = weight;
        _existing = Numbers.Subtract(StreamNumber.Of(1L), weight);
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var metric = TryMetricOf(seen);
        if (!metric.HasValue)
        {
            Forward(Lookup.Assoc(seen, Keyword.Metric, null));
            return null;
        }

        _average = Numbers.Add(Numbers.Multiply(_new, metric), Numbers.Multiply(_existing, _average));
        Forward(WithMetric(seen, _average));
        return null;
    }

    public object? Save() => Numbers.Box(_average);

    public void Load(object? saved) => _average = Numbers.Of(saved);
}

/// <summary>An average in which what was seen loses half its weight in a half-life (ewma).</summary>
internal sealed class Ewma : ParentNode, IHasState
{
    private readonly double _existing;
    private StreamNumber _average = StreamNumber.Zero;
    private StreamNumber _time;

    public Ewma(StreamRun run, StreamNumber halfLife, Fn[] children)
        : base(run, children)
    {
        _existing = Math.Pow(Math.E, Numbers.Divide(StreamNumber.Of(Math.Log(0.5)), halfLife).ToDouble());
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var metric = TryMetricOf(seen);
        if (!metric.HasValue)
        {
            Forward(seen);
            return null;
        }

        var time = TryTimeOf(seen);
        time = time.HasValue ? time : StreamNumber.Zero;
        var before = _time.HasValue ? _time : time;
        var span = Numbers.Subtract(time, before);
        var fresh = StreamNumber.Of((1 - _existing) * metric.ToDouble());
        var aged = StreamNumber.Of(Math.Pow(_existing, Math.Abs(span.ToDouble())));
        _average = span.Sign switch
        {
            > 0 => Numbers.Add(fresh, Numbers.Multiply(_average, aged)),
            < 0 => Numbers.Add(_average, Numbers.Multiply(fresh, aged)),
            _ => Numbers.Add(_average, fresh),
        };
        _time = span.Sign > 0 ? time : before;
        Forward(Lookup.Assoc(WithMetric(seen, _average), Keyword.Time, Numbers.Box(_time)));
        return null;
    }

    public object? Save() => PVec.Own([Numbers.Box(_average), Numbers.Box(_time)]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _average = Numbers.Of(parts[0]);
        _time = Numbers.TryOf(parts[1]);
    }
}

/// <summary>The sum of all metrics since the beginning or an event tagged <c>reset</c> (counter).</summary>
internal sealed class Counter : ParentNode, IHasState
{
    private StreamNumber _sum;

    public Counter(StreamRun run, StreamNumber first, Fn[] children)
        : base(run, children)
    {
        _sum = first;
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var metric = TryMetricOf(seen);
        if (!metric.HasValue)
        {
            Forward(seen);
            return null;
        }

        var isReset = Sequences.Of(Lookup.Get(seen, Keyword.Tags)).Contains("reset");
        _sum = isReset ? metric : Numbers.Add(_sum, metric);
        Forward(WithMetric(seen, _sum));
        return null;
    }

    public object? Save() => Numbers.Box(_sum);

    public void Load(object? saved) => _sum = Numbers.Of(saved);
}

/// <summary>The sum of all metrics (sum-over-time).</summary>
internal sealed class SumOverTime : ParentNode, IHasState
{
    private StreamNumber _sum = StreamNumber.Zero;

    public SumOverTime(StreamRun run, Fn[] children)
        : base(run, children) => Enrol(this);

    public override object? Send(object? seen)
    {
        var metric = TryMetricOf(seen);
        if (!metric.HasValue)
        {
            Forward(Lookup.Assoc(seen, Keyword.Metric, null));
            return null;
        }

        _sum = Numbers.Add(_sum, metric);
        Forward(WithMetric(seen, _sum));
        return null;
    }

    public object? Save() => Numbers.Box(_sum);

    public void Load(object? saved) => _sum = Numbers.Of(saved);
}
