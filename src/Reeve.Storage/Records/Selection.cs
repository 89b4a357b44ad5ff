using System.Globalization;
using System.Text;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>Conditions that a row must meet, with their parameters.</summary>
internal sealed class Selection
{
    private readonly StringBuilder _where = new();
    private readonly List<SqlValue> _parameters = [];

    public ReadOnlySpan<SqlValue> Parameters => _parameters.ToArray();

    /// <summary>A parameter's place.</summary>
    public string Place(SqlValue value)
    {
        _parameters.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${_parameters.Count}");
    }

    public Selection Where(string condition)
    {
        _where.Append(_where.Length == 0 ? " WHERE " : " AND ").Append(condition);
        return this;
    }

    /// <summary>Narrows when both the column and the value are there.</summary>
    public Selection WhereEqual(string? column, string? value) =>
        column is null || value is null ? this : Where($"{column} = {Place(value)}");

    /// <summary>A path, or one below it: those start with the path and a slash, and the character after the slash is a zero.</summary>
    public Selection WhereBelow(string column, string? path) => path is null
        ? this
        : Where($"({column} = {Place(path)} OR ({column} >= {Place(path + "/")} AND {column} < {Place(path + "0")}))");

    public override string ToString() => _where.ToString();
}
