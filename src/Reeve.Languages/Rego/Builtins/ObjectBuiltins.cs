using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Objects.</summary>
internal static class ObjectBuiltins
{
    private static readonly RegoType Keys = RegoType.ArrayOrSet | RegoType.Object;

    public static IEnumerable<Builtin> All { get; } =
    [
        Of("object.get", [RegoType.Any, RegoType.Any, RegoType.Any], RegoType.Any, static operands => Get(operands)),
        Of("object.keys", [RegoType.Object], RegoType.Set, static operands => KeysOf(Operand.Object(operands, 0, "object.keys"))),
        Of("object.remove", [RegoType.Object, Keys], RegoType.Object, static operands => Pick(operands, "object.remove", false)),
        Of("object.filter", [RegoType.Object, Keys], RegoType.Object, static operands => Pick(operands, "object.filter", true)),
        Of("object.union", [RegoType.Object, RegoType.Object], RegoType.Object, static operands =>
            Union(Operand.Object(operands, 0, "object.union"), Operand.Object(operands, 1, "object.union"))),
        Of("object.union_n", [RegoType.Array], RegoType.Object, static operands => UnionAll(operands)),
        Of("object.subset", [Keys, Keys], RegoType.Boolean, static operands => Subset(operands)),
    ];

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, Function invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Invoke = (_, operands) => invoke(operands),
    };

    private static Value Get(ReadOnlySpan<Value> operands)
    {
        Value at = Operand.Object(operands, 0, "object.get");
        if (operands[1] is not ArrayValue path)
        {
            return Evaluation.Lookup.Get(at, operands[1]) ?? operands[2];
        }

        foreach (var step in path)
        {
            if (Evaluation.Lookup.Get(at, step) is not { } next)
            {
                return operands[2];
            }

            at = next;
        }

        return at;
    }

    private static SetValue KeysOf(ObjectValue map)
    {
        var keys = new SetBuilder(map.Count);
        foreach (var (key, _) in map)
        {
            keys.Add(key);
        }

        return keys.ToSet();
    }

    private static ObjectValue Pick(ReadOnlySpan<Value> operands, string name, bool keep)
    {
        var map = Operand.Object(operands, 0, name);
        var keys = operands[1] switch
        {
            SetValue set => set,
            ArrayValue array => SetValue.Of(array),
            ObjectValue other => KeysOf(other),
            _ => throw Operand.Wrong(operands, 1, name, "one of {object, set, array}"),
        };
        var builder = new ObjectBuilder(4);
        foreach (var (key, value) in map)
        {
            if (keys.Contains(key) == keep)
            {
                builder.Set(key, value);
            }
        }

        return builder.ToObject();
    }

    private static ObjectValue Union(ObjectValue one, ObjectValue other)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        RunningLimits.Step();
        var builder = new ObjectBuilder(one);
        foreach (var (key, value) in other)
        {
            builder.Set(key, one.Get(key) is ObjectValue inner && value is ObjectValue second ? Union(inner, second) : value);
        }

        return builder.ToObject();
    }

    private static ObjectValue UnionAll(ReadOnlySpan<Value> operands)
    {
        var result = ObjectValue.Empty;
        foreach (var item in Operand.Array(operands, 0, "object.union_n"))
        {
            result = Union(result, item as ObjectValue ?? throw Operand.Type(
                $"object.union_n: operand 1 must be array of objects but got array containing {item.TypeName}"));
        }

        return result;
    }

    private static BooleanValue Subset(ReadOnlySpan<Value> operands) => BooleanValue.Of((operands[0], operands[1]) switch
    {
        (ObjectValue above, ObjectValue below) => Covers(above, below),
        (SetValue above, SetValue below) => below.All(above.Contains),
        (ArrayValue above, ArrayValue below) => Covers(above, below),
        (ArrayValue above, SetValue below) => below.All(above.Contains),
        _ => throw Operand.Failed("both arguments object.subset must be of the same type or array and set"),
    });

    private static bool Covers(ObjectValue above, ObjectValue below)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        RunningLimits.Step();
        foreach (var (key, value) in below)
        {
            var holds = (above.Get(key), value) switch
            {
                (null, _) => false,
                (ObjectValue a, ObjectValue b) => Covers(a, b),
                (SetValue a, SetValue b) => b.All(a.Contains),
                (ArrayValue a, ArrayValue b) => Covers(a, b),
                var (there, wanted) => there.Equals(wanted),
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Does one array hold the other as a run?</summary>
    private static bool Covers(ArrayValue above, ArrayValue below)
    {
        for (var from = 0; from + below.Count <= above.Count; from++)
        {
            if (above.AsSpan().Slice(from, below.Count).SequenceEqual(below.AsSpan()))
            {
                return true;
            }
        }

        return false;
    }
}
