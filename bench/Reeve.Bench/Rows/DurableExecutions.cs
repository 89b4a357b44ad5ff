using System.Diagnostics;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>How many executions of one actor's call each are requested, run and recorded to their end in a second.</summary>
internal sealed class DurableExecutions : IMeasurement
{
    private const int Clients = 512;

    /// <inheritdoc/>
    public string Name => "executions";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var onSqlite = await OnAsync(effort, null, cancellationToken);
        say("SQLite");
        await using var server = await PostgresServer.StartAsync(cancellationToken);
        var onPostgres = await OnAsync(
            effort, PostgresServer.UrlOf(await server.CreateDatabaseAsync(cancellationToken)), cancellationToken);
        say("PostgreSQL");
        return
        [
            new Figure("durable executions, SQLite", "/s", onSqlite)
            {
                Reach = 1000,
                MoreIsBetter = true,
                Note = $"{Clients} requests at a time; each acknowledged, its step before and after the call, "
                    + "and its end are synced to disk",
            },
            new Figure("durable executions, PostgreSQL", "/s", onPostgres)
            {
                Reach = 3000,
                MoreIsBetter = true,
                Note = "a server of its own on this machine, default settings (fsync and synchronous_commit on); "
                    + "it shares the processors with Reeve",
            },
        ];
    }

    private static async Task<double[]> OnAsync(Effort effort, string? database, CancellationToken cancellationToken)
    {
        await using var rig = await Rig.OpenAsync(database, cancellationToken);
        rig.Runtime.Actors["note"] = new NotingActor(_ => { });
        await rig.StartAsync(cancellationToken);
        var count = effort.Quick ? 1000 : 10_000;
        await RunAsync(rig, count / 2, cancellationToken);
        var runs = new double[effort.Runs];
        for (var run = 0; run < runs.Length; run++)
        {
            var started = Stopwatch.GetTimestamp();
            await RunAsync(rig, count, cancellationToken);
            runs[run] = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        return runs;
    }

    private static async Task RunAsync(Rig rig, int count, CancellationToken cancellationToken)
    {
        var bound = new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, count, bound, async (i, stop) => await rig.Runtime.RequestAsync(New(rig), "bench", stop));
        await Eventually.IsTrueAsync(() => rig.Runtime.Load.Executions == 0, TimeSpan.FromMinutes(2));
        await rig.Runtime.FlushAsync(cancellationToken);
    }

    private static Execution New(Rig rig)
    {
        var id = rig.Runtime.Ids.Next("exe");
        return new Execution
        {
            Id = new ExecutionId(id),
            Scope = Scope.Default,
            Action = new ActionSpec(ActionKind.Actor, "note", Json.EmptyObject),
            Target = "shop/web-1",
            IdempotencyKey = id,
            CreatedAt = rig.Runtime.Time.GetUtcNow(),
            CreatedBy = "bench",
        };
    }
}
