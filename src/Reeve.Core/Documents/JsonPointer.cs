using System.Globalization;

namespace Reeve.Core.Documents;

/// <summary>Builds JSON pointers (RFC 6901), the way in which a mistake names its place.</summary>
public static class JsonPointer
{
    /// <summary>The pointer of a member.</summary>
    public static string Member(string path, string name) => $"{path}/{Escape(name)}";

    /// <summary>The pointer of an item.</summary>
    public static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");

    internal static string Unescape(ReadOnlySpan<char> segment) =>
        segment.Contains('~')
            ? segment.ToString().Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
            : segment.ToString();

    private static string Escape(string name) =>
        name.AsSpan().ContainsAny('~', '/')
            ? name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
            : name;
}
