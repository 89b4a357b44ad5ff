using Reeve.Storage.Migrations;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Tests.Migrations;

/// <summary>How a database comes to the schema of a release, on both databases.</summary>
public abstract class SchemaSuite<T> : IAsyncLifetime where T : TestDatabase, new()
{
    private static readonly Migration _first = Migration.Parse(
        "0001_one", "-- makes it\nCREATE TABLE one (id keytext PRIMARY KEY);\n\nCREATE TABLE two (id bigint);\n");
    private static readonly Migration _second = Migration.Parse("0002_two", "INSERT INTO two (id)\n  VALUES (1);\n");
    private static readonly Migration _broken = Migration.Parse(
        "0003_three", "INSERT INTO two (id) VALUES (2);\nINSERT INTO nowhere (id) VALUES (1);\n");

    private readonly T _place = new();
    private ISqlDatabase _database = null!;

    public async Task InitializeAsync() => _database = await _place.OpenAsync();

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public void Steps_are_numbered_from_one_without_gaps() =>
        Assert.Equal(Enumerable.Range(1, Migration.All.Count), Migration.All.Select(m => m.Number));

    [Fact]
    public async Task Each_step_is_taken_once()
    {
        await BringUpAsync(_first);
        await BringUpAsync(_first, _second);
        await BringUpAsync(_first, _second);
        Assert.Equal(1, await CountAsync("two"));
        Assert.Equal(2, await CountAsync("schema_version"));
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_schema_as_it_was()
    {
        await BringUpAsync(_first);
        await Assert.ThrowsAnyAsync<Exception>(() => BringUpAsync(_first, _second, _broken));
        Assert.Equal(0, await CountAsync("two"));
        Assert.Equal(1, await CountAsync("schema_version"));
        await BringUpAsync(_first, _second);
    }

    [Fact]
    public async Task A_database_of_a_newer_release_is_refused()
    {
        await BringUpAsync(_first, _second);
        var refused = await Assert.ThrowsAsync<StoreException>(() => BringUpAsync(_first));
        Assert.Contains("has schema 2 and this release knows schema 1: it was used by a newer release", refused.Message,
            StringComparison.Ordinal);
        Assert.False(refused.IsTransient);
    }

    [Fact]
    public async Task A_database_of_any_earlier_schema_comes_up_with_all_that_it_held()
    {
        for (var reached = 1; reached < Migration.All.Count; reached++)
        {
            await using var place = new T();
            await using (var database = await place.OpenAsync())
            {
                await Schema.BringUpAsync(database, [.. Migration.All.Take(reached)], TimeProvider.System, CancellationToken.None);
                await database.WriteAsync(
                    s => s.Execute(
                        """
                        INSERT INTO resources (tenant, project, kind, name, revision, body, created_at, updated_at, updated_by)
                        VALUES ('default', 'default', 'Policy', 'old', 7, '{"kind": "Policy", "metadata": {"name": "old"}}', 1, 1, 'user/a')
                        """),
                    CancellationToken.None);
            }

            await using var store = await place.OpenStoreAsync();
            var kept = await store.Resources.GetAsync(
                new Core.Policies.ResourceKey(Core.Identity.Scope.Default, "Policy", "old"), CancellationToken.None);
            Assert.Equal(7, kept!.Revision);

            // and what came later is there
            Assert.Empty(await store.Tokens.LoadAsync(CancellationToken.None));
            Assert.Empty(await store.Secrets.LoadAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task Keys_sort_by_their_bytes()
    {
        await BringUpAsync(_first);
        await _database.WriteAsync(
            s => s.Execute("INSERT INTO one (id) VALUES ('b'), ('A'), ('a/x'), ('a0'), ('a')"), CancellationToken.None);
        var keys = await _database.ReadAsync(
            reader =>
            {
                var found = new List<string>();
                reader.Query("SELECT id FROM one ORDER BY id", [], row => found.Add(row.Text(0)));
                return found;
            },
            CancellationToken.None);
        Assert.Equal(["A", "a", "a/x", "a0", "b"], keys);
    }

    private Task BringUpAsync(params Migration[] steps) =>
        Schema.BringUpAsync(_database, steps, TimeProvider.System, CancellationToken.None);

    private Task<long> CountAsync(string table) => _database.ReadAsync(
        reader =>
        {
            long count = 0;
            reader.Query($"SELECT count(*) FROM {table}", [], row => count = row.Whole(0));
            return count;
        },
        CancellationToken.None);
}

public sealed class SchemaOnSqlite : SchemaSuite<OnSqlite>;

public sealed class SchemaOnPostgres : SchemaSuite<OnPostgres>;
