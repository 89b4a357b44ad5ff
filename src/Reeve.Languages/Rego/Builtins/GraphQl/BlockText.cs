namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>
/// What a block string stands for: its text without the indent that its lines share and without blank lines at its ends. As in OPA, the
/// first line takes part in finding that indent, which the specification leaves out.
/// </summary>
internal static class BlockText
{
    public static string Of(string raw)
    {
        var lines = raw.Split('\n');
        var shared = lines.Select(Indent).Where(indent => indent is not null).Min();
        if (shared is { } indent)
        {
            for (var at = 1; at < lines.Length; at++)
            {
                lines[at] = lines[at].Length < indent ? "" : lines[at][indent..];
            }
        }

        var (start, end) = (0, lines.Length);
        while (start < end && Indent(lines[start]) is null)
        {
            start++;
        }

        while (start < end && Indent(lines[end - 1]) is null)
        {
            end--;
        }

        return string.Join('\n', lines[start..end]);
    }

    /// <summary>Spaces and tabs before the first other character; null when there is none.</summary>
    private static int? Indent(string line)
    {
        var at = line.AsSpan().IndexOfAnyExcept(' ', '\t');
        return at < 0 ? null : at;
    }
}
