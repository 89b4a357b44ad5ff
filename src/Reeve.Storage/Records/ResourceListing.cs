using System.Globalization;
using System.Text.Json;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>
/// One page of documents. What the columns hold narrows in the database; labels are looked at here, batch by batch, since the two databases
/// do not look into a body alike.
/// </summary>
internal sealed class ResourceListing(ResourceQuery query)
{
    private const int MostItems = 1000;

    // above every sign that a name may have
    private const string EndOfNames = "{";

    public Page<StoredResource> Read(ISqlReader reader)
    {
        var limit = Math.Clamp(query.Limit, 1, MostItems);
        var items = new List<StoredResource>();
        var batch = query.Labels.Count == 0 ? limit + 1 : MostItems;
        for (var after = Place.Of(query); after is not null && items.Count <= limit;)
        {
            var rows = new List<StoredResource>();
            var selection = Select(after.Value);
            var direction = query.Descending ? "DESC" : "ASC";
            var order = query.ByTime
                ? $"updated_at {direction}, name {direction}, project {direction}"
                : $"name {direction}, project {direction}";
            var sql = $"SELECT {ResourceStore.Columns} FROM resources{selection} ORDER BY {order} LIMIT {selection.Place(batch)}";
            reader.Query(sql, selection.Parameters, row => rows.Add(ResourceStore.Read(row)));
            items.AddRange(rows.Where(HasLabels).Take(limit + 1 - items.Count));
            after = rows.Count == batch ? Place.Of(rows[^1]) : null;
        }

        if (items.Count <= limit)
        {
            return new Page<StoredResource>(items, null);
        }

        items.RemoveAt(limit);
        return new Page<StoredResource>(items, Place.Of(items[^1]).ToString(query.ByTime));
    }

    private Selection Select(Place after)
    {
        var selection = new Selection()
            .WhereEqual("tenant", query.Tenant)
            .WhereEqual("kind", query.Kind)
            .WhereEqual("project", query.Project)
            .Where("body IS NOT NULL");
        if (query.NamePrefix is { } prefix)
        {
            selection.Where($"name >= {selection.Place(prefix)} AND name < {selection.Place(prefix + EndOfNames)}");
        }

        if (after.IsSaid)
        {
            var beyond = query.Descending ? "<" : ">";
            selection.Where(query.ByTime
                ? $"(updated_at, name, project) {beyond} "
                    + $"({selection.Place(after.At)}, {selection.Place(after.Name)}, {selection.Place(after.Project)})"
                : $"(name, project) {beyond} ({selection.Place(after.Name)}, {selection.Place(after.Project)})");
        }

        return selection;
    }

    private bool HasLabels(StoredResource resource) => query.Labels.All(wanted =>
        resource.Body.TryGetProperty("metadata", out var metadata)
            && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty("labels", out var labels)
            && labels.ValueKind == JsonValueKind.Object
            && labels.TryGetProperty(wanted.Name, out var value)
            && (wanted.Value is null || value.ToString() == wanted.Value));

    /// <summary>A place in the order, as a client hands it back.</summary>
    private readonly record struct Place(bool IsSaid, long At, string Name, string Project)
    {
        public static Place Of(StoredResource resource) =>
            new(true, SqlTime.ToMicroseconds(resource.UpdatedAt), resource.Key.Name, resource.Key.Scope.Project);

        /// <summary>Where the query goes on; null when its cursor is none that was given out.</summary>
        public static Place? Of(ResourceQuery query)
        {
            if (query.After is not { } after)
            {
                return default(Place);
            }

            // a name cannot hold a slash
            var parts = after.Split('/');
            long at = 0;
            if (query.ByTime && (parts.Length != 3 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out at)))
            {
                return null;
            }

            var name = query.ByTime ? parts[1] : parts[0];
            return new Place(true, at, name, parts.Length > 1 ? parts[^1] : "");
        }

        public string ToString(bool byTime) =>
            byTime ? string.Create(CultureInfo.InvariantCulture, $"{At}/{Name}/{Project}") : $"{Name}/{Project}";
    }
}
