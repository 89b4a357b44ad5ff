using Reeve.Flexera.Terms;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Incidents;

/// <summary>The violations among the rows of a long list, taken up one by one: each becomes an object only once.</summary>
internal sealed class FoundRows(Definition validate, IReadOnlyList<IncidentField> fields, Paths paths, RowSpool spool)
{
    private readonly RowWriter _rows = new(spool);
    private readonly ViolationHash _hash = new(validate);
    private readonly RowWriter? _exported = fields.Count > 0 && Exporter.Path(validate) is null ? new RowWriter(spool) : null;

    /// <summary>How many there are.</summary>
    public int Count => _rows.Count;

    /// <summary>The row on which the reader stands is one.</summary>
    public void Add(RowReader row)
    {
        _rows.AddJson(row);
        _hash.Add(row.Row);
        _exported?.Add(Exporter.Row(row.Row, fields, paths));
    }

    /// <summary>All of them: as the texts see them, as the report shows them, and their hash.</summary>
    /// <param name="all">The list that they come from: when all are violations they are not kept twice.</param>
    public Violations Finish(RowList all)
    {
        var rows = Count == all.Count ? all : _rows.Finish();
        return new Violations(rows, _exported?.Finish() ?? Exporter.Rows(validate, fields, rows, paths, spool), _hash.Finish());
    }
}

/// <summary>What fails a validation.</summary>
/// <param name="Data">The violation data, as the texts see it.</param>
/// <param name="Exported">The rows of the report.</param>
/// <param name="Hash">Their hash.</param>
internal sealed record Violations(object? Data, IReadOnlyList<object?> Exported, string Hash);
