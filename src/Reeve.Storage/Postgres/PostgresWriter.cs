using Npgsql;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Postgres;

/// <summary>
/// Commits a group of writes in one round trip. When one of them makes a mistake the server undoes all, and each is run alone. When
/// the connection breaks during a commit nobody knows whether it came through: each commit leaves its number, and the next connection
/// looks which number is there before it repeats anything.
/// </summary>
internal sealed class PostgresWriter(string connectionString, string database) : IWriterConnection
{
    /// <summary>The table of the number of the last commit, one row.</summary>
    public const string MakeMark = "CREATE TABLE IF NOT EXISTS last_commit (one bigint PRIMARY KEY, number bigint NOT NULL)";

    private const string ReadMark = "SELECT number FROM last_commit WHERE one = 1";
    private const string Mark =
        "INSERT INTO last_commit (one, number) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET number = excluded.number";

    private readonly OwnerLock _lock = new(database);
    private NpgsqlConnection? _connection;
    private PostgresSession? _session;
    private long _number;
    private long _doubtedNumber;
    private IReadOnlyList<PendingWrite>? _inDoubt;

    /// <summary>Connects, and takes the database for this process. Throws <see cref="StoreException"/>.</summary>
    public void Open()
    {
        try
        {
            Connect();
        }
        catch (Exception e) when (PostgresFault.MeansAway(e))
        {
            Disconnect();
            throw PostgresFault.Explain(database, e);
        }
        catch
        {
            Disconnect();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<PendingWrite> group)
    {
        try
        {
            if (_session is null)
            {
                Connect();
            }

            ResolveDoubt();
            var waiting = group.Where(w => !w.IsOver).ToList();
            if (waiting.Count == 0)
            {
                Say("SELECT 1").ExecuteNonQuery();
            }
            else if (!TryTogether(waiting))
            {
                waiting.ForEach(RunAlone);
            }
        }
        catch (Exception e) when (PostgresFault.MeansAway(e))
        {
            Disconnect();
            throw new StoreException(PostgresFault.Explain(database, e).Message, isTransient: true, e);
        }
        catch
        {
            Disconnect();
            throw;
        }
    }

    public void Dispose() => Disconnect();

    private void Connect()
    {
        Disconnect();
        _connection = new NpgsqlConnection(connectionString);
        _connection.Open();
        _lock.Take(_connection);
        Say(MakeMark).ExecuteNonQuery();
        _number = Say(ReadMark).ExecuteScalar() as long? ?? 0;
        _session = new PostgresSession(_connection);
    }

    private NpgsqlCommand Say(string sql) => new(sql, _connection);

    private void Disconnect()
    {
        _session = null;
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>INVARIANT: called with a new connection whenever something is in doubt, since each doubt came from a broken one.</summary>
    private void ResolveDoubt()
    {
        if (_inDoubt is not { } writes)
        {
            return;
        }

        var cameThrough = _number == _doubtedNumber;
        _inDoubt = null;
        if (cameThrough)
        {
            Answer(writes);
        }
    }

    private bool TryTogether(List<PendingWrite> writes)
    {
        try
        {
            writes.ForEach(w => w.Run(_session!));
            CommitMarked(writes);
            return true;
        }
        catch (Exception e) when (!PostgresFault.MeansAway(e))
        {
            _session!.Rollback();
            if (writes.Count == 1)
            {
                writes[0].Fail(e);
                return true;
            }

            return false;
        }
    }

    private void RunAlone(PendingWrite write)
    {
        var ended = TryTogether([write]);
        System.Diagnostics.Debug.Assert(ended, "a write alone comes through or fails");
    }

    private void CommitMarked(List<PendingWrite> writes)
    {
        // From here on a broken connection leaves it open whether they were committed.
        _inDoubt = writes;
        _doubtedNumber = _number + 1;
        try
        {
            _session!.Commit(Mark, _doubtedNumber);
        }
        catch (PostgresException e) when (PostgresFault.IsOfTheStatement(e))
        {
            // The server undid it, so there is no doubt.
            _inDoubt = null;
            throw;
        }

        _inDoubt = null;
        _number = _doubtedNumber;
        Answer(writes);
    }

    private static void Answer(IReadOnlyList<PendingWrite> writes)
    {
        foreach (var write in writes)
        {
            write.Succeed();
        }
    }
}
