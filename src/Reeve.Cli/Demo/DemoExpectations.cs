using System.Globalization;
using System.Text.Json;

namespace Reeve.Cli.Demo;

/// <summary>What a run must have shown, looked up in what Reeve recorded.</summary>
internal sealed record Expectation(string What, bool Met, string Detail)
{
    /// <summary>All of them, in the order of the story.</summary>
    public static IReadOnlyList<Expectation> Of(ShopState state, DemoEvents events)
    {
        var executions = state.Executions;
        var healed = executions.FirstOrDefault(e => IsAction(e, "heal") && Text(e, "target") == events.KilledPath && Is(e, "succeeded"));
        var checks = state.Status.TryGetProperty("counters", out var counters) && counters.TryGetProperty("deferred", out var deferred)
            ? deferred.GetInt64()
            : 0;
        var keys = executions.Select(e => Text(e, "idempotency_key")).ToList();
        var held = state.Journal.FirstOrDefault(j => KindOf(j) == "action.held");
        var cleared = executions.FirstOrDefault(e => IsAction(e, "clear-spool") && Is(e, "succeeded"));
        return
        [
            new(
                "the missing workers were created",
                executions.Any(e => IsAction(e, "create") && Is(e, "succeeded")),
                First(executions, "create")),
            new(
                "the group grew under load", events.MostWorkers > 2 && Done(executions, "scale_out"),
                $"up to {events.MostWorkers} workers"),
            new(
                "the killed worker was healed",
                healed.ValueKind == JsonValueKind.Object && events.HealedAfter is not null,
                events.HealedAfter is { } after
                    ? string.Create(CultureInfo.InvariantCulture, $"{after.TotalSeconds:0.0} s from kill to started ({events.KilledPath})")
                    : "not healed"),
            new(
                "an action was held back, with its reason", held.ValueKind == JsonValueKind.Object,
                held.ValueKind == JsonValueKind.Object ? Text(EntryOf(held), "summary") ?? "" : "none"),
            new(
                "the scheduled check ran and found the full spool",
                state.Incidents.Any(i => Text(i, "binding") == "watch-spool"),
                checks > 0 ? string.Create(CultureInfo.InvariantCulture, $"{checks} checks") : ""),
            new(
                "its action waited for approval, then ran",
                cleared.ValueKind == JsonValueKind.Object && events.Approved,
                cleared.ValueKind == JsonValueKind.Object ? Text(cleared, "id") ?? "" : "no"),
            new("the group shrank when the load was gone", Done(executions, "scale_in"), First(executions, "scale_in")),
            new("an action was judged by its effect", state.Journal.Any(j => KindOf(j) == "action.judged"), ""),
            new(
                "no action ran twice", keys.Distinct().Count() == keys.Count && keys.Count > 0,
                string.Create(CultureInfo.InvariantCulture, $"{keys.Count} executions, {keys.Count} keys")),
        ];
    }

    internal static JsonElement EntryOf(JsonElement kept) => kept.TryGetProperty("entry", out var entry) ? entry : kept;

    internal static string KindOf(JsonElement kept) => Text(EntryOf(kept), "kind") ?? "";

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    internal static bool IsAction(JsonElement execution, string name) =>
        execution.TryGetProperty("action", out var action) ? Text(action, "name") == name : Text(execution, "workflow") == name;

    private static bool Is(JsonElement execution, string status) => Text(execution, "status") == status;

    private static bool Done(IReadOnlyList<JsonElement> executions, string name) =>
        executions.Any(e => IsAction(e, name) && Is(e, "succeeded"));

    private static string First(IReadOnlyList<JsonElement> executions, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{executions.Count(e => IsAction(e, name) && Is(e, "succeeded"))} × {name}");
}

/// <summary>What the demonstration itself did and saw.</summary>
internal sealed class DemoEvents
{
    /// <summary>The worker that was killed.</summary>
    public string? KilledPath { get; set; }

    /// <summary>Its process.</summary>
    public int KilledPid { get; set; }

    /// <summary>When, by the monotonic clock.</summary>
    public long KilledAt { get; set; }

    /// <summary>From the kill until another process of the same worker was started.</summary>
    public TimeSpan? HealedAfter { get; set; }

    /// <summary>Was an approval given?</summary>
    public bool Approved { get; set; }

    /// <summary>The most workers that were started at once.</summary>
    public int MostWorkers { get; set; }
}
