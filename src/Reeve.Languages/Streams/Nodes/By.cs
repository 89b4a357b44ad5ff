using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>Children of its own for each different value of the fields (by).</summary>
internal sealed class By : StreamNode, IHasState
{
    private readonly Fn[] _fields;
    private readonly Fn _newFork;
    private readonly Dictionary<string, Fork> _texts = [];
    private readonly Dictionary<object, Fork> _one = new(Equality.Comparer);
    private readonly Dictionary<(object, object), Fork> _two = new(PairComparer.Instance);

    public By(StreamRun run, Fn[] fields, Fn newFork)
        : base(run)
    {
        _fields = fields;
        _newFork = newFork;
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        if (_fields.Length == 2)
        {
            var key = (_fields[0].Invoke(seen) ?? NilKey.Instance, _fields[1].Invoke(seen) ?? NilKey.Instance);
            if (!_two.TryGetValue(key, out var known))
            {
                known = _two[key] = Make(PVec.Own([NilKey.Open(key.Item1), NilKey.Open(key.Item2)]));
            }

            Rescue.Call(Run, known.Children, seen);
            return null;
        }

        var name = Name(seen);
        if (name is string text)
        {
            if (!_texts.TryGetValue(text, out var told))
            {
                told = _texts[text] = Make(text);
            }

            Rescue.Call(Run, told.Children, seen);
            return null;
        }

        name ??= NilKey.Instance;
        if (!_one.TryGetValue(name, out var fork))
        {
            fork = _one[name] = Make(NilKey.Open(name));
        }

        Rescue.Call(Run, fork.Children, seen);
        return null;
    }

    public object? Save() => PVec.Own([
        .. _texts.Select(f => Saved(f.Key, f.Value)),
        .. _one.Select(f => Saved(NilKey.Open(f.Key), f.Value)),
        .. _two.Select(f => Saved(PVec.Own([NilKey.Open(f.Key.Item1), NilKey.Open(f.Key.Item2)]), f.Value)),
    ]);

    public void Load(object? saved)
    {
        foreach (var pair in Sequences.List(saved).Select(Sequences.List))
        {
            var fork = Make(pair[0]);
            if (_fields.Length == 2)
            {
                var names = Sequences.List(pair[0]);
                _two[(names[0] ?? NilKey.Instance, names[1] ?? NilKey.Instance)] = fork;
            }
            else if (pair[0] is string text)
            {
                _texts[text] = fork;
            }
            else
            {
                _one[pair[0] ?? NilKey.Instance] = fork;
            }

            SavedScope.Load(fork.Scope, pair[1]);
        }
    }

    private static PVec Saved(object? name, Fork fork) => PVec.Own([name, SavedScope.Save(fork.Scope)]);

    private object? Name(object? seen)
    {
        if (_fields.Length == 1)
        {
            return _fields[0].Invoke(seen);
        }

        var names = new object?[_fields.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = _fields[i].Invoke(seen);
        }

        return PVec.Own(names);
    }

    private Fork Make(object? name)
    {
        Run.Keep(1);
        var outer = Run.Scope;
        var scope = new StateScope();
        Run.Scope = scope;
        try
        {
            return new Fork(Rescue.Functions(Sequences.Of(_newFork.Invoke(name))), scope);
        }
        finally
        {
            Run.Scope = outer;
        }
    }

    private sealed record Fork(Fn[] Children, StateScope Scope);

    private sealed class PairComparer : IEqualityComparer<(object, object)>
    {
        public static readonly PairComparer Instance = new();

        public bool Equals((object, object) x, (object, object) y) =>
            Equality.AreEqual(x.Item1, y.Item1) && Equality.AreEqual(x.Item2, y.Item2);

        public int GetHashCode((object, object) pair) => (Equality.HashOf(pair.Item1) * 31) ^ Equality.HashOf(pair.Item2);
    }
}

/// <summary>The states of nodes that were made together.</summary>
internal static class SavedScope
{
    public static PVec Save(StateScope scope) => PVec.Own([.. scope.Nodes.Select(n => n.Save())]);

    public static void Load(StateScope scope, object? saved)
    {
        var states = Sequences.List(saved);
        if (states.Count != scope.Nodes.Count)
        {
            throw new StreamError(StreamError.IllegalState, "the saved state belongs to another program");
        }

        for (var i = 0; i < states.Count; i++)
        {
            scope.Nodes[i].Load(states[i]);
        }
    }
}
