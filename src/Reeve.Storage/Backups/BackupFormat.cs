using System.Globalization;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Backups;

/// <summary>
/// The form of a backup, the same for both databases: compressed lines of JSON. First a head, <c>{"reeve_backup": 1, "schema": n,
/// "taken_at": …}</c>; then for each table <c>{"table": name, "columns": [[name, kind], …]}</c> and its rows as arrays; last
/// <c>{"end": true, "rows": n, "sha256": …}</c> over all lines before it, so that a file that was cut off or changed is noticed.
/// </summary>
internal static class BackupFormat
{
    public const int Version = 1;

    /// <summary>Longest line: a row whose body is larger than anything that is taken in.</summary>
    public const int LongestLine = 256 * 1024 * 1024;

    public static string KindOf(SqlColumn column) => column.Kind switch
    {
        SqlKind.Whole => "whole",
        SqlKind.Text => "text",
        _ => throw new InvalidOperationException($"no backup knows a column such as {column}"),
    };

    /// <summary>The tables of this release by name.</summary>
    public static IReadOnlyDictionary<string, SqlTable> Tables { get; } = typeof(Records.Tables)
        .GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
        .Select(f => f.GetValue(null))
        .OfType<SqlTable>()
        .OrderBy(t => t.Name, StringComparer.Ordinal)
        .ToDictionary(t => t.Name, StringComparer.Ordinal);

    public static string Line(long line) => string.Create(CultureInfo.InvariantCulture, $"line {line}");
}
