namespace Reeve.Server.Api;

/// <summary>The lists of ETags that conditional requests carry (RFC 9110, 13.1).</summary>
internal static class ETags
{
    /// <summary>Is a tag among those of the header, or is that <c>*</c>? Compared strongly, a weak tag is like no other.</summary>
    public static bool Match(string header, string tag, bool weakly) =>
        header.Length > 0 && (header.Trim() == "*" || (Read(header)?.Any(t => Same(t, tag, weakly)) ?? false));

    /// <summary>The tags of a header, each as it was written; null when it is no list of tags.</summary>
    public static IReadOnlyList<string>? Read(string header)
    {
        var tags = new List<string>();
        foreach (var part in Parts(header))
        {
            var opaque = part.StartsWith("W/", StringComparison.Ordinal) ? part[2..] : part;
            if (opaque.Length < 2 || opaque[0] != '"' || opaque[^1] != '"' || opaque[1..^1].Contains('"'))
            {
                return null;
            }

            tags.Add(part);
        }

        return tags.Count > 0 ? tags : null;
    }

    private static bool Same(string one, string other, bool weakly) => weakly
        ? Opaque(one) == Opaque(other)
        : one == other && !one.StartsWith("W/", StringComparison.Ordinal);

    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;

    // a comma inside the quotes belongs to the tag
    private static IEnumerable<string> Parts(string header)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= header.Length; i++)
        {
            if (i == header.Length || (header[i] == ',' && !quoted))
            {
                var part = header[start..i].Trim();
                start = i + 1;
                if (part.Length > 0)
                {
                    yield return part;
                }
            }
            else if (header[i] == '"')
            {
                quoted = !quoted;
            }
        }
    }
}
