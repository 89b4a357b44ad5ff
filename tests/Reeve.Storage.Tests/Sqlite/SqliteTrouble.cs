using Reeve.Core.Journal;
using Reeve.Storage.Sqlite;
using Reeve.Storage.Tests.Records;
using Reeve.TestKit;

namespace Reeve.Storage.Tests.Sqlite;

/// <summary>A SQLite file that is damaged, locked, or on a full disk.</summary>
public sealed class SqliteTrouble : IAsyncDisposable
{
    private readonly OnSqlite _place = new();

    private string DatabaseFile => Path.Combine(_place.Folder, SqliteDatabase.FileName);

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public void The_systems_library_is_preferred() =>
        // The one in the package is 3.35.5.
        Assert.True(Version.Parse(SqliteLibrary.Version) >= new Version(3, 40), SqliteLibrary.Version);

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_with_its_name()
    {
        File.WriteAllText(DatabaseFile, string.Concat(Enumerable.Repeat("this is not a database ", 1000)));
        var refused = await Assert.ThrowsAsync<StoreException>(_place.OpenStoreAsync);
        Assert.Equal($"`{DatabaseFile}`: is not a SQLite database; name another data folder, or move the file away", refused.Message);
        Assert.False(refused.IsTransient);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_or_told_of_when_it_is_read()
    {
        await using (var store = await _place.OpenStoreAsync())
        {
            await store.Changes.CommitAsync(Samples.Changes(200), CancellationToken.None);
        }

        var bytes = File.ReadAllBytes(DatabaseFile);
        bytes.AsSpan(100, bytes.Length - 100).Fill(0x5a);
        File.WriteAllBytes(DatabaseFile, bytes);
        var refused = await Assert.ThrowsAsync<StoreException>(_place.OpenStoreAsync);
        Assert.Contains($"`{DatabaseFile}`: is damaged", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_another_process_holds_is_refused_with_what_to_do()
    {
        await (await _place.OpenStoreAsync()).DisposeAsync();
        using var other = SqliteConnection.Open(DatabaseFile, create: false, TimeSpan.Zero);
        other.Run("PRAGMA locking_mode = EXCLUSIVE");
        other.Run("BEGIN EXCLUSIVE");
        var refused = await Assert.ThrowsAsync<StoreException>(_place.OpenStoreAsync);
        Assert.Contains("is locked by another process", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.IsTransient);
    }

    [Fact]
    public async Task While_another_process_locks_the_file_writes_wait_and_then_go_through()
    {
        await using var store = await _place.OpenStoreAsync();
        using var other = SqliteConnection.Open(DatabaseFile, create: false, TimeSpan.FromSeconds(1));
        other.Run("BEGIN IMMEDIATE");
        var first = store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
        await Eventually.IsTrueAsync(() => !store.Health.IsWell);
        Assert.Contains("is locked by another process", store.Health.Reason, StringComparison.Ordinal);
        Assert.NotNull(store.Health.FailingSince);
        var second = store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
        Assert.False(first.IsCompleted);

        other.Run("COMMIT");
        await first;
        await second;
        Assert.True(store.Health.IsWell);
        Assert.Equal(2, (await store.VerifyJournalAsync(CancellationToken.None)).Entries);
    }

    [Fact]
    public async Task A_file_that_was_taken_away_is_not_replaced_by_an_empty_one()
    {
        var store = await _place.OpenStoreAsync();
        await store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
        await store.DisposeAsync();
        File.Delete(DatabaseFile);
        Assert.Throws<SqliteFault>(() => SqliteConnection.Open(DatabaseFile, create: false, TimeSpan.Zero));
        Assert.False(File.Exists(DatabaseFile));
    }

    [FullDiskFact]
    public async Task A_full_disk_holds_writes_back_and_they_go_through_once_there_is_space()
    {
        using var disk = SmallDisk.Mount(megabytes: 4);
        await using var store = await Store.OpenAsync(
            new StoreOptions { DataFolder = disk.Path }, TimeProvider.System, CancellationToken.None);
        await store.Changes.CommitAsync(Samples.Changes(10), CancellationToken.None);
        disk.Fill();

        var writes = Enumerable.Range(0, 40).Select(_ => store.Changes.CommitAsync(Samples.Changes(50), CancellationToken.None)).ToList();
        await Eventually.IsTrueAsync(() => !store.Health.IsWell);
        Assert.Contains(writes, w => !w.IsCompleted);
        Assert.DoesNotContain(writes, w => w.IsFaulted);

        disk.MakeSpace(megabytes: 64);
        await Task.WhenAll(writes);
        Assert.Equal(StoreHealth.Well, store.Health);
        var check = await store.VerifyJournalAsync(CancellationToken.None);
        Assert.Equal((true, 10 + (40 * 50)), (check.IsGood, (int)check.Entries));
    }
}
