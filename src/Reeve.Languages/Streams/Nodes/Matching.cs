using System.Text.RegularExpressions;
using Reeve.Languages.Streams.Functions;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>
/// Does a pattern describe a value (riemann.common/match)? A regular expression is searched for, a function asked, a map matches field by
/// field, anything else is compared; nil matches only nil.
/// </summary>
internal static class Matching
{
    public static object? Value(object? pattern, object? value) => pattern switch
    {
        null => Truth.Box(value is null),
        Regex regex => value is string text ? Search(regex, text) : Truth.False,
        PMap map => Truth.Box(map.All(e => Truth.Of(Value(e.Value, Lookup.Get(value, NilKey.Open(e.Key)))))),
        Fn function => function.Invoke(value),
        _ => Truth.Box(Equality.AreEqual(pattern, value)),
    };

    public static bool Holds(object? pattern, object? value) => pattern is string text
        ? value is string said && said == text
        : Truth.Of(Value(pattern, value));

    // a search that takes longer than a moment counts as not found
    private static object? Search(Regex regex, string text)
    {
        try
        {
            return TextFunctions.Found(regex.Match(text));
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }
}
