namespace Reeve.Storage.Sql;

/// <summary>A column that rows are written to.</summary>
internal sealed record SqlColumn(string Name, SqlKind Kind)
{
    public static SqlColumn Text(string name) => new(name, SqlKind.Text);

    public static SqlColumn Whole(string name) => new(name, SqlKind.Whole);
}
