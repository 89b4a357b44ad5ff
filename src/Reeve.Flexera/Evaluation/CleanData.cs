using System.Text;
using Reeve.Flexera.Incidents;
using Reeve.Flexera.Network;
using Reeve.Languages.Data.Rows;

namespace Reeve.Flexera.Evaluation;

/// <summary>Takes secrets out of what a report shows: a service may have answered with what it was sent.</summary>
internal static class CleanData
{
    public static object? Of(object? value, Secrets secrets, RowSpool spool)
    {
        switch (value)
        {
            case string text:
                return secrets.RemoveFromData(text);
            case RowList packed:
                return Holds(packed, secrets) ? Rows(packed, secrets, spool) : packed;
            case List<object?> list:
                List<object?>? items = null;
                for (var at = 0; at < list.Count; at++)
                {
                    var clean = Of(list[at], secrets, spool);
                    if (!ReferenceEquals(clean, list[at]))
                    {
                        items ??= [.. list];
                        items[at] = clean;
                    }
                }

                return items ?? list;
            case OrderedDictionary<string, object?> map:
                OrderedDictionary<string, object?>? fields = null;
                for (var at = 0; at < map.Count; at++)
                {
                    var (_, before) = map.GetAt(at);
                    var clean = Of(before, secrets, spool);
                    if (!ReferenceEquals(clean, before))
                    {
                        fields ??= new OrderedDictionary<string, object?>(map, StringComparer.Ordinal);
                        fields.SetAt(at, clean);
                    }
                }

                return fields ?? map;
            default:
                return value;
        }
    }

    public static Incident Of(Incident incident, Secrets secrets, RowSpool spool) => incident with
    {
        Summary = secrets.RemoveFromData(incident.Summary),
        Detail = secrets.RemoveFromData(incident.Detail),
        Violations = incident.Violations is RowList or List<object?>
            ? (IReadOnlyList<object?>)Of(incident.Violations, secrets, spool)!
            : incident.Violations.Select(v => Of(v, secrets, spool)).ToList(),
    };

    private static RowList Rows(RowList packed, Secrets secrets, RowSpool spool)
    {
        var writer = new RowWriter(spool);
        foreach (var row in packed)
        {
            writer.Add(Of(row, secrets, spool));
        }

        return writer.Finish();
    }

    // looked for in the text of the rows: making objects of a million of them takes its time
    private static bool Holds(RowList packed, Secrets secrets)
    {
        using var search = new Search(secrets);
        packed.WriteTo(search);
        return search.IsFound;
    }

    // rows are written whole, many at once
    private sealed class Search(Secrets secrets) : TextWriter
    {
        public bool IsFound { get; private set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
        }

        public override void Write(ReadOnlySpan<char> buffer) => IsFound = IsFound || secrets.AreIn(buffer);

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));
    }
}
