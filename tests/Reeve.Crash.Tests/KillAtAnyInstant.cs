using System.Globalization;
using Reeve.TestKit;

namespace Reeve.Crash.Tests;

/// <summary>
/// kill -9 at random instants under load, on both databases: afterwards no incident, execution, approval or journal entry is lost or
/// doubled, and the receiver had each effect once. <c>REEVE_CRASH_KILLS</c> and <c>REEVE_CRASH_SEED</c> make it longer, or the same again.
/// </summary>
public sealed class KillAtAnyInstant
{
    private static readonly int Kills = FromEnvironment("REEVE_CRASH_KILLS", 26);
    private static readonly int Seed = FromEnvironment("REEVE_CRASH_SEED", (int)(TimeProvider.System.GetTimestamp() & 0xffffff));

    [Fact]
    public async Task Nothing_is_lost_or_doubled_on_sqlite()
    {
        using var folder = new TempFolder();
        await using var server = new ReeveServer(folder.At("data"), null);
        await new CrashRun(server, Kills, Seed).RunAsync();
    }

    [Fact]
    public async Task Nothing_is_lost_or_doubled_on_postgresql()
    {
        using var folder = new TempFolder();
        await using var postgres = await PostgresServer.StartAsync();
        var database = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync());
        await using var server = new ReeveServer(folder.At("data"), database);
        await new CrashRun(server, Kills, Seed).RunAsync();
    }

    private static int FromEnvironment(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : usual;
}
