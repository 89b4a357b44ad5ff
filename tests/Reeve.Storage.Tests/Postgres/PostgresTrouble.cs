using System.Collections.Concurrent;
using Npgsql;
using Reeve.Core.Executions;
using Reeve.Core.Journal;
using Reeve.Storage.Tests.Records;
using Reeve.TestKit;

namespace Reeve.Storage.Tests.Postgres;

/// <summary>A PostgreSQL server that goes away, comes back, or has another owner meanwhile.</summary>
public sealed class PostgresTrouble
{
    private const string OwnersLock =
        "FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

    private static readonly RecordQuery _oldestFirst = new() { Tenant = Samples.Scope.Tenant, OldestFirst = true, Limit = 1000 };

    [Fact]
    public async Task A_server_killed_while_many_write_loses_and_doubles_nothing()
    {
        await using var server = await PostgresServer.StartAsync();
        var address = PostgresServer.UrlOf(await server.CreateDatabaseAsync());
        await using var store = await OpenAsync(address);
        var acknowledged = new ConcurrentBag<string>();
        using var enough = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                var changes = Samples.Changes(1);
                await store.Changes.CommitAsync(changes, CancellationToken.None);
                acknowledged.Add(changes.Executions[0].Id.Value);
            }
        })).ToList();

        for (var kill = 0; kill < 4; kill++)
        {
            var before = acknowledged.Count;
            await Eventually.IsTrueAsync(() => acknowledged.Count > before + 200);
            await server.KillAsync();
            await Eventually.IsTrueAsync(() => !store.Health.IsWell);
            Assert.Contains("`reeve_1` at 127.0.0.1", store.Health.Reason, StringComparison.Ordinal);
            await server.StartAgainAsync();
            await Eventually.IsTrueAsync(() => store.Health.IsWell);
        }

        await enough.CancelAsync();
        await Task.WhenAll(writers);
        var check = await store.VerifyJournalAsync(CancellationToken.None);
        Assert.Null(check.Problem);
        Assert.Equal(acknowledged.Count, check.Entries);
        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), await AllExecutionsAsync(store));
    }

    [Fact]
    public async Task While_the_server_is_stopped_the_health_says_so_without_any_write_and_reads_fail_clearly()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var store = await OpenAsync(PostgresServer.UrlOf(await server.CreateDatabaseAsync()));
        await store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
        await server.StopAsync();

        await Eventually.IsTrueAsync(() => !store.Health.IsWell);
        var failed = await Assert.ThrowsAsync<StoreException>(() => store.Records.ExecutionsAsync(_oldestFirst, CancellationToken.None));
        Assert.Contains("cannot be reached", failed.Message, StringComparison.Ordinal);
        Assert.True(failed.IsTransient);

        await server.StartAgainAsync();
        await Eventually.IsTrueAsync(() => store.Health.IsWell);
        Assert.Single(await AllExecutionsAsync(store));
    }

    [Fact]
    public async Task Whoever_lost_the_database_to_another_owner_writes_no_more()
    {
        await using var place = new OnPostgres();
        await using var store = await place.OpenStoreAsync();
        await store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
        await using var usurper = new NpgsqlConnection(await place.ConnectionStringAsync() + ";Pooling=false;Application Name=usurper");
        await usurper.OpenAsync();
        // The lock's number is read from the server, so that the test does not repeat it.
        var key = (long)(await AskAsync(
            usurper, "SELECT (classid::bigint << 32) | objid::bigint " + OwnersLock))!;
        var waiting = AskAsync(usurper, $"SELECT pg_advisory_lock({key})");
        await Eventually.IsTrueAsync(
            async () => (long)(await place.AskAsync("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"))! > 0);
        await place.AskAsync("SELECT pg_terminate_backend(pid) " + OwnersLock + " AND granted");
        await waiting;

        var refused = await Assert.ThrowsAsync<StoreException>(() => store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None));
        Assert.Contains("another reeve works on this database (usurper since", refused.Message, StringComparison.Ordinal);
        Assert.False(store.Health.IsWell);
        await AskAsync(usurper, $"SELECT pg_advisory_unlock({key})");
        await Assert.ThrowsAsync<StoreException>(() => store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None));
        Assert.Single(await AllExecutionsAsync(store));
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_taken_up_again()
    {
        await using var place = new OnPostgres();
        await using var store = await place.OpenStoreAsync();
        for (var i = 0; i < 5; i++)
        {
            var writes = Enumerable.Range(0, 20)
                .Select(_ => store.Changes.CommitAsync(Samples.Changes(2), CancellationToken.None)).ToList();
            await place.AskAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            await Task.WhenAll(writes);
        }

        var check = await store.VerifyJournalAsync(CancellationToken.None);
        Assert.Equal((200, null), (check.Entries, check.Problem));
    }

    [Fact]
    public async Task A_commit_that_came_through_although_its_answer_was_lost_is_not_repeated()
    {
        await using var place = new OnPostgres();
        using var proxy = new CuttingProxy((await PostgresServer.SharedAsync()).Port);
        var through = new NpgsqlConnectionStringBuilder(await place.ConnectionStringAsync()) { Port = proxy.Port };
        await using var store = await OpenAsync(PostgresServer.UrlOf(through.ConnectionString));
        for (var entries = 2; entries <= 8; entries += 2)
        {
            // The first commit of a connection asks how far the journal is, and needs the answer to that.
            await store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
            proxy.SwallowAnswers();
            var doubtful = store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
            await Eventually.IsTrueAsync(async () => (long)(await place.AskAsync("SELECT count(*) FROM journal"))! == entries);
            Assert.False(doubtful.IsCompleted);
            proxy.Cut();
            await doubtful;
        }

        var check = await store.VerifyJournalAsync(CancellationToken.None);
        Assert.Equal((8, null), (check.Entries, check.Problem));
    }

    [Fact]
    public async Task A_server_that_takes_what_it_is_sent_and_never_answers_counts_as_away()
    {
        await using var place = new OnPostgres();
        using var proxy = new CuttingProxy((await PostgresServer.SharedAsync()).Port);
        var through = new NpgsqlConnectionStringBuilder(await place.ConnectionStringAsync()) { Port = proxy.Port };
        await using var store = await OpenAsync(PostgresServer.UrlOf(through.ConnectionString));
        proxy.SwallowAnswers();
        var write = store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
        await Eventually.IsTrueAsync(() => !store.Health.IsWell);
        Assert.Equal("the database does not answer", store.Health.Reason);
        proxy.Cut();
        await write;
        Assert.True(store.Health.IsWell);
    }

    [Fact]
    public async Task A_key_that_no_index_can_hold_fails_its_write_and_does_not_stop_the_others()
    {
        await using var place = new OnPostgres();
        await using var store = await place.OpenStoreAsync();
        var random = new Random(1);
        var path = string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)random.Next('a', 'z')));
        var changes = new ChangeSet();
        changes.Targets.Add(Samples.Target(path));
        var bad = store.Changes.CommitAsync(changes, CancellationToken.None);
        await store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
        await Assert.ThrowsAsync<PostgresException>(() => bad);
        Assert.True(store.Health.IsWell);
    }

    [Fact]
    public async Task A_server_that_is_not_there_and_a_database_that_is_not_there_are_told_apart()
    {
        var away = await Assert.ThrowsAsync<StoreException>(() => OpenAsync($"postgres://reeve@127.0.0.1:{FreePort.Take()}/reeve"));
        Assert.Contains("cannot be reached", away.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<StoreException>(
            async () => await OpenAsync(PostgresServer.UrlOf((await PostgresServer.SharedAsync()).ConnectionString("nowhere"))));
        Assert.Contains("`nowhere` at 127.0.0.1", missing.Message, StringComparison.Ordinal);
        Assert.Contains("there is no such database", missing.Message, StringComparison.Ordinal);
    }

    private static Task<Store> OpenAsync(string address) =>
        Store.OpenAsync(
            new StoreOptions { DataFolder = Path.GetTempPath(), Database = address }, TimeProvider.System, CancellationToken.None);

    private static async Task<List<string>> AllExecutionsAsync(Store store)
    {
        var (ids, after) = (new List<string>(), (string?)null);
        do
        {
            Page<Execution> page = await store.Records.ExecutionsAsync(_oldestFirst with { After = after }, CancellationToken.None);
            ids.AddRange(page.Items.Select(e => e.Id.Value));
            after = page.Next;
        }
        while (after is not null);
        return [.. ids.Order(StringComparer.Ordinal)];
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
