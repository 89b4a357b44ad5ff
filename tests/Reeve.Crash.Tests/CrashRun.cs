using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using Reeve.Crash.Tests.Load;
using Reeve.Crash.Tests.Promises;
using Reeve.Storage;
using Reeve.TestKit;

namespace Reeve.Crash.Tests;

/// <summary>One run: load, kill -9 at random instants, start again; at the end, are all promises kept?</summary>
internal sealed class CrashRun(ReeveServer server, int kills, int seed)
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(40);
    private readonly Acknowledged _acknowledged = new();
    private readonly Random _random = new(seed);
    private readonly List<string> _rounds = [];

    /// <summary>Runs it, and throws with everything that was lost or doubled.</summary>
    public async Task RunAsync()
    {
        await using var receiver = await Receiver.StartAsync(seed);
        using var client = new Client(server.Url);
        await server.StartAsync();
        await PrepareAsync(client, receiver);

        using var ending = new CancellationTokenSource();
        using var stopOrders = new CancellationTokenSource();
        var events = new EventLoad(client, _acknowledged, Fork());
        var people = new PeopleLoad(client, _acknowledged, Fork());
        var steady = Task.WhenAll(
            events.RunAsync(ending.Token), people.RunAsync(ending.Token), new Witness(client, _acknowledged).RunAsync(ending.Token));
        var passing = Task.WhenAll(
            new OrderLoad(client, receiver.Url, _acknowledged, "red", Fork()).RunAsync(stopOrders.Token, ending.Token),
            new OrderLoad(client, receiver.Url, _acknowledged, "blue", Fork()).RunAsync(stopOrders.Token, ending.Token),
            CancelsQuietlyAsync(new DocumentLoad(client, _acknowledged).RunAsync(stopOrders.Token)));
        for (var round = 1; round <= kills; round++)
        {
            await RoundAsync(round);
        }

        await server.StartAsync();
        await stopOrders.CancelAsync();
        await passing;
        receiver.IsCalm = events.IsCalm = people.IsCalm = true;
        await RetireHeartsAsync(client);
        var unsettled = await SettleAsync(client, ending.Token);
        var kept = await Kept.ReadAsync(client, ending.Token);
        await ending.CancelAsync();
        await CancelsQuietlyAsync(steady);
        await server.KillAsync();
        await VerifyAsync(kept, receiver, unsettled);
    }

    private async Task PrepareAsync(Client client, Receiver receiver)
    {
        var applied = await client.ApplyAsync(Farm.Documents(receiver.Url), CancellationToken.None);
        Assert.True(applied is { Status: HttpStatusCode.OK }, $"the documents were answered {applied}");
        const string create = """{"operation":"create","target":"farm/pool"}""";
        var created = await client.PostAsync("api/v1/executions", create, CancellationToken.None, "first-members");
        Assert.True(created is { Status: HttpStatusCode.Accepted }, $"the pool was answered {created}");
    }

    // now and then the kill comes while it is still starting, and taking up what the last kill left
    private async Task RoundAsync(int round)
    {
        var whileStarting = round > 1 && _random.Next(4) == 0;
        if (!server.IsRunning)
        {
            await (whileStarting ? server.LaunchAsync() : server.StartAsync());
        }

        var delay = TimeSpan.FromMilliseconds(whileStarting ? _random.Next(100, 1200) : _random.Next(50, 1500));
        await Task.Delay(delay, TimeProvider.System);
        await server.KillAsync();
        _rounds.Add(string.Create(
            CultureInfo.InvariantCulture, $"{round}: {delay.TotalMilliseconds} ms after {(whileStarting ? "launch" : "ready")}"));
    }

    // a machine that stands still for a moment is silence too: nothing new may be found while the record is read
    private static async Task RetireHeartsAsync(Client client)
    {
        var answer = await client.AskAsync(HttpMethod.Delete, "api/v1/bindings/hearts", null, "", CancellationToken.None);
        Assert.True(answer is { Status: HttpStatusCode.OK or HttpStatusCode.NoContent }, $"the deletion was answered {answer}");
    }

    private static async Task<IReadOnlyList<string>> SettleAsync(Client client, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> unsettled = [];
        var started = TimeProvider.System.GetTimestamp();
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);
            unsettled = await Kept.UnsettledAsync(client, cancellationToken);
        }
        while (unsettled.Count > 0 && TimeProvider.System.GetElapsedTime(started) < SettlesWithin);
        return unsettled;
    }

    private async Task VerifyAsync(Kept kept, Receiver receiver, IReadOnlyList<string> unsettled)
    {
        await using var store = await Store.OpenAsync(
            new StoreOptions { DataFolder = server.DataFolder, Database = server.Database }, TimeProvider.System, CancellationToken.None);
        var living = await store.LoopState.LoadAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None);
        var chain = await store.VerifyJournalAsync(CancellationToken.None);
        var problems = new Verification(kept, _acknowledged, receiver, living, chain).Problems()
            .Concat(unsettled.Select(u => $"does not settle: {u}"))
            .Concat(server.Transcripts.SelectMany(t => t.Split('\n')).Where(IsComplaint).Select(l => $"reeve said: {l}"))
            .ToList();
        var summary = $"seed {seed}, {server.Kills} kills; {_acknowledged}; {kept.Executions.Count} executions, "
            + $"{kept.Incidents.Count} incidents, "
            + $"{kept.Approvals.Count} approvals, {kept.Journal.Count} journal entries kept; "
            + $"{receiver.Effects.Count} effects in {receiver.Effects.Values.Sum(e => e.Calls)} calls";
        Console.WriteLine(summary);
        Assert.True(problems.Count == 0, Failure(summary, problems));
        var isLoad = kept.Executions.Count > kills && kept.Incidents.Count > 0 && kept.Approvals.Count > 0;
        Assert.True(isLoad, $"there was no load worth the name: {summary}");
    }

    private string Failure(string summary, List<string> problems)
    {
        var text = new StringBuilder()
            .AppendLine(summary)
            .AppendLine(CultureInfo.InvariantCulture, $"rounds: {string.Join("; ", _rounds)}");
        foreach (var problem in problems.Take(60))
        {
            text.AppendLine(problem);
        }

        return text.AppendLine(CultureInfo.InvariantCulture, $"{problems.Count} problems").ToString();
    }

    private static bool IsComplaint(string line) =>
        line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)
        || line.StartsWith("Unhandled", StringComparison.Ordinal);

    [SuppressMessage("Security", "CA5394", Justification = "a seed for a repeatable order of things")]
    private Random Fork() => new(_random.Next());

    private static async Task CancelsQuietlyAsync(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
