using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>Hands on what the predicate is true of, and the rest to other children (where, where*).</summary>
internal sealed class Where(StreamRun run, Fn predicate, Fn[] children, Fn[] others) : StreamNode(run)
{
    public override object? Send(object? seen)
    {
        var answer = predicate.Invoke(seen);
        Rescue.Call(Run, Truth.Of(answer) ? children : others, seen);
        return answer;
    }
}

/// <summary>Hands on events whose value differs from that of the event before (changed).</summary>
internal sealed class Changed : ParentNode, IHasState
{
    private readonly Fn _of;
    private readonly bool _asPairs;
    private object? _value;
    private object? _previous;

    public Changed(StreamRun run, Fn of, object? first, bool asPairs, Fn[] children)
        : base(run, children)
    {
        _of = of;
        _value = first;
        _asPairs = asPairs;
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var value = _of.Invoke(seen);
        var (before, previous) = (_value, _previous);
        (_value, _previous) = (value, seen);
        if (!Equality.AreEqual(before, value))
        {
            Forward(_asPairs ? PVec.Own([previous, seen]) : seen);
        }

        return null;
    }

    public object? Save() => PVec.Own([_value, _previous]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        (_value, _previous) = (parts[0], parts[1]);
    }
}

/// <summary>What a function makes of the last value and each event (sreduce).</summary>
internal sealed class Reduce : StreamNode, IHasState
{
    private readonly Fn _function;
    private readonly Fn[][] _children;
    private object? _value;
    private bool _hasValue;

    public Reduce(StreamRun run, Fn function, bool hasFirst, object? first, Fn[] children)
        : base(run)
    {
        _function = function;
        (_hasValue, _value) = (hasFirst, first);

        // with a first value the original reduces once more for each child
        _children = hasFirst ? [.. children.Select(c => (Fn[])[c])] : [children];
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        if (!_hasValue)
        {
            (_hasValue, _value) = (true, seen);
            return null;
        }

        foreach (var children in _children)
        {
            _value = _function.Invoke(_value, seen);
            Rescue.Call(Run, children, _value);
        }

        return null;
    }

    public object? Save() => PVec.Own([Truth.Box(_hasValue), _value]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        (_hasValue, _value) = (Truth.Of(parts[0]), parts[1]);
    }
}

/// <summary>The newest event for which each predicate held, all together whenever one of them changes (project).</summary>
internal sealed class Project : ParentNode, IHasState
{
    private readonly Fn[] _predicates;
    private PVec _state;

    public Project(StreamRun run, Fn[] predicates, Fn[] children)
        : base(run, children)
    {
        _predicates = predicates;
        _state = PVec.Own(new object?[predicates.Length]);
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var state = _state.Span.ToArray();
        var isOfInterest = false;
        for (var i = 0; i < _predicates.Length; i++)
        {
            if (_predicates[i].Test(seen))
            {
                isOfInterest = true;
                state[i] = seen;
            }
        }

        if (!isOfInterest)
        {
            return null;
        }

        var shown = (object?[])state.Clone();
        for (var i = 0; i < state.Length; i++)
        {
            if (Expiry.IsExpired(Run, state[i]))
            {
                (shown[i], state[i]) = (Expiry.Expire(Run, state[i]), null);
            }
        }

        _state = PVec.Own(state);
        Forward(PVec.Own(shown));
        return null;
    }

    public object? Save() => _state;

    public void Load(object? saved) => _state = PVec.Of(Sequences.List(saved));
}

/// <summary>Which events are among the k largest by a function of them; the half of `top` that remembers.</summary>
internal sealed class TopK : Fn, IHasState
{
    private readonly StreamRun _run;
    private readonly long _size;
    private readonly Fn _of;
    private readonly Fn _top;
    private readonly Fn _bottom;
    private readonly bool _demotes;
    private object? _smallest;
    private PMap _all = PMap.Empty;

    public TopK(StreamRun run, long size, Fn of, Fn top, Fn bottom, bool demotes)
    {
        (_run, _size, _of, _top, _bottom, _demotes) = (run, size, of, top, bottom, demotes);
        run.Scope?.Nodes.Add(this);
    }

    public override object? Invoke(params ReadOnlySpan<object?> args)
    {
        var seen = args[0];
        var key = PVec.Own([Lookup.Get(seen, Keyword.Host), Lookup.Get(seen, Keyword.Service)]);
        var left = Update(seen, key);
        if (!_all.TryGet(key, out _))
        {
            return null;
        }

        if (left is not null && _demotes)
        {
            Rescue.Call(_run, [_top], Expiry.Expire(_run, left));
            Rescue.Call(_run, [_bottom], left);
        }

        return Truth.True;
    }

    public object? Save() => PVec.Own([_smallest, .. Sequences.Entries(_all).Select(e => e.Value)]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _smallest = parts[0];
        foreach (var seen in parts.Skip(1))
        {
            _all = _all.Set(PVec.Own([Lookup.Get(seen, Keyword.Host), Lookup.Get(seen, Keyword.Service)]), seen);
        }
    }

    // gives the event that had to leave
    private object? Update(object? seen, PVec key)
    {
        var value = _of.Invoke(seen);
        if (value is null || Expiry.IsExpired(_run, seen))
        {
            _all = _all.Remove(key);
            _smallest = Find(_smallest) is not null ? _smallest : Smallest();
            return null;
        }

        if (_smallest is null)
        {
            (_smallest, _all) = (key, _all.Set(key, seen));
            return null;
        }

        if (!_all.TryGet(key, out _) && Equality.Compare(value, _of.Invoke(Find(_smallest))) <= 0 && _size <= _all.Count)
        {
            return null;
        }

        _all = _all.Set(key, seen);
        object? left = null;
        if (_size < _all.Count)
        {
            left = Find(_smallest);
            _all = _all.Remove(_smallest);
        }

        if (Find(_smallest) is not { } least || Equality.Compare(value, _of.Invoke(least)) < 0)
        {
            _smallest = Smallest();
        }

        return left;
    }

    private object? Find(object? key) => _all.TryGet(key, out var seen) ? seen : null;

    private object? Smallest()
    {
        object? found = null, least = null;
        foreach (var (key, seen) in Sequences.Entries(_all))
        {
            var value = _of.Invoke(seen);
            if (found is null || Equality.Compare(value, least) < 0)
            {
                (found, least) = (key, value);
            }
        }

        return found;
    }
}
