using System.Text.RegularExpressions;

namespace Reeve.Flexera.Terms;

/// <summary>What <c>contains</c> and <c>select</c> look for: a number, a string, a regular expression, or fields of an object.</summary>
internal static class Selectors
{
    public static bool Matches(object? item, object? selector) => selector switch
    {
        Regex regex => item is string text && IsMatch(regex, text),
        OrderedDictionary<string, object?> wanted => item is OrderedDictionary<string, object?> map
            && wanted.All(w => map.TryGetValue(w.Key, out var value) && Matches(value, w.Value)),
        _ => Values.AreEqual(item, selector),
    };

    private static bool IsMatch(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new TermFault($"the regular expression `{Values.Short(regex.ToString())}` takes too long");
        }
    }
}
