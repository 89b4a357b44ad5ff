using Reeve.Flexera.Terms;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Incidents;

/// <summary>The <c>export</c> of a validation: violation data to rows.</summary>
internal static class Exporter
{
    public static IReadOnlyList<IncidentField> Fields(Definition validate) =>
    [
        .. (validate.Field("export")?.FieldsNamed("field") ?? []).Where(f => f.Label is not null)
            .Select(f => new IncidentField(f.Label!, f.Text("label") ?? f.Label!, f.Text("path") ?? "", f.Text("format") ?? "")),
    ];

    /// <summary>The part of the violation data that is exported; null: all of it.</summary>
    public static string? Path(Definition validate) => validate.Field("export")?.Label is { Length: > 0 } path ? path : null;

    /// <summary>The rows; without an <c>export</c> the violations as they are.</summary>
    public static IReadOnlyList<object?> Rows(
        Definition validate, IReadOnlyList<IncidentField> fields, object? violation, Paths paths, RowSpool spool)
    {
        var data = Path(validate) is { } path
            ? paths.JmesPath(violation is RowList packed ? packed.Whole : violation, path) : violation;
        IReadOnlyList<object?> items = data as RowList ?? (IReadOnlyList<object?>)Values.Items(data);
        if (fields.Count == 0)
        {
            return items;
        }

        var rows = new RowCollector(spool);
        foreach (var item in items)
        {
            rows.Add(Row(item, fields, paths));
        }

        return (IReadOnlyList<object?>)rows.Finish();
    }

    /// <summary>What is exported of one violation.</summary>
    public static OrderedDictionary<string, object?> Row(object? item, IReadOnlyList<IncidentField> fields, Paths paths)
    {
        var row = new OrderedDictionary<string, object?>(fields.Count, StringComparer.Ordinal);
        foreach (var field in fields)
        {
            // a name alone is no expression: it may hold any character
            row[field.Name] = field.Path.Length > 0 ? paths.JmesPath(item, field.Path)
                : item is OrderedDictionary<string, object?> map ? map.GetValueOrDefault(field.Name) : null;
        }

        return row;
    }
}
