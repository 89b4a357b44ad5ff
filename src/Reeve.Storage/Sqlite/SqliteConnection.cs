using SQLitePCL;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Sqlite;

/// <summary>
/// One connection to a SQLite file with its prepared statements; used by one thread at a time. Throws <see cref="SqliteFault"/>.
/// </summary>
internal sealed class SqliteConnection : ISqlSession, IDisposable
{
    private readonly sqlite3 _handle;
    private readonly Dictionary<string, sqlite3_stmt> _statements = new(StringComparer.Ordinal);

    private SqliteConnection(sqlite3 handle) => _handle = handle;

    public object? Memo { get; set; }

    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Opens the file; with <paramref name="create"/> makes it when it is not there.</summary>
    public static SqliteConnection Open(string file, bool create, TimeSpan patience)
    {
        _ = SqliteLibrary.Version;
        var flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var code = raw.sqlite3_open_v2(file, out var handle, flags, null);
        var connection = new SqliteConnection(handle);
        try
        {
            connection.Check(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, (int)patience.TotalMilliseconds);
            connection.Run("PRAGMA journal_mode = WAL");
            connection.Run("PRAGMA synchronous = FULL");
            connection.Run("PRAGMA foreign_keys = ON");
            connection.Run("PRAGMA temp_store = MEMORY");
            connection.Run("PRAGMA wal_autocheckpoint = 4000");
            // The first real look into the file: a file that is no database, or damaged at its root, is found here.
            connection.Run("SELECT count(*) FROM sqlite_master");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public long Execute(string sql, params ReadOnlySpan<SqlValue> parameters)
    {
        Query(sql, parameters, static _ => { });
        return raw.sqlite3_changes(_handle);
    }

    /// <inheritdoc/>
    public void Query(string sql, ReadOnlySpan<SqlValue> parameters, Action<ISqlRow> take)
    {
        var statement = Prepare(sql);
        try
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                Bind(statement, i + 1, parameters[i]);
            }

            var row = new SqliteRow(statement);
            int code;
            while ((code = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
            {
                take(row);
            }

            if (code != raw.SQLITE_DONE)
            {
                Check(code);
            }
        }
        finally
        {
            // It repeats the error of the step, which has been thrown already.
            _ = raw.sqlite3_reset(statement);
            _ = raw.sqlite3_clear_bindings(statement);
        }
    }

    /// <inheritdoc/>
    public void Put(SqlTable table, SqlValue[] row) => Query(table.PutOne, row, static _ => { });

    /// <inheritdoc/>
    public void Remove(SqlTable table, SqlValue[] key) => Query(table.RemoveOne, key, static _ => { });

    public void Run(string sql) => Query(sql, [], static _ => { });

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _handle.Dispose();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(_handle, Numbered(sql), out statement));
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>SQLite takes <c>$1</c> for a name, numbered as it is met; <c>?1</c> is the number 1.</summary>
    private static string Numbered(string sql) => string.Create(sql.Length, sql, static (text, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            text[i] = from[i] == '$' && i + 1 < from.Length && char.IsAsciiDigit(from[i + 1]) ? '?' : from[i];
        }
    });

    private void Bind(sqlite3_stmt statement, int place, in SqlValue value) => Check(value.Kind switch
    {
        SqlKind.Whole => raw.sqlite3_bind_int64(statement, place, value.Whole),
        SqlKind.Real => raw.sqlite3_bind_double(statement, place, value.Real),
        SqlKind.Text => raw.sqlite3_bind_text(statement, place, value.Text),
        SqlKind.Bytes => raw.sqlite3_bind_blob(statement, place, value.Bytes.AsSpan()),
        _ => raw.sqlite3_bind_null(statement, place),
    });

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            var extended = _handle.IsInvalid ? code : raw.sqlite3_extended_errcode(_handle);
            var text = _handle.IsInvalid ? "" : raw.sqlite3_errmsg(_handle).utf8_to_string();
            throw new SqliteFault(extended == raw.SQLITE_OK ? code : extended, text);
        }
    }
}
