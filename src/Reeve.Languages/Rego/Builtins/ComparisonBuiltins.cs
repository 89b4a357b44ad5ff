using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Comparisons over the order of all values.</summary>
internal static class ComparisonBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Of("eq", static (a, b) => a.Equals(b)),
        Of("equal", static (a, b) => a.Equals(b)),
        Of("assign", static (a, b) => a.Equals(b)),
        Of("neq", static (a, b) => !a.Equals(b)),
        Of("lt", static (a, b) => a.CompareTo(b) < 0),
        Of("lte", static (a, b) => a.CompareTo(b) <= 0),
        Of("gt", static (a, b) => a.CompareTo(b) > 0),
        Of("gte", static (a, b) => a.CompareTo(b) >= 0),
    ];

    private static Builtin Of(string name, Func<Value, Value, bool> holds) => new()
    {
        Name = name,
        Parameters = [RegoType.Any, RegoType.Any],
        Result = RegoType.Boolean,
        Invoke = (_, operands) => BooleanValue.Of(holds(operands[0], operands[1])),
    };
}
