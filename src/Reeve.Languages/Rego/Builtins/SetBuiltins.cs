using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Sets, and membership in any collection.</summary>
internal static class SetBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "and", Parameters = [RegoType.Set, RegoType.Set], Result = RegoType.Set,
            Invoke = static (_, operands) => Intersection([Operand.Set(operands, 0, "and"), Operand.Set(operands, 1, "and")]),
        },
        new()
        {
            Name = "or", Parameters = [RegoType.Set, RegoType.Set], Result = RegoType.Set,
            Invoke = static (_, operands) => Union([Operand.Set(operands, 0, "or"), Operand.Set(operands, 1, "or")]),
        },
        new()
        {
            // the name of `-` between sets in old policies
            Name = "set_diff", Parameters = [RegoType.Set, RegoType.Set], Result = RegoType.Set, Deprecated = true,
            Invoke = static (_, operands) =>
                ArithmeticBuiltins.Minus([Operand.Set(operands, 0, "set_diff"), Operand.Set(operands, 1, "set_diff")]),
        },
        new()
        {
            Name = "union", Parameters = [RegoType.SetOf(RegoType.Set)], Result = RegoType.Set,
            Invoke = static (_, operands) => Union(Sets(operands, "union")),
        },
        new()
        {
            Name = "intersection", Parameters = [RegoType.SetOf(RegoType.Set)], Result = RegoType.Set,
            Invoke = static (_, operands) => Intersection(Sets(operands, "intersection")),
        },
        new()
        {
            Name = "internal.member_2", Parameters = [RegoType.Any, RegoType.Any], Result = RegoType.Boolean,
            Invoke = static (_, operands) => BooleanValue.Of(IsMember(operands[0], operands[1])),
        },
        new()
        {
            Name = "internal.member_3", Parameters = [RegoType.Any, RegoType.Any, RegoType.Any], Result = RegoType.Boolean,
            Invoke = static (_, operands) => BooleanValue.Of(
                Evaluation.Lookup.Get(operands[2], operands[0]) is { } found && found.Equals(operands[1])),
        },
    ];

    private static bool IsMember(Value item, Value collection)
    {
        switch (collection)
        {
            case SetValue set:
                return set.Contains(item);
            case ArrayValue array:
                foreach (var one in array.AsSpan())
                {
                    if (one.Equals(item))
                    {
                        return true;
                    }
                }

                return false;
            case ObjectValue map:
                foreach (var (_, value) in map.AsBuilt())
                {
                    if (value.Equals(item))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    private static SetValue[] Sets(ReadOnlySpan<Value> operands, string name)
    {
        var outer = Operand.Set(operands, 0, name);
        var sets = new SetValue[outer.Count];
        var at = 0;
        foreach (var item in outer)
        {
            sets[at++] = item as SetValue ?? throw Operand.Type(
                $"{name}: operand 1 must be set of sets but got set containing {item.TypeName}");
        }

        return sets;
    }

    private static SetValue Union(SetValue[] sets)
    {
        if (sets.Length == 0)
        {
            return SetValue.Empty;
        }

        var builder = new SetBuilder(sets[0]);
        foreach (var set in sets.AsSpan(1))
        {
            foreach (var item in set)
            {
                builder.Add(item);
            }
        }

        return builder.ToSet();
    }

    private static SetValue Intersection(SetValue[] sets)
    {
        if (sets.Length == 0)
        {
            return SetValue.Empty;
        }

        var builder = new SetBuilder(4);
        foreach (var item in sets[0])
        {
            if (Array.TrueForAll(sets, set => set.Contains(item)))
            {
                builder.Add(item);
            }
        }

        return builder.ToSet();
    }
}
