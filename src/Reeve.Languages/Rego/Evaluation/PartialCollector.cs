using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Builds the document of partial rules from entries at any depth; two values at one place are a conflict.</summary>
internal sealed class PartialCollector(int skip, Value[] wanted)
{
    private readonly Dictionary<Value, object> _root = [];

    /// <summary>How many steps of a rule's path lead to the document itself.</summary>
    public int Skip => skip;

    public int Count { get; private set; }

    /// <summary>False when the entry lies beside what is wanted.</summary>
    public bool Wants(ReadOnlySpan<Value> steps)
    {
        for (var at = 0; at < Math.Min(steps.Length, wanted.Length); at++)
        {
            if (!steps[at].Equals(wanted[at]))
            {
                return false;
            }
        }

        return true;
    }

    public void Add(Value[] steps, Value leaf, bool isMember, Location location)
    {
        if (!Wants(steps))
        {
            return;
        }

        Count++;
        var into = _root;
        for (var at = 0; at < steps.Length - 1; at++)
        {
            if (!into.TryGetValue(steps[at], out var next))
            {
                into[steps[at]] = next = new Dictionary<Value, object>();
            }

            into = next as Dictionary<Value, object> ?? throw Conflict(location);
        }

        var last = steps[^1];
        into.TryGetValue(last, out var before);
        if (isMember)
        {
            if (before is null)
            {
                into[last] = before = new SetBuilder(4);
            }

            (before as SetBuilder ?? throw Conflict(location)).Add(leaf);
        }
        else if (before is null)
        {
            into[last] = leaf;
        }
        else if (before is not Value value || !value.Equals(leaf))
        {
            throw Conflict(location);
        }
    }

    /// <summary>Puts an empty object or set where nothing is yet.</summary>
    public void AddEmpty(ReadOnlySpan<Value> steps, bool isSet)
    {
        if (!Wants(steps) || steps.Length == 0)
        {
            return;
        }

        var into = _root;
        foreach (var step in steps[..^1])
        {
            if (!into.TryGetValue(step, out var next))
            {
                into[step] = next = new Dictionary<Value, object>();
            }

            if (next is not Dictionary<Value, object> deeper)
            {
                return;
            }

            into = deeper;
        }

        into.TryAdd(steps[^1], isSet ? new SetBuilder(0) : new Dictionary<Value, object>());
    }

    public Value ToValue() => Freeze(_root);

    private static Value Freeze(object built)
    {
        switch (built)
        {
            case Value value:
                return value;
            case SetBuilder set:
                return set.ToSet();
            default:
                var map = (Dictionary<Value, object>)built;
                var builder = new ObjectBuilder(map.Count);
                foreach (var (key, item) in map)
                {
                    builder.Set(key, Freeze(item));
                }

                return builder.ToObject();
        }
    }

    private static EvaluationFailure Conflict(Location location) =>
        new(RegoError.ConflictError, "object keys must be unique", location);
}
