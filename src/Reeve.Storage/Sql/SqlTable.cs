using System.Globalization;
using System.Text;

namespace Reeve.Storage.Sql;

/// <summary>A table that rows are put into: its columns in order, the key first. Spells the statements for both databases once.</summary>
internal sealed class SqlTable
{
    private readonly int _keyLength;

    /// <summary>An <paramref name="appendOnly"/> table takes each key once: a second row with it is a mistake, not a change.</summary>
    public SqlTable(string name, int keyLength, bool appendOnly, params SqlColumn[] columns)
    {
        _keyLength = keyLength;
        Name = name;
        IsAppendOnly = appendOnly;
        Columns = columns;
        Key = columns[..keyLength];
        var names = string.Join(", ", columns.Select(c => c.Name));
        var places = string.Join(", ", columns.Select((_, i) => Place(i)));
        var keys = string.Join(", ", Key.Select(c => c.Name));
        var changes = string.Join(", ", columns.Skip(keyLength).Select(c => $"{c.Name} = excluded.{c.Name}"));
        var onConflict = appendOnly ? "" : $" ON CONFLICT ({keys}) DO UPDATE SET {changes}";
        PutOne = $"INSERT INTO {name} ({names}) VALUES ({places}){onConflict}";
        PutMany = $"INSERT INTO {name} ({names}) SELECT * FROM unnest({Arrays(columns)}){onConflict}";
        RemoveOne = $"DELETE FROM {name} WHERE {string.Join(" AND ", Key.Select((c, i) => $"{c.Name} = {Place(i)}"))}";
        RemoveMany = $"DELETE FROM {name} AS t USING unnest({Arrays(Key)}) AS k({keys}) "
            + $"WHERE {string.Join(" AND ", Key.Select(c => $"t.{c.Name} = k.{c.Name}"))}";
    }

    public string Name { get; }

    public bool IsAppendOnly { get; }

    public IReadOnlyList<SqlColumn> Columns { get; }

    public IReadOnlyList<SqlColumn> Key { get; }

    /// <summary>Writes one row; a parameter for each column.</summary>
    public string PutOne { get; }

    /// <summary>Writes many rows of different keys; an array for each column. PostgreSQL only.</summary>
    public string PutMany { get; }

    /// <summary>Removes one row; a parameter for each column of the key.</summary>
    public string RemoveOne { get; }

    /// <summary>Removes many rows; an array for each column of the key. PostgreSQL only.</summary>
    public string RemoveMany { get; }

    /// <summary>A text that is the same for rows with the same key, and for no others.</summary>
    public string KeyOf(SqlValue[] row)
    {
        if (_keyLength == 1 && row[0].Text is { } text)
        {
            return text;
        }

        var key = new StringBuilder();
        foreach (var value in row.AsSpan(0, _keyLength))
        {
            var part = value.Text ?? value.Whole.ToString(CultureInfo.InvariantCulture);
            key.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part}");
        }

        return key.ToString();
    }

    private static string Place(int index) => string.Create(CultureInfo.InvariantCulture, $"${index + 1}");

    private static string Arrays(IEnumerable<SqlColumn> columns) =>
        string.Join(", ", columns.Select((c, i) => $"{Place(i)}::{TypeOf(c.Kind)}[]"));

    private static string TypeOf(SqlKind kind) => kind switch
    {
        SqlKind.Whole => "bigint",
        SqlKind.Real => "double precision",
        SqlKind.Bytes => "bytea",
        _ => "text",
    };
}
