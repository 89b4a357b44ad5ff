namespace Reeve.Core.Errors;

/// <summary>Guesses what somebody meant who wrote a name that does not exist.</summary>
public static class DidYouMean
{
    // names of people's documents are far shorter; the cost of a guess grows with the square
    private const int LongestName = 100;

    /// <summary>
    /// The name nearest to what was written, or null when none is near. Case, and dashes for underscores, count for nothing.
    /// </summary>
    public static string? Find(string written, IEnumerable<string> names)
    {
        if (written.Length is 0 or > LongestName)
        {
            return null;
        }

        var plain = Plain(written);
        var limit = Math.Clamp((written.Length + 1) / 3, 1, 4);
        string? nearest = null;
        var best = limit + 1;
        foreach (var name in names)
        {
            if (name.Length > LongestName || Math.Abs(name.Length - written.Length) > limit)
            {
                continue;
            }

            var distance = Distance(plain, Plain(name));

            // a name of two letters with one wrong could be anything
            if (distance >= Math.Min(written.Length, name.Length) && distance > 0)
            {
                continue;
            }

            if (distance < best || (distance == best && nearest is not null && string.CompareOrdinal(name, nearest) < 0))
            {
                best = distance;
                nearest = name;
            }
        }

        return nearest;
    }

    /// <summary>The end of a message: <c>; did you mean `x`?</c>, or nothing when no name is near.</summary>
    public static string Hint(string written, IEnumerable<string> names) =>
        Find(written, names) is { } name ? $"; did you mean `{name}`?" : "";

    private static string Plain(string name) => name.Replace('-', '_').ToLowerInvariant();

    // edits that count one: insert, remove, replace a character, swap two neighbours
    private static int Distance(string from, string to)
    {
        var before = new int[to.Length + 1];
        var above = new int[to.Length + 1];
        var row = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
        {
            above[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var cost = from[i - 1] == to[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1] + 1, above[j] + 1), above[j - 1] + cost);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above, row) = (above, row, before);
        }

        return above[to.Length];
    }
}
