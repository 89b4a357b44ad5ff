using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>Reads records by page. A cursor that nobody gave out finds nothing.</summary>
internal sealed class RecordReader(ISqlDatabase database) : IRecordReader
{
    private const int MostItems = 1000;

    /// <inheritdoc/>
    public Task<Page<Execution>> ExecutionsAsync(RecordQuery query, CancellationToken cancellationToken) =>
        ReadAsync(RecordTable.Executions, query, Body(CoreJson.Default.Execution), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Incident>> IncidentsAsync(RecordQuery query, CancellationToken cancellationToken) =>
        ReadAsync(RecordTable.Incidents, query, Body(CoreJson.Default.Incident), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Approval>> ApprovalsAsync(RecordQuery query, CancellationToken cancellationToken) =>
        ReadAsync(RecordTable.Approvals, query, Body(CoreJson.Default.Approval), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<KeptJournalEntry>> JournalAsync(RecordQuery query, CancellationToken cancellationToken)
    {
        var entry = Body(CoreJson.Default.JournalEntry);
        return ReadAsync(RecordTable.Journal, query, row => new KeptJournalEntry(row.Whole(1), entry(row), row.Text(3)), cancellationToken);
    }

    /// <summary>The entries of all tenants after a number, oldest first.</summary>
    public static IReadOnlyList<KeptJournalEntry> JournalAfter(ISqlReader reader, long sequence, int limit)
    {
        var entry = Body(CoreJson.Default.JournalEntry);
        var found = new List<KeptJournalEntry>();
        reader.Query(
            "SELECT at, seq, body, hash FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2", [sequence, (long)limit],
            row => found.Add(new KeptJournalEntry(row.Whole(1), entry(row), row.Text(3))));
        return found;
    }

    private static Func<ISqlRow, T> Body<T>(JsonTypeInfo<T> type) => row => JsonSerializer.Deserialize(row.Bytes(2), type)!;

    private async Task<Page<T>> ReadAsync<T>(
        RecordTable table, RecordQuery query, Func<ISqlRow, T> read, CancellationToken cancellationToken)
    {
        if (Select(table, query) is not { } selection)
        {
            return new Page<T>([], null);
        }

        var limit = Math.Clamp(query.Limit, 1, MostItems);
        var direction = query.OldestFirst ? "ASC" : "DESC";
        var order = table.IsNumbered ? $"{table.Id} {direction}" : $"{table.Time} {direction}, {table.Id} {direction}";
        var hash = table.IsNumbered ? ", hash" : "";
        // One more than asked for tells whether there is a next page.
        var sql = $"SELECT {table.Time}, {table.Id}, body{hash} FROM {table.Name}{selection} "
            + $"ORDER BY {order} LIMIT {selection.Place(limit + 1)}";
        return await database.ReadAsync(
            reader =>
            {
                var items = new List<T>();
                string? last = null, next = null;
                reader.Query(sql, selection.Parameters, row =>
                {
                    if (items.Count == limit)
                    {
                        next = last;
                        return;
                    }

                    items.Add(read(row));
                    last = (table.IsNumbered ? new RecordCursor(row.Whole(1), "") : new RecordCursor(row.Whole(0), row.Text(1))).ToString();
                });
                return new Page<T>(items, next);
            },
            cancellationToken);
    }

    private static Selection? Select(RecordTable table, RecordQuery query)
    {
        var selection = new Selection()
            .WhereEqual("tenant", query.Tenant)
            .WhereEqual("project", query.Project)
            .WhereEqual(table.IdempotencyKey, query.IdempotencyKey)
            .WhereEqual(table.Status, query.Status)
            .WhereBelow("target", query.Target)
            .WhereEqual("binding", query.Binding)
            .WhereEqual(table.Incident, query.Incident)
            .WhereEqual(table.Episode, query.Episode)
            .WhereEqual(table.Execution, query.Execution);
        if (query.Since is { } since)
        {
            selection.Where($"{table.Time} >= {selection.Place(since)}");
        }

        if (query.Until is { } until)
        {
            selection.Where($"{table.Time} < {selection.Place(until)}");
        }

        if (query.Id is { } id && !WhereId(selection, table, id))
        {
            return null;
        }

        return query.After is null || WhereAfter(selection, table, query.After, query.OldestFirst) ? selection : null;
    }

    private static bool WhereId(Selection selection, RecordTable table, string id)
    {
        if (!table.IsNumbered)
        {
            selection.WhereEqual(table.Id, id);
            return true;
        }

        var isNumber = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        selection.Where($"{table.Id} = {selection.Place(number)}");
        return isNumber;
    }

    private static bool WhereAfter(Selection selection, RecordTable table, string after, bool oldestFirst)
    {
        if (!RecordCursor.TryRead(after, table.IsNumbered, out var cursor))
        {
            return false;
        }

        var beyond = oldestFirst ? ">" : "<";
        selection.Where(table.IsNumbered
            ? $"{table.Id} {beyond} {selection.Place(cursor.At)}"
            : $"({table.Time}, {table.Id}) {beyond} ({selection.Place(cursor.At)}, {selection.Place(cursor.Id)})");
        return true;
    }
}
