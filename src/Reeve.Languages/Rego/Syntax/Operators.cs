namespace Reeve.Languages.Rego.Syntax;

/// <summary>The built-in functions that are written as a sign between their two arguments.</summary>
internal static class Operators
{
    /// <summary>The sign of each, by the function's name.</summary>
    public static IReadOnlyDictionary<string, string> Signs { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["assign"] = ":=",
        ["eq"] = "=",
        ["equal"] = "==",
        ["neq"] = "!=",
        ["lt"] = "<",
        ["gt"] = ">",
        ["lte"] = "<=",
        ["gte"] = ">=",
        ["plus"] = "+",
        ["minus"] = "-",
        ["mul"] = "*",
        ["div"] = "/",
        ["rem"] = "%",
        ["and"] = "&",
        ["or"] = "|",
    };
}
