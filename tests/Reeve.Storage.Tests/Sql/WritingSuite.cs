using Reeve.Storage.Sql;

namespace Reeve.Storage.Tests.Sql;

/// <summary>What both databases promise about writing.</summary>
public abstract class WritingSuite<T> : IAsyncLifetime where T : TestDatabase, new()
{
    private static readonly SqlTable _notes = new(
        "notes", 1, false, SqlColumn.Text("id"), SqlColumn.Whole("number"), SqlColumn.Text("word"));
    private static readonly SqlTable _log = new("log", 1, true, SqlColumn.Whole("seq"));

    private readonly T _place = new();
    private ISqlDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await _place.OpenAsync();
        await WriteAsync(session =>
        {
            session.Execute("CREATE TABLE notes (id text PRIMARY KEY, number bigint, word text UNIQUE)");
            session.Execute("CREATE TABLE log (seq bigint PRIMARY KEY)");
            var bytes = _place is OnPostgres ? "bytea" : "blob";
            session.Execute($"CREATE TABLE kinds (id bigint PRIMARY KEY, amount double precision, bytes {bytes})");
        });
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_opening_again()
    {
        await PutAsync("a", 1);
        await _database.DisposeAsync();
        _database = await _place.OpenAsync();
        Assert.Equal([("a", 1L)], await NotesAsync());
    }

    [Fact]
    public async Task Writes_become_durable_in_the_order_of_the_calls()
    {
        // Each write reads what the one before left: with any other order, the numbers would not follow each other.
        var writes = Enumerable.Range(1, 500).Select(i => WriteAsync(session =>
        {
            long last = 0;
            session.Query("SELECT max(seq) FROM log", [], row => last = row.IsNull(0) ? 0 : row.Whole(0));
            Assert.Equal(i - 1, last);
            session.Put(_log, [(long)i]);
        })).ToList();
        await Task.WhenAll(writes);
    }

    [Fact]
    public async Task Many_writes_at_once_all_arrive_and_of_several_to_one_row_the_last_counts()
    {
        await Task.WhenAll(Enumerable.Range(0, 3000).Select(i => PutAsync($"n{i % 1000:0000}", i)));
        var notes = await NotesAsync();
        Assert.Equal(1000, notes.Count);
        Assert.Equal(Enumerable.Range(2000, 1000).Select(i => (long)i), notes.Select(n => n.Number));
    }

    [Fact]
    public async Task A_write_that_breaks_a_constraint_fails_alone_and_leaves_nothing()
    {
        await PutAsync("taken", 0, "same");
        var writes = Enumerable.Range(0, 100).Select(i => i == 50
            ? WriteAsync(session =>
            {
                session.Put(_notes, ["half", 1L, "other"]);
                session.Put(_notes, ["bad", 1L, "same"]);
            })
            : PutAsync($"n{i:000}", i)).ToList();
        await Assert.ThrowsAnyAsync<Exception>(() => writes[50]);
        writes.RemoveAt(50);
        await Task.WhenAll(writes);
        var notes = await NotesAsync();
        Assert.Equal(100, notes.Count);
        Assert.DoesNotContain(notes, n => n.Id is "half" or "bad");
        Assert.True(_database.Health.IsWell);
    }

    [Fact]
    public async Task A_write_that_throws_fails_alone_with_what_it_threw()
    {
        var writes = Enumerable.Range(0, 50).Select(i => i == 20
            ? WriteAsync(session =>
            {
                session.Put(_notes, ["half", 1L, default]);
                throw new FormatException("a bug");
            })
            : PutAsync($"n{i:000}", i)).ToList();
        await Assert.ThrowsAsync<FormatException>(() => writes[20]);
        writes.RemoveAt(20);
        await Task.WhenAll(writes);
        Assert.Equal(49, (await NotesAsync()).Count);
    }

    [Fact]
    public async Task A_write_sees_what_it_put_and_removed_before()
    {
        await PutAsync("old", 1);
        long found = -1;
        await WriteAsync(session =>
        {
            session.Remove(_notes, ["old"]);
            session.Put(_notes, ["new", 2L, default]);
            session.Put(_notes, ["new", 3L, default]);
            session.Query("SELECT sum(number), count(*) FROM notes WHERE id = $2 OR id = $1", ["old", "new"], row => found = row.Whole(1));
        });
        Assert.Equal(1, found);
        Assert.Equal([("new", 3L)], await NotesAsync());
    }

    [Fact]
    public async Task A_row_may_be_removed_and_put_again_in_one_group()
    {
        await Task.WhenAll(
            PutAsync("a", 1), WriteAsync(s => s.Remove(_notes, ["a"])), PutAsync("a", 2),
            PutAsync("b", 1), WriteAsync(s => s.Remove(_notes, ["b"])));
        Assert.Equal([("a", 2L)], await NotesAsync());
    }

    [Fact]
    public async Task A_table_that_is_only_added_to_refuses_a_key_twice()
    {
        await WriteAsync(session => session.Put(_log, [1L]));
        await Assert.ThrowsAnyAsync<Exception>(() => WriteAsync(session => session.Put(_log, [1L])));
        await Assert.ThrowsAnyAsync<Exception>(() => WriteAsync(session =>
        {
            session.Put(_log, [2L]);
            session.Put(_log, [2L]);
        }));
        await WriteAsync(session => session.Put(_log, [3L]));
    }

    [Fact]
    public async Task What_a_write_notes_about_the_content_is_forgotten_when_one_is_undone()
    {
        await WriteAsync(session => session.Memo = "noted");
        var failing = WriteAsync(session =>
        {
            session.Memo = "wrong";
            throw new FormatException();
        });
        await Assert.ThrowsAsync<FormatException>(() => failing);
        object? memo = "unread";
        await WriteAsync(session => memo = session.Memo);
        Assert.Null(memo);
    }

    [Fact]
    public async Task Every_kind_of_value_comes_back_as_it_was()
    {
        await WriteAsync(session =>
        {
            session.Execute("INSERT INTO kinds (id, amount, bytes) VALUES ($1, $2, $3)", long.MinValue, 0.1, new byte[] { 0, 255 });
            var none = Array.Empty<byte>();
            var changed = session.Execute("INSERT INTO kinds (id, amount, bytes) VALUES ($1, $2, $3)", 2L, double.MaxValue, none);
            Assert.Equal(1, changed);
            session.Put(_notes, ["ä€😀", default, "half a pair \ud83d and\0nul"]);
        });
        var kinds = await _database.ReadAsync(
            reader =>
            {
                var rows = new List<(long, double, byte[])>();
                reader.Query(
                    "SELECT id, amount, bytes FROM kinds ORDER BY id", [],
                    row => rows.Add((row.Whole(0), row.Real(1), row.Bytes(2).ToArray())));
                return rows;
            },
            CancellationToken.None);
        Assert.Equal((long.MinValue, 0.1), (kinds[0].Item1, kinds[0].Item2));
        Assert.Equal([0, 255], kinds[0].Item3);
        Assert.Equal(double.MaxValue, kinds[1].Item2);
        Assert.Empty(kinds[1].Item3);
        var word = await _database.ReadAsync(
            reader =>
            {
                var found = "";
                reader.Query(
                    "SELECT word, number FROM notes WHERE id = $1", ["ä€😀"], row => found = row.IsNull(1) ? row.Text(0) : "number");
                return found;
            },
            CancellationToken.None);
        Assert.Equal("half a pair \ufffd and\ufffdnul", word);
    }

    [Fact]
    public async Task Closing_commits_what_waits_and_refuses_what_comes_later()
    {
        var writes = Enumerable.Range(0, 200).Select(i => PutAsync($"n{i:000}", i)).ToList();
        await _database.DisposeAsync();
        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => PutAsync("late", 1));
        _database = await _place.OpenAsync();
        Assert.Equal(200, (await NotesAsync()).Count);
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting_and_not_the_write()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var write = _database.WriteAsync(
            session =>
            {
                session.Put(_notes, ["a", 1L, default]);
                return true;
            },
            cancelled.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await PutAsync("b", 2);
        Assert.Equal(2, (await NotesAsync()).Count);
    }

    [Fact]
    public async Task A_second_owner_is_refused_and_told_who_the_first_is()
    {
        var refused = await Assert.ThrowsAsync<StoreException>(() => _place.OpenAsync());
        Assert.Contains("another reeve works on this", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        await PutAsync("a", 1);
        await _database.DisposeAsync();
        _database = await _place.OpenAsync();
    }

    private Task PutAsync(string id, long number, string? word = null) => WriteAsync(session => session.Put(_notes, [id, number, word]));

    private Task WriteAsync(Action<ISqlSession> work) => _database.WriteAsync(
        session =>
        {
            work(session);
            return true;
        },
        CancellationToken.None);

    private Task<List<(string Id, long Number)>> NotesAsync() => _database.ReadAsync(
        reader =>
        {
            var notes = new List<(string, long)>();
            reader.Query("SELECT id, number FROM notes ORDER BY id", [], row => notes.Add((row.Text(0), row.Whole(1))));
            return notes;
        },
        CancellationToken.None);
}

public sealed class WritingOnSqlite : WritingSuite<OnSqlite>;

public sealed class WritingOnPostgres : WritingSuite<OnPostgres>;
