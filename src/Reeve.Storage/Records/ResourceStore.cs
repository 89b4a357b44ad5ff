using System.Globalization;
using System.Text.Json;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>Keeps documents. A deleted one leaves its revision behind, so that a later one of the same name never repeats it.</summary>
public sealed class ResourceStore : IResourceStore
{
    private const int MostItems = 1000;
    private const int KeysInOneQuestion = 50;
    private const string KeyColumns = "tenant, project, kind, name";
    internal const string Columns = KeyColumns + ", revision, body, created_at, updated_at, updated_by";
    private const string ByKey = "tenant = $1 AND project = $2 AND kind = $3 AND name = $4";

    private const string FindWanted =
        """
        SELECT r.tenant, r.project, r.kind, r.name, r.revision, length(r.body) FROM wanted w
        JOIN resources r ON r.tenant = w.tenant AND r.project = w.project AND r.kind = w.kind AND r.name = w.name
        """;

    private readonly ISqlDatabase _database;

    internal ResourceStore(ISqlDatabase database) => _database = database;

    /// <summary>Told of what else changed with documents, once it is on disk, while anybody listens.</summary>
    internal event Action<CommitNotice>? Committed;

    /// <inheritdoc/>
    public async Task LoadAsync(Action<StoredResource> take, CancellationToken cancellationToken)
    {
        // Read as a whole first: a read that breaks off is done again, and nobody may be handed a document twice.
        var all = await _database.ReadAsync(
            reader =>
            {
                var found = new List<StoredResource>();
                var (scope, kind, by) = (new Scope("", ""), "", "");
                reader.Query(
                    $"SELECT {Columns} FROM resources WHERE body IS NOT NULL ORDER BY kind, name, tenant, project", [],
                    row =>
                    {
                        // most stand beside others of the same scope and kind, and all are kept
                        var key = KeyOf(row);
                        scope = key.Scope == scope ? scope : key.Scope;
                        kind = key.Kind == kind ? kind : key.Kind;
                        by = row.Text(8) is var who && who == by ? by : who;
                        found.Add(Read(row, new ResourceKey(scope, kind, key.Name), by));
                    });
                return found;
            },
            cancellationToken);
        all.ForEach(take);
    }

    /// <summary>
    /// Writes all, with what else changes, or none. Gives the keys whose revision was another; empty when all was written. A new
    /// document's revision must be above <see cref="LastRevisionAsync"/>; a lower one is a bug and fails the whole.
    /// </summary>
    public async Task<IReadOnlyList<ResourceKey>> ApplyAsync(
        IReadOnlyList<ResourceWrite> writes, ChangeSet changes, CancellationToken cancellationToken)
    {
        var rows = new ChangeRows(changes);
        var conflicts = await _database.WriteAsync<IReadOnlyList<ResourceKey>>(
            session =>
            {
                var kept = RevisionsOf(session, [.. writes.Select(w => w.Key)]);
                var mistaken = writes.Where(w => w.ExpectedRevision != kept.GetValueOrDefault(w.Key).Now).Select(w => w.Key).ToList();
                if (mistaken.Count == 0)
                {
                    foreach (var write in writes)
                    {
                        session.Put(Tables.Resources, Row(write, kept.GetValueOrDefault(write.Key).Last));
                    }

                    rows.WriteTo(session);
                }

                return mistaken;
            },
            cancellationToken);

        // asked only now: who began to listen while it was written may have looked too early to find it
        if (conflicts.Count == 0 && Committed is { } told)
        {
            told(CommitNotice.Of(changes));
        }

        return conflicts;
    }

    /// <summary>The revision that a document of this name had last, also when it was deleted since; 0 when there never was one.</summary>
    public Task<long> LastRevisionAsync(ResourceKey key, CancellationToken cancellationToken) =>
        _database.ReadAsync(reader => RevisionsOf(reader, [key]).GetValueOrDefault(key).Last, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredResource?> GetAsync(ResourceKey key, CancellationToken cancellationToken) => _database.ReadAsync(
        reader =>
        {
            StoredResource? found = null;
            reader.Query($"SELECT {Columns} FROM resources WHERE {ByKey} AND body IS NOT NULL", Key(key), row => found = Read(row));
            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<Page<StoredResource>> ListAsync(
        string tenant, string? project, string kind, string? after, int limit, CancellationToken cancellationToken)
    {
        var selection = new Selection()
            .WhereEqual("tenant", tenant)
            .WhereEqual("kind", kind)
            .WhereEqual("project", project)
            .Where("body IS NOT NULL");
        if (after is not null)
        {
            // A name cannot hold a slash, so the first one parts name and project; whatever else a client sends is a place in the order.
            var slash = after.IndexOf('/', StringComparison.Ordinal) is var found and >= 0 ? found : after.Length;
            var afterProject = slash < after.Length ? after[(slash + 1)..] : "";
            selection.Where($"(name, project) > ({selection.Place(after[..slash])}, {selection.Place(afterProject)})");
        }

        limit = Math.Clamp(limit, 1, MostItems);
        var sql = $"SELECT {Columns} FROM resources{selection} ORDER BY name, project LIMIT {selection.Place(limit + 1)}";
        return await _database.ReadAsync(
            reader =>
            {
                var items = new List<StoredResource>();
                reader.Query(sql, selection.Parameters, row => items.Add(Read(row)));
                if (items.Count <= limit)
                {
                    return new Page<StoredResource>(items, null);
                }

                items.RemoveAt(limit);
                return new Page<StoredResource>(items, $"{items[^1].Key.Name}/{items[^1].Key.Scope.Project}");
            },
            cancellationToken);
    }

    /// <summary>Documents that a query wants, in its order.</summary>
    public Task<Page<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellationToken) =>
        _database.ReadAsync(reader => new ResourceListing(query).Read(reader), cancellationToken);

    /// <summary>The revisions of those that there are or were, a few dozen in one question: each question is a round trip.</summary>
    private static Dictionary<ResourceKey, Revisions> RevisionsOf(ISqlReader reader, ResourceKey[] keys)
    {
        var found = new Dictionary<ResourceKey, Revisions>();
        foreach (var some in keys.Distinct().Chunk(KeysInOneQuestion))
        {
            var wanted = new Selection();
            var rows = some.Select(k =>
                $"({wanted.Place(k.Scope.Tenant)}, {wanted.Place(k.Scope.Project)}, {wanted.Place(k.Kind)}, {wanted.Place(k.Name)})");
            reader.Query(
                $"WITH wanted ({KeyColumns}) AS (VALUES {string.Join(", ", rows)}) {FindWanted}", wanted.Parameters,
                row => found.Add(KeyOf(row), new Revisions(row.Whole(4), row.IsNull(5) ? 0 : row.Whole(4))));
        }

        return found;
    }

    private static SqlValue[] Row(ResourceWrite write, long last)
    {
        var (key, resource) = (write.Key, write.Resource);
        if (resource is null)
        {
            return [key.Scope.Tenant, key.Scope.Project, key.Kind, key.Name, last, default, 0L, 0L, ""];
        }

        if (resource.Revision <= last)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{key}: revision {resource.Revision} is not above {last}, which the document of this name had before"));
        }

        return
        [
            key.Scope.Tenant, key.Scope.Project, key.Kind, key.Name, resource.Revision, resource.Body.GetRawText(), resource.CreatedAt,
            resource.UpdatedAt, resource.UpdatedBy,
        ];
    }

    private static SqlValue[] Key(ResourceKey key) => [key.Scope.Tenant, key.Scope.Project, key.Kind, key.Name];

    private static ResourceKey KeyOf(ISqlRow row) => new(new Scope(row.Text(0), row.Text(1)), row.Text(2), row.Text(3));

    internal static StoredResource Read(ISqlRow row) => Read(row, KeyOf(row), row.Text(8));

    private static StoredResource Read(ISqlRow row, ResourceKey key, string by)
    {
        var body = new Utf8JsonReader(row.Bytes(5));
        return new StoredResource(
            key, row.Whole(4), JsonElement.ParseValue(ref body),
            SqlTime.FromMicroseconds(row.Whole(6)), SqlTime.FromMicroseconds(row.Whole(7)), by);
    }

    /// <summary>The revision that a document had last, and the one it has now: 0 when it is not there.</summary>
    private readonly record struct Revisions(long Last, long Now);
}
