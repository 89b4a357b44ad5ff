using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Arrays.</summary>
internal static class ArrayBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Of("array.concat", [RegoType.Array, RegoType.Array], static operands => ArrayValue.Own(
            [.. Operand.Array(operands, 0, "array.concat").AsSpan(), .. Operand.Array(operands, 1, "array.concat").AsSpan()])),
        Of("array.reverse", [RegoType.Array], static operands => Reverse(Operand.Array(operands, 0, "array.reverse"))),
        Of("array.slice", [RegoType.Array, RegoType.Number, RegoType.Number], static operands => Slice(operands)),
        Of("array.flatten", [RegoType.Array], static operands => Flatten(Operand.Array(operands, 0, "array.flatten"))),
    ];

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, Function invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = RegoType.Array,
        Invoke = (_, operands) => invoke(operands),
    };

    private static ArrayValue Reverse(ArrayValue array)
    {
        var items = array.AsSpan().ToArray();
        Array.Reverse(items);
        return ArrayValue.Own(items);
    }

    private static ArrayValue Slice(ReadOnlySpan<Value> operands)
    {
        var array = Operand.Array(operands, 0, "array.slice");
        var from = Math.Clamp(Operand.Integer(operands, 1, "array.slice"), 0, array.Count);
        var to = Math.Clamp(Operand.Integer(operands, 2, "array.slice"), 0, array.Count);
        return to <= from ? ArrayValue.Empty : ArrayValue.Own([.. array.AsSpan()[(int)from..(int)to]]);
    }

    private static ArrayValue Flatten(ArrayValue array)
    {
        var items = new List<Value>();
        foreach (var item in array)
        {
            if (item is ArrayValue inner)
            {
                items.AddRange(inner.AsSpan());
            }
            else
            {
                items.Add(item);
            }
        }

        return ArrayValue.Of(items);
    }
}
