using System.Collections.Frozen;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>The places where the specification lets directives be.</summary>
internal static class Location
{
    public static FrozenSet<string> Known { get; } = FrozenSet.ToFrozenSet(
        [
            "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT",
            "VARIABLE_DEFINITION", "SCHEMA", "SCALAR", "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM",
            "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION",
        ],
        StringComparer.Ordinal);
}
