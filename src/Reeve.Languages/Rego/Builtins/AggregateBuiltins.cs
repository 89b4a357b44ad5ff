using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>What collections come to: counts, sums, extremes and their order.</summary>
internal static class AggregateBuiltins
{
    private static readonly RegoType Numbers = RegoType.ArrayOf(RegoType.Number) | RegoType.SetOf(RegoType.Number);
    private static readonly RegoType Countable = RegoType.ArrayOrSet | RegoType.Object | RegoType.String;

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "count", Parameters = [Countable], Result = RegoType.Number, Invoke = static (_, operands) => Count(operands),
        },
        new()
        {
            Name = "sum", Parameters = [Numbers], Result = RegoType.Number,
            Invoke = static (_, operands) => Fold(operands, "sum", NumberValue.Of(0), ArithmeticBuiltins.Plus),
        },
        new()
        {
            Name = "product", Parameters = [Numbers], Result = RegoType.Number,
            Invoke = static (_, operands) => Fold(operands, "product", NumberValue.Of(1), ArithmeticBuiltins.Times),
        },
        new()
        {
            Name = "max", Parameters = [RegoType.ArrayOrSet], Result = RegoType.Any,
            Invoke = static (_, operands) => Best(operands, "max", 1),
        },
        new()
        {
            Name = "min", Parameters = [RegoType.ArrayOrSet], Result = RegoType.Any,
            Invoke = static (_, operands) => Best(operands, "min", -1),
        },
        new()
        {
            Name = "sort", Parameters = [RegoType.ArrayOrSet], Result = RegoType.Array, Invoke = static (_, operands) => Sort(operands),
        },
        new()
        {
            Name = "all", Parameters = [RegoType.ArrayOrSet], Result = RegoType.Boolean, Deprecated = true,
            Invoke = static (_, operands) => BooleanValue.Of(Truths(operands, "all") == Operand.Items(operands, 0, "all").Length),
        },
        new()
        {
            Name = "any", Parameters = [RegoType.ArrayOrSet], Result = RegoType.Boolean, Deprecated = true,
            Invoke = static (_, operands) => BooleanValue.Of(Truths(operands, "any") > 0),
        },
    ];

    private static NumberValue Count(ReadOnlySpan<Value> operands) => NumberValue.Of(operands[0] switch
    {
        ArrayValue array => array.Count,
        SetValue set => set.Count,
        ObjectValue map => map.Count,
        StringValue text => text.Text.EnumerateRunes().Count(),
        _ => throw Operand.Wrong(operands, 0, "count", "one of {array, object, set, string}"),
    });

    private static NumberValue Fold(
        ReadOnlySpan<Value> operands, string name, NumberValue start, Func<NumberValue, NumberValue, NumberValue> step)
    {
        var result = start;
        foreach (var item in Operand.Items(operands, 0, name))
        {
            result = step(result, item as NumberValue ?? throw Operand.Type(
                $"{name}: operand 1 must be {operands[0].TypeName} of numbers but got {operands[0].TypeName} containing {item.TypeName}"));
        }

        return result;
    }

    private static Value? Best(ReadOnlySpan<Value> operands, string name, int sign)
    {
        Value? best = null;
        foreach (var item in Operand.Items(operands, 0, name))
        {
            if (best is null || item.CompareTo(best) * sign > 0)
            {
                best = item;
            }
        }

        return best;
    }

    private static ArrayValue Sort(ReadOnlySpan<Value> operands)
    {
        var items = Operand.Items(operands, 0, "sort").ToArray();
        Array.Sort(items);
        return ArrayValue.Own(items);
    }

    private static int Truths(ReadOnlySpan<Value> operands, string name)
    {
        var count = 0;
        foreach (var item in Operand.Items(operands, 0, name))
        {
            count += ReferenceEquals(item, BooleanValue.True) ? 1 : 0;
        }

        return count;
    }
}
