namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>Guesses what was meant by a name that does not exist.</summary>
internal static class Names
{
    /// <summary><c>; did you mean `x`?</c>, or nothing.</summary>
    public static string Hint(string written, IEnumerable<string> names)
    {
        var limit = Math.Clamp((written.Length + 1) / 3, 1, 4);
        var best = written.Length is 0 or > 100
            ? default
            : names.Where(n => Math.Abs(n.Length - written.Length) <= limit)
                .Select(n => (Name: n, Distance: Distance(written.ToLowerInvariant(), n.ToLowerInvariant())))
                .Where(n => n.Distance <= limit && n.Distance < Math.Min(written.Length, n.Name.Length))
                .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal)
                .FirstOrDefault();
        return best.Name is null ? "" : $"; did you mean `{best.Name}`?";
    }

    /// <summary>A noun with its article.</summary>
    public static string Article(string noun) =>
        noun.EndsWith('s') ? noun : "aeiou".Contains(noun[0], StringComparison.Ordinal) ? $"an {noun}" : $"a {noun}";

    /// <summary><c>`a`, `b`</c></summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"`{n}`"));

    // edits that count one: insert, remove, replace a character, swap two neighbours
    private static int Distance(string from, string to)
    {
        var rows = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                rows[i, j] = Math.Min(
                    Math.Min(rows[i, j - 1], rows[i - 1, j]) + 1, rows[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[from.Length, to.Length];
    }
}
