using System.IO.Compression;
using System.Text;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Storage.Backups;
using Reeve.Storage.Records;
using Reeve.TestKit;

namespace Reeve.Storage.Tests.Backups;

/// <summary>What is promised of backups, from one database onto another (or its own kind).</summary>
public abstract class BackupSuite<TFrom, TTo> : IAsyncLifetime where TFrom : TestDatabase, new() where TTo : TestDatabase, new()
{
    private readonly TFrom _from = new();
    private readonly TTo _to = new();
    private Store _store = null!;

    public async Task InitializeAsync() => _store = await _from.OpenStoreAsync();

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Fact]
    public async Task What_is_restored_is_what_was_there_with_its_chain_of_hashes()
    {
        await FillAsync(3000);
        var backup = await TakeAsync();
        var summary = await RestoreAsync(backup);
        Assert.Equal(3000, summary.Tables["journal"]);
        await using var restored = await _to.OpenStoreAsync();
        var check = await restored.VerifyJournalAsync(CancellationToken.None);
        Assert.Null(check.Problem);
        Assert.Equal(3000, check.Entries);
        await restored.Changes.CommitAsync(Entry("after"), CancellationToken.None);
        Assert.Equal(3001, await restored.JournalHeadAsync(CancellationToken.None));
        Assert.Null((await restored.VerifyJournalAsync(CancellationToken.None)).Problem);
        var documents = await restored.RegoDocuments.LoadAsync(CancellationToken.None);
        Assert.Equal([new RegoDocument("data", "/x", "{\"größe\": \"\\u0000 \\n\"}"), new RegoDocument("data", "/y", null)], documents);
    }

    [Fact]
    public async Task A_backup_beside_a_store_at_work_is_one_snapshot()
    {
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await _store.Changes.CommitAsync(Entry($"n {i}"), CancellationToken.None);
            }
        });
        await Eventually.IsTrueAsync(async () => await _store.JournalHeadAsync(CancellationToken.None) > 50);
        var backup = await TakeAsync();
        await stop.CancelAsync();
        await writing;
        await RestoreAsync(backup);
        await using var restored = await _to.OpenStoreAsync();
        Assert.Null((await restored.VerifyJournalAsync(CancellationToken.None)).Problem);
        Assert.InRange(await restored.JournalHeadAsync(CancellationToken.None), 50, await _store.JournalHeadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_a_database_holds_is_thrown_away_only_when_that_is_said()
    {
        await FillAsync(2);
        var backup = await TakeAsync();
        await using (var there = await _to.OpenStoreAsync())
        {
            await there.Changes.CommitAsync(Entry("precious"), CancellationToken.None);
        }

        var refused = await Assert.ThrowsAsync<StoreException>(() => RestoreAsync(backup));
        Assert.Contains("--replace", refused.Message, StringComparison.Ordinal);
        await RestoreAsync(backup, replace: true);
        await using var restored = await _to.OpenStoreAsync();
        Assert.Equal(2, await restored.JournalHeadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Half_a_restore_is_taken_by_nobody_and_can_be_done_again()
    {
        await FillAsync(5000);
        var backup = await TakeAsync();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Backup.RestoreAsync(
            await _to.OptionsAsync(), new MemoryStream(backup), false, TimeProvider.System, (_, _) => stop.Cancel(), stop.Token));
        var refused = await Assert.ThrowsAsync<StoreException>(() => _to.OpenStoreAsync());
        Assert.Contains("half of a restore", refused.Message, StringComparison.Ordinal);
        await RestoreAsync(backup);
        await using var restored = await _to.OpenStoreAsync();
        Assert.Equal(5000, await restored.JournalHeadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_cut_off_changed_or_something_else_is_refused_before_anything_is_written()
    {
        await FillAsync(20);
        var backup = await TakeAsync();
        await RefusedAsync(backup[..(backup.Length / 2)], "cut off");
        await RefusedAsync("no backup at all"u8.ToArray(), "no backup");
        await RefusedAsync([], "");
        await RefusedAsync(Zip("{\"a\": 1}\n"), "no backup");
        await RefusedAsync(Zip(Unzip(backup).Replace("entry 7", "entry 8", StringComparison.Ordinal)), "check sum");
        await RefusedAsync(Zip("{\"reeve_backup\":2}\n"), "version 2");
        const string head = "{\"reeve_backup\":1,\"schema\":1,\"taken_at\":\"2026-01-01T00:00:00Z\"}\n";
        await RefusedAsync(Zip(head + "{\"table\":\"users; DROP\",\"columns\":[]}\n"), "line 2: this release has no table");
        await RefusedAsync(Zip(head + "{\"table\":\"journal\",\"columns\":[[\"seq\",\"text\"]]}\n"), "has no column");
        await RefusedAsync(Zip(head + "{\"table\":\"journal\",\"columns\":[]}\n"), "lacks columns");
        const string rego = "{\"table\":\"rego_documents\",\"columns\":[[\"kind\",\"text\"],[\"name\",\"text\"]]}\n";
        await RefusedAsync(Zip(head + rego + "[1,2]\n"), "line 3");
        await using var untouched = await _to.OpenStoreAsync();
        Assert.Equal(0, await untouched.JournalHeadAsync(CancellationToken.None));
    }

    private static byte[] Zip(string text)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(Encoding.UTF8.GetBytes(text));
        }

        return zipped.ToArray();
    }

    private static string Unzip(byte[] zipped)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(zipped), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private async Task RefusedAsync(byte[] file, string why)
    {
        var refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(file));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private async Task FillAsync(int entries)
    {
        for (var i = 0; i < entries; i += 500)
        {
            var changes = new ChangeSet();
            changes.Journal.AddRange(Enumerable.Range(i, Math.Min(500, entries - i)).Select(n => Entry($"entry {n}").Journal[0]));
            await _store.Changes.CommitAsync(changes, CancellationToken.None);
        }

        await _store.RegoDocuments.WriteAsync(
            [
                new RegoDocumentWrite("data", "/x", RegoDocumentMove.Put, "{\"größe\": \"\\u0000 \\n\"}"),
                new RegoDocumentWrite("data", "/y", RegoDocumentMove.Put),
            ],
            CancellationToken.None);
    }

    private static ChangeSet Entry(string summary)
    {
        var changes = new ChangeSet();
        changes.Journal.Add(new JournalEntry
        {
            At = DateTimeOffset.UnixEpoch,
            Scope = Scope.Default,
            Kind = JournalKinds.ResourceChanged,
            Who = "test",
            Summary = summary,
        });
        return changes;
    }

    private async Task<byte[]> TakeAsync()
    {
        using var file = new MemoryStream();
        await Backup.WriteAsync(await _from.OptionsAsync(), file, TimeProvider.System, (_, _) => { }, CancellationToken.None);
        return file.ToArray();
    }

    private async Task<BackupSummary> RestoreAsync(byte[] backup, bool replace = false) => await Backup.RestoreAsync(
        await _to.OptionsAsync(), new MemoryStream(backup), replace, TimeProvider.System, (_, _) => { }, CancellationToken.None);
}

public sealed class BackupFromSqliteToPostgres : BackupSuite<OnSqlite, OnPostgres>;

public sealed class BackupFromPostgresToSqlite : BackupSuite<OnPostgres, OnSqlite>;

public sealed class BackupFromSqliteToSqlite : BackupSuite<OnSqlite, OnSqlite>
{
    [Fact]
    public async Task Every_table_of_the_schema_is_in_a_backup()
    {
        await using var place = new OnSqlite();
        await (await place.OpenStoreAsync()).DisposeAsync();
        await using var database = await place.OpenAsync();
        var tables = await database.ReadAsync(
            reader =>
            {
                var found = new List<string>();
                reader.Query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", [], row => found.Add(row.Text(0)));
                return found;
            },
            CancellationToken.None);
        Assert.Equal(tables.Where(t => t is not "schema_version"), BackupFormat.Tables.Keys);
        Assert.All(BackupFormat.Tables.Values, t => Assert.NotEmpty(t.Columns.Select(BackupFormat.KindOf)));
    }
}
