using System.Net;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Crash.Tests.Load;

namespace Reeve.Crash.Tests.Promises;

/// <summary>All that Reeve has kept, read over REST when everything has settled.</summary>
internal sealed class Kept
{
    /// <summary>All executions.</summary>
    public required IReadOnlyList<Execution> Executions { get; init; }

    /// <summary>All incidents.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }

    /// <summary>All approvals.</summary>
    public required IReadOnlyList<Approval> Approvals { get; init; }

    /// <summary>The whole journal, oldest first.</summary>
    public required IReadOnlyList<KeptJournalEntry> Journal { get; init; }

    /// <summary>All targets, by path.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Targets { get; init; }

    /// <summary>The policy that was edited again and again.</summary>
    public required JsonElement Edited { get; init; }

    /// <summary>Reads all.</summary>
    public static async Task<Kept> ReadAsync(Client client, CancellationToken cancellationToken) => new()
    {
        Executions = [.. (await client.ListAsync("api/v1/executions", cancellationToken))
            .Select(e => e.Deserialize(CoreJson.Default.Execution)!)],
        Incidents = [.. (await client.ListAsync("api/v1/incidents", cancellationToken))
            .Select(i => i.Deserialize(CoreJson.Default.Incident)!)],
        Approvals = [.. (await client.ListAsync("api/v1/approvals", cancellationToken))
            .Select(a => a.Deserialize(CoreJson.Default.Approval)!)],
        Journal = [.. (await client.ListAsync("api/v1/journal?order=oldest", cancellationToken)).Select(Entry)],
        Targets = (await client.ListAsync("api/v1/targets", cancellationToken))
            .ToDictionary(t => t.GetProperty("path").GetString()!, StringComparer.Ordinal),
        Edited = await client.GetAsync("api/v1/policies/edited", cancellationToken) is { Status: HttpStatusCode.OK } answer
            ? answer.Json
            : throw new InvalidOperationException("policy `edited` cannot be read"),
    };

    /// <summary>What still goes on; empty when all has settled.</summary>
    public static async Task<IReadOnlyList<string>> UnsettledAsync(Client client, CancellationToken cancellationToken)
    {
        var status = await client.GetAsync("api/v1/status", cancellationToken);
        if (status is not { Status: HttpStatusCode.OK })
        {
            return [$"status: {status?.ToString() ?? "no answer"}"];
        }

        var living = status.Json.GetProperty("living");
        var unsettled = ((string[])["episodes", "incidents", "approvals"])
            .Where(n => living.GetProperty(n).GetInt64() > 0).Select(n => $"{living.GetProperty(n)} {n}").ToList();
        foreach (var state in (string[])["pending", "running", "waiting"])
        {
            unsettled.AddRange(
                (await client.ListAsync($"api/v1/executions?status={state}", cancellationToken)).Select(e => $"execution {e}"));
        }

        unsettled.AddRange((await client.ListAsync("api/v1/incidents?status=triggered", cancellationToken)).Select(i => $"incident {i}"));
        unsettled.AddRange((await client.ListAsync("api/v1/approvals?status=pending", cancellationToken)).Select(a => $"approval {a}"));
        return unsettled;
    }

    private static KeptJournalEntry Entry(JsonElement item) =>
        new(
            item.GetProperty("sequence").GetInt64(), item.Deserialize(CoreJson.Default.JournalEntry)!,
            item.GetProperty("hash").GetString()!);
}
