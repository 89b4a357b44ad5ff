using System.Globalization;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Migrations;

/// <summary>Brings a database to the schema of this release: each missing step in order, all in one transaction.</summary>
internal static class Schema
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(50);

    private const string MakeVersions =
        "CREATE TABLE IF NOT EXISTS schema_version (version bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)";

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

    private static int Run(ISqlSession session, IReadOnlyList<Migration> steps, string keyText, TimeProvider time)
    {
        session.Execute(MakeVersions);
        long reached = 0;
        session.Query("SELECT max(version) FROM schema_version", [], row => reached = row.IsNull(0) ? 0 : row.Whole(0));
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
