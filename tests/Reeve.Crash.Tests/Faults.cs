using System.Net;
using Reeve.Crash.Tests.Load;
using Reeve.TestKit;

namespace Reeve.Crash.Tests;

/// <summary>
/// What Reeve stands on fails: health says so, intake is refused in a way that the sender understands, and work resumes by itself.
/// </summary>
public sealed class Faults
{
    private const string Bad = """{"target":"farm/hooks/n1","service":"load","metric":0.99}""";
    private static readonly CancellationToken Ever = CancellationToken.None;

    [FullDiskFact]
    public async Task A_full_disk_refuses_the_intake_until_there_is_space_again()
    {
        using var disk = SmallDisk.Mount(8);
        await using var receiver = await Receiver.StartAsync(1);
        receiver.IsCalm = true;
        await using var server = new ReeveServer(Path.Combine(disk.Path, "data"), null);
        using var client = await StartedAsync(server, receiver);
        await OrderAsync(client, receiver, "before");

        disk.Fill();
        await RefusesAsync(client);
        var waiting = OrderAsync(client, receiver, "during");
        disk.MakeSpace(32);

        await server.BecomesReadyAsync();
        await waiting;
        await OrderAsync(client, receiver, "after");
        await HadOnceAsync(receiver, "before", "during", "after");
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("api/v1/events", Bad, Ever))!.Status);
    }

    [Fact]
    public async Task A_database_file_that_another_process_locks_is_waited_for()
    {
        using var folder = new TempFolder();
        await using var receiver = await Receiver.StartAsync(1);
        receiver.IsCalm = true;
        await using var server = new ReeveServer(folder.At("data"), null);
        using var client = await StartedAsync(server, receiver);
        const string lockIt =
            """
            import sqlite3, sys, time
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("BEGIN EXCLUSIVE")
            print("locked", flush=True)
            time.sleep(600)
            """;
        await using var other = await ChildProcess.StartAsync("python3", "-c", lockIt, folder.At("data", "reeve.db"));
        await Eventually.IsTrueAsync(() => other.Output.Contains("locked"), null, "the other process has the lock");

        await RefusesAsync(client);
        var waiting = OrderAsync(client, receiver, "during");
        await other.KillAsync();

        await server.BecomesReadyAsync();
        await waiting;
        await HadOnceAsync(receiver, "during");
    }

    [Fact]
    public async Task A_corrupt_database_file_is_said_in_one_line_and_left_as_it_is()
    {
        using var folder = new TempFolder();
        var file = folder.Write("data/reeve.db", string.Concat(Enumerable.Repeat("this is no database. ", 1000)));
        var before = await File.ReadAllBytesAsync(file);

        var error = await FailsToStartAsync(folder.At("data"), null);

        Assert.Contains("reeve.db", error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_folder_is_refused_and_the_first_goes_on()
    {
        using var folder = new TempFolder();
        await using var receiver = await Receiver.StartAsync(1);
        await using var server = new ReeveServer(folder.At("data"), null);
        using var client = await StartedAsync(server, receiver);

        var error = await FailsToStartAsync(folder.At("data"), null);

        Assert.Contains(folder.At("data"), error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await client.PostAsync("api/v1/events", Bad, Ever))!.Status);
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_while_postgresql_is_away()
    {
        using var folder = new TempFolder();
        await using var postgres = await PostgresServer.StartAsync();
        var database = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync());
        await using var receiver = await Receiver.StartAsync(1);
        receiver.IsCalm = true;
        await using var server = new ReeveServer(folder.At("data"), database);
        using var client = await StartedAsync(server, receiver);
        await OrderAsync(client, receiver, "before");

        await postgres.StopAsync();
        await RefusesAsync(client);
        var waiting = OrderAsync(client, receiver, "during");
        await postgres.StartAgainAsync();

        await server.BecomesReadyAsync();
        await waiting;
        await OrderAsync(client, receiver, "after");
        await HadOnceAsync(receiver, "before", "during", "after");
    }

    [Fact]
    public async Task A_postgresql_that_is_not_there_is_said_in_one_line()
    {
        using var folder = new TempFolder();
        var error = await FailsToStartAsync(folder.At("data"), $"postgres://reeve@127.0.0.1:{FreePort.Take()}/reeve");
        Assert.Contains("127.0.0.1", error, StringComparison.Ordinal);
    }

    private static async Task<Client> StartedAsync(ReeveServer server, Receiver receiver)
    {
        await server.StartAsync();
        var client = new Client(server.Url);
        var applied = await client.ApplyAsync(Farm.Documents(receiver.Url), Ever);
        Assert.True(applied is { Status: HttpStatusCode.OK }, $"the documents were answered {applied}");
        return client;
    }

    /// <summary>Sends events until one is refused; every refusal must say when to come again, and the health why.</summary>
    private static async Task RefusesAsync(Client client)
    {
        // something must be written before it can be noticed that nothing can be
        await Eventually.IsTrueAsync(
            async () =>
            {
                var value = TimeProvider.System.GetTimestamp() % 2 == 0 ? "0.1" : "0.99";
                var answer = await client.PostAsync("api/v1/events", Bad.Replace("0.99", value, StringComparison.Ordinal), Ever);
                Assert.True(
                    answer is null or { Status: HttpStatusCode.Accepted } or { IsLater: true, SaysWhenToRetry: true },
                    $"answered {answer}");
                return answer is { Status: HttpStatusCode.ServiceUnavailable };
            },
            TimeSpan.FromSeconds(60),
            "intake is refused");
        var health = await client.GetAsync("health/ready", Ever);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health!.Status);
        Assert.NotEmpty(health.Json.GetProperty("reasons").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("health/live", Ever))!.Status);
        var order = await client.PostAsync("api/v1/executions", """{"workflow":"deliver","with":{"order":"never"}}""", Ever, "never");
        Assert.True(order is { Status: HttpStatusCode.ServiceUnavailable, SaysWhenToRetry: true }, $"an order was answered {order}");
    }

    /// <summary>Orders, as often as it takes until that is acknowledged.</summary>
    private static Task OrderAsync(Client client, Receiver receiver, string order) => Eventually.IsTrueAsync(
        async () =>
        {
            var body = $$$"""{"actor":"webhook","with":{"body":{"order":"{{{order}}}"},"url":"{{{receiver.Url}}}orders"}}""";
            var answer = await client.PostAsync("api/v1/executions", body, Ever, order);
            return answer is { Status: HttpStatusCode.OK or HttpStatusCode.Accepted };
        },
        TimeSpan.FromSeconds(60),
        $"order {order} is acknowledged");

    private static Task HadOnceAsync(Receiver receiver, params string[] orders) => Eventually.PassesAsync(() =>
    {
        foreach (var order in orders)
        {
            Assert.Single(
                receiver.Effects.Values,
                e => e.Path == "/orders" && e.Body.Contains($"\"{order}\"", StringComparison.Ordinal) && e.Confirmed);
        }

        return Task.CompletedTask;
    });

    private static async Task<string> FailsToStartAsync(string dataFolder, string? database)
    {
        await using var second = new ReeveServer(dataFolder, database);
        await second.LaunchAsync();
        Assert.Equal(3, await second.Process.WaitForExitAsync());
        var lines = second.Process.Errors.Where(l => l.Length > 0).ToList();
        Assert.DoesNotContain(lines, l => l.Contains("   at ", StringComparison.Ordinal));
        return Assert.Single(lines);
    }
}
