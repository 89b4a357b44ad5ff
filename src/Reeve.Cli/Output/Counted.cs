using System.Globalization;

namespace Reeve.Cli.Output;

/// <summary>A number and what it counts, as people say it.</summary>
internal static class Counted
{
    /// <summary><c>1 row</c>, <c>2 rows</c>.</summary>
    public static string Of(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
