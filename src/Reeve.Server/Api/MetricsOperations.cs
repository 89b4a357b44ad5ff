using System.Diagnostics;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Executions;
using Reeve.Core.Loop;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary><c>/metrics</c>: what Reeve does, in Prometheus' text format 0.0.4.</summary>
internal static class MetricsOperations
{
    private const string Type = "text/plain; version=0.0.4; charset=utf-8";

    public static void Map(Routes routes) => routes.Get("/metrics", Needs.ViewerEverywhere, MetricsAsync);

    private static async Task MetricsAsync(ApiCall call)
    {
        var state = call.State;
        var living = state.IsServing ? await state.Runtime.AskAsync(StatusOperations.Living) : default;
        var text = new MetricsText();
        WriteIntake(text, state);
        WriteLoop(text, state.Runtime.Counters);
        WriteMoment(text, state, living);
        WriteProcess(text);
        var body = Encoding.UTF8.GetBytes(text.ToString());
        call.Http.Response.ContentType = Type;
        call.Http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(call.Http.Request.Method))
        {
            await call.Http.Response.Body.WriteAsync(body, call.Aborted);
        }
    }

    private static void WriteIntake(MetricsText text, ApiState state)
    {
        text.Begin("reeve_intake_events_total", "counter", "Events offered, by what became of them.");
        text.Sample(Volatile.Read(ref state.Intake.Accepted), ("outcome", "accepted"));
        text.Sample(Volatile.Read(ref state.Intake.Unmatched), ("outcome", "unmatched"));
        text.Sample(Volatile.Read(ref state.Intake.Refused), ("outcome", "refused"));
    }

    private static void WriteLoop(MetricsText text, LoopCounters counters)
    {
        text.One("reeve_loop_signals_total", "counter", "Signals and timers that went through the loop.", counters.Signals);
        text.Begin("reeve_loop_evaluations_total", "counter", "Evaluations that said nothing, or could not be done.");
        text.Sample(counters.Silent, ("outcome", "silent"));
        text.Sample(counters.Failed, ("outcome", "failed"));
        text.One("reeve_episodes_opened_total", "counter", "Episodes opened.", counters.Found);
        text.Begin("reeve_actions_total", "counter", "Actions that were due, by what became of them.");
        text.Sample(counters.Acted, ("outcome", "started"));
        text.Sample(counters.Held, ("outcome", "held"));
        text.Sample(counters.Muted, ("outcome", "muted"));
        text.Begin("reeve_restraint_holds_total", "counter", "Times that a restraint began to hold an action back.");
        foreach (var (restraint, count) in counters.HeldBy.OrderBy(h => h.Key, StringComparer.Ordinal))
        {
            text.Sample(count, ("restraint", restraint));
        }

        text.Begin("reeve_executions_ended_total", "counter", "Executions that ended, by how.");
        foreach (var status in (ExecutionStatus[])[ExecutionStatus.Succeeded, ExecutionStatus.Failed, ExecutionStatus.Cancelled])
        {
            text.Sample(counters.Ended.GetValueOrDefault(status), ("status", status.ToString().ToLowerInvariant()));
        }

        const string help = "Time of the loop's steps; one pass in 64 is timed.";
        text.Begin("reeve_loop_step_seconds", "summary", help);
        for (var step = 0; step < ClosedLoop.Order.Length; step++)
        {
            var (count, nanoseconds) = counters.Stages.Of(step);
            text.Sample(nanoseconds / 1e9, "_sum", ("step", ClosedLoop.Order[step].Name));
            text.Sample(count, "_count", ("step", ClosedLoop.Order[step].Name));
        }
    }

    private static void WriteMoment(
        MetricsText text, ApiState state, (int Episodes, int Incidents, int Held, int Approvals) living)
    {
        var runtime = state.Runtime;
        var load = runtime.Load;
        text.Begin("reeve_waiting", "gauge", "What waits or is under way now, by queue.");
        text.Sample(load.Events, ("queue", "events"));
        text.Sample(load.Unwritten, ("queue", "writes"));
        text.Sample(load.Executions, ("queue", "executions"));
        text.Sample(load.Schedules, ("queue", "schedules"));
        text.Begin("reeve_living", "gauge", "What there is now, by kind.");
        text.Sample(runtime.Targets.All.Count, ("kind", "targets"));
        text.Sample(runtime.Bindings.All.Count, ("kind", "bindings"));
        text.Sample(runtime.Workflows.Count, ("kind", "workflows"));
        text.Sample(living.Episodes, ("kind", "episodes"));
        text.Sample(living.Incidents, ("kind", "incidents"));
        text.Sample(living.Held, ("kind", "held_actions"));
        text.Sample(living.Approvals, ("kind", "approvals"));
        text.One("reeve_ready", "gauge", "1 when it takes signals in.", state.NotReady().Any() ? 0 : 1);
        var store = runtime.StoreHealth;
        text.One("reeve_store_up", "gauge", "1 when the store takes writes.", store.IsWell ? 1 : 0);
        text.One("reeve_documents_not_at_work", "gauge", "Documents kept that could not be put to work.", state.NotAtWork.Count);
    }

    private static void WriteProcess(MetricsText text)
    {
        using var process = Process.GetCurrentProcess();
        text.Begin("reeve_build_info", "gauge", "The version that runs; always 1.");
        var version = typeof(MetricsOperations).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        text.Sample(1, ("version", version?.InformationalVersion.Split('+')[0] ?? ""));
        text.One("process_cpu_seconds_total", "counter", "Processor time used.", process.TotalProcessorTime.TotalSeconds);
        text.One("process_resident_memory_bytes", "gauge", "Memory in use.", Environment.WorkingSet);
        var started = new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        text.One("process_start_time_seconds", "gauge", "When it started, seconds since 1970.", started);
        text.Begin("dotnet_collections_total", "counter", "Garbage collections, by generation.");
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            text.Sample(GC.CollectionCount(generation), ("generation", generation
                .ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }
}
