using System.Collections.Immutable;
using System.Text;

namespace Reeve.Server.Opa.Documents;

/// <summary>The path of a document: in a URL, and as it is kept.</summary>
internal static class OpaPath
{
    /// <summary>The parts of a path as it stands in a URL: empty ones are left out, each is unescaped by itself.</summary>
    public static ImmutableArray<string> Parse(ReadOnlySpan<char> escaped)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        foreach (var range in escaped.Split('/'))
        {
            var part = escaped[range];
            if (part.Length > 0)
            {
                parts.Add(part.Contains('%') ? Uri.UnescapeDataString(part) : part.ToString());
            }
        }

        return parts.ToImmutable();
    }

    /// <summary>A path of a JSON patch: a JSON pointer, whose leading slash may be absent.</summary>
    public static ImmutableArray<string> ParsePointer(string pointer) =>
    [
        .. pointer.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => Uri.UnescapeDataString(p))
            .Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)),
    ];

    /// <summary>The path as one text in which a slash parts and nothing else; empty for the root.</summary>
    public static string Key(IEnumerable<string> parts)
    {
        var key = new StringBuilder();
        foreach (var part in parts)
        {
            key.Append('/').Append(Uri.EscapeDataString(part));
        }

        return key.ToString();
    }

    /// <summary>The path for people.</summary>
    public static string Show(IEnumerable<string> parts) => "/" + string.Join('/', parts);

    /// <summary>Does one of the two lie within the other?</summary>
    public static bool Overlap(ReadOnlySpan<string> one, ReadOnlySpan<string> other)
    {
        var shared = Math.Min(one.Length, other.Length);
        return one[..shared].SequenceEqual(other[..shared]);
    }
}
