using System.Globalization;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Migrations;

/// <summary>Brings a database to the schema of this release: each missing step in order, all in one transaction.</summary>
internal static class Schema
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(50);

    private const string MakeVersions =
        "CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)";

    private const long HalfRestored = -1;

    // the tables that no record is without, and that every schema has
    private static readonly string[] _filledFirst = ["resources", "journal", "executions", "targets"];

    private const string AddVersion = "INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3)";

    /// <summary>Throws <see cref="StoreException"/> when the database comes from a newer release.</summary>
    public static Task BringUpAsync(ISqlDatabase database, TimeProvider time, CancellationToken cancellationToken) =>
        BringUpAsync(database, Migration.All, time, cancellationToken);

    /// <summary>The same with these steps.</summary>
    public static async Task BringUpAsync(
        ISqlDatabase database, IReadOnlyList<Migration> steps, TimeProvider time, CancellationToken cancellationToken)
    {
        // Later a write waits for as long as the database is away; at the start somebody waits for an answer.
        var write = database.WriteAsync(session => Run(session, steps, database.KeyTextType, time), cancellationToken);
        while (await Task.WhenAny(write, Task.Delay(_lookEvery, time, cancellationToken)) != write)
        {
            if (database.Health is { IsWell: false, Reason: var reason })
            {
                throw new StoreException(reason ?? "the store is away", isTransient: true);
            }
        }

        await write;
    }

    /// <summary>
    /// Prepares a database for what is restored: with the steps that its backup knew, empty, and marked so that no Reeve takes half of it.
    /// Throws <see cref="StoreException"/> when it holds something that may not be thrown away.
    /// </summary>
    public static async Task BeginRestoreAsync(
        ISqlDatabase database, int schema, bool replace, TimeProvider time, CancellationToken cancellationToken)
    {
        var rows = await database.WriteAsync(session => Clear(session, replace), cancellationToken);
        if (rows > 0)
        {
            throw new StoreException(
                "the database holds a record already; name an empty one, or say that what is there may go with `--replace`",
                isTransient: false);
        }

        await database.WriteAsync(
            session =>
            {
                var reached = Run(session, [.. Migration.All.Take(schema)], database.KeyTextType, time);
                session.Execute(AddVersion, HalfRestored, "a restore has begun", time.GetUtcNow());
                return reached;
            },
            cancellationToken);
    }

    /// <summary>All is restored: takes the mark away, and the steps that the backup did not know.</summary>
    public static Task EndRestoreAsync(
        ISqlDatabase database, TimeProvider time, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Execute("DELETE FROM schema_version WHERE version = $1", HalfRestored);
            return Run(session, Migration.All, database.KeyTextType, time);
        },
        cancellationToken);

    // gives the rows that are in the way; what may go is dropped, so that the steps begin anew
    private static long Clear(ISqlSession session, bool replace)
    {
        session.Execute(MakeVersions);
        long steps = 0, marks = 0, rows = 0;
        session.Query(
            "SELECT count(*), sum(CASE WHEN version < 0 THEN 1 ELSE 0 END) FROM schema_version", [],
            row => (steps, marks) = (row.Whole(0), row.IsNull(1) ? 0 : row.Whole(1)));
        if (steps == 0)
        {
            return 0;
        }

        // half a restore is nobody's record
        if (!replace && marks == 0)
        {
            foreach (var table in _filledFirst)
            {
                session.Query($"SELECT count(*) FROM {table}", [], row => rows += row.Whole(0));
            }
        }

        if (rows == 0)
        {
            foreach (var table in Backups.BackupFormat.Tables.Keys)
            {
                session.Execute($"DROP TABLE IF EXISTS {table}");
            }

            session.Execute("DELETE FROM schema_version");
        }

        return rows;
    }

    private static int Run(ISqlSession session, IReadOnlyList<Migration> steps, string keyText, TimeProvider time)
    {
        session.Execute(MakeVersions);
        long reached = 0, lowest = 0;
        session.Query(
            "SELECT max(version), min(version) FROM schema_version", [],
            row => (reached, lowest) = row.IsNull(0) ? (0, 0) : (row.Whole(0), row.Whole(1)));
        if (lowest < 0)
        {
            throw new StoreException(
                "the database holds half of a restore that did not come to its end; do it again with `reeve restore`", isTransient: false);
        }

        if (reached > steps.Count)
        {
            throw new StoreException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the database has schema {reached} and this release knows schema {steps.Count}: it was used by a newer release; "
                    + $"start that one, or use another database"),
                isTransient: false);
        }

        foreach (var step in steps.Skip((int)reached))
        {
            foreach (var statement in step.Statements)
            {
                session.Execute(statement.Replace("keytext", keyText, StringComparison.Ordinal));
            }

            session.Execute(AddVersion, step.Number, step.Name, time.GetUtcNow());
        }

        return steps.Count;
    }
}
