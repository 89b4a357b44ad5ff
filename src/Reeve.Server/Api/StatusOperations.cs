using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Loop;
using Reeve.Server.Access;
using Reeve.Server.Intake.Riemann;

namespace Reeve.Server.Api;

/// <summary><c>/api/v1/status</c>: what Reeve does, in numbers.</summary>
internal static class StatusOperations
{
    public static void Map(Routes routes) => routes.Get("/api/v1/status", Needs.ViewerEverywhere, StatusAsync);

    private static async Task StatusAsync(ApiCall call)
    {
        var state = call.State;
        var runtime = state.Runtime;
        var (episodes, incidents, held, approvals) = state.IsServing ? await runtime.AskAsync(Living) : default;
        var reasons = state.NotReady().ToList();
        var load = runtime.Load;
        var counters = runtime.Counters;
        await call.WriteAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("at", runtime.Time.GetUtcNow());
            writer.WriteBoolean("ready", reasons.Count == 0);
            writer.WriteStartArray("reasons");
            reasons.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
            WriteObject(
                writer, "intake",
                ("accepted", Volatile.Read(ref state.Intake.Accepted)),
                ("unmatched", Volatile.Read(ref state.Intake.Unmatched)),
                ("refused", Volatile.Read(ref state.Intake.Refused)));
            RiemannStatus.Write(writer, state.Riemann);
            WriteObject(
                writer, "counters", ("signals", counters.Signals), ("silent", counters.Silent),
                ("failed", counters.Failed), ("found", counters.Found),
                ("acted", counters.Acted), ("held", counters.Held), ("muted", counters.Muted));
            WriteObject(
                writer, "waiting", ("events", load.Events), ("writes", load.Unwritten),
                ("executions", load.Executions), ("schedules", load.Schedules));
            WriteObject(
                writer, "living", ("targets", runtime.Targets.All.Count), ("bindings", runtime.Bindings.All.Count),
                ("workflows", runtime.Workflows.Count),
                ("episodes", episodes), ("incidents", incidents), ("held", held), ("approvals", approvals));
            var store = runtime.StoreHealth;
            writer.WriteStartObject("store");
            writer.WriteBoolean("well", store.IsWell);
            if (store.FailingSince is { } since)
            {
                writer.WriteString("failing_since", since);
                writer.WriteString("reason", store.Reason);
            }

            writer.WriteEndObject();
            WriteObject(writer, "process", ("id", Environment.ProcessId), ("memory_bytes", Environment.WorkingSet));
            writer.WriteEndObject();
        });
    }

    public static (int Episodes, int Incidents, int Held, int Approvals) Living(LoopOwner owner)
    {
        int episodes = 0, incidents = 0, held = 0;
        foreach (var episode in owner.Episodes.Living)
        {
            episodes++;
            incidents += episode.Stands && episode.Incident is not null ? 1 : 0;
            held += episode.Branches.Count(b => b.Phase == Core.Incidents.BranchPhase.Held);
        }

        return (episodes, incidents, held, owner.Ledger.PendingApprovals.Count());
    }

    private static void WriteObject(Utf8JsonWriter writer, string name, params ReadOnlySpan<(string Name, long Value)> numbers)
    {
        writer.WriteStartObject(name);
        foreach (var (member, value) in numbers)
        {
            writer.WriteNumber(member, value);
        }

        writer.WriteEndObject();
    }
}
