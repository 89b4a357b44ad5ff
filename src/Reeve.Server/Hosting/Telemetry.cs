using System.Diagnostics.Metrics;
using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Reeve.Core.Executions;
using Reeve.Core.Loop;
using Reeve.Server.Api;

namespace Reeve.Server.Hosting;

/// <summary>
/// Sends traces and metrics to a collector of OpenTelemetry: from the request that brings a signal through the loop to the action and what
/// it calls. No span and no metric carries a body, a property or a secret.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private readonly Meter _meter = new(LoopTraces.Name);
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private Telemetry(ReeveOptions options, ApiState state)
    {
        Measure(state);
        var version = typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split('+')[0];
        var resource = ResourceBuilder.CreateEmpty().AddService("reeve", serviceVersion: version);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceShare)))
            .AddSource(LoopTraces.Name, "Microsoft.AspNetCore", "System.Net.Http")
            .AddOtlpExporter(to => Set(to, options.Otlp!, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(LoopTraces.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter(to => Set(to, options.Otlp!, "v1/metrics"))
            .Build();
    }

    /// <summary>Why the options cannot be followed; null when they can.</summary>
    public static string? ProblemOf(ReeveOptions options) =>
        options.Otlp is { } url
            && (!Uri.TryCreate(url, UriKind.Absolute, out var parsed)
                || parsed.Scheme is not ("http" or "https")
                || parsed.Query.Length > 0)
            ? $"otlp: `{url}` is no address of a collector; write one such as `http://127.0.0.1:4318`"
            : options.TraceShare is >= 0 and <= 1
                ? null
                : $"trace-share: expected a number from 0 to 1, found `{options.TraceShare}`";

    /// <summary>Begins to send; null when nobody is named to send to.</summary>
    public static Telemetry? Begin(ReeveOptions options, ApiState state) => options.Otlp is null ? null : new Telemetry(options, state);

    /// <summary>Sends what is left, and ends; a collector that does not answer is not waited for long.</summary>
    public void Dispose()
    {
        _traces.Shutdown(2000);
        _metrics.Shutdown(2000);
        _traces.Dispose();
        _metrics.Dispose();
        _meter.Dispose();
    }

    private static void Set(OtlpExporterOptions to, string collector, string path)
    {
        to.Protocol = OtlpExportProtocol.HttpProtobuf;
        to.Endpoint = new Uri($"{collector.TrimEnd('/')}/{path}");
        to.TimeoutMilliseconds = 5000;
    }

    private void Measure(ApiState state)
    {
        var runtime = state.Runtime;
        var counters = runtime.Counters;
        _meter.CreateObservableCounter("reeve.loop.signals", () => counters.Signals, "{signal}", "Signals and timers through the loop.");
        _meter.CreateObservableCounter("reeve.episodes", () => counters.Found, "{episode}", "Episodes opened.");
        _meter.CreateObservableCounter(
            "reeve.actions",
            () => Said("outcome", ("started", counters.Acted), ("held", counters.Held), ("muted", counters.Muted)),
            "{action}", "Actions that were due, by what became of them.");
        _meter.CreateObservableCounter(
            "reeve.executions.ended",
            () => Said(
                "status",
                [.. Enum.GetValues<ExecutionStatus>()
                    .Where(s => s is ExecutionStatus.Succeeded or ExecutionStatus.Failed or ExecutionStatus.Cancelled)
                    .Select(s => (s.ToString().ToLowerInvariant(), (long)counters.Ended.GetValueOrDefault(s)))]),
            "{execution}", "Executions that ended, by how.");
        _meter.CreateObservableCounter(
            "reeve.intake.events",
            () => Said(
                "outcome", ("accepted", Volatile.Read(ref state.Intake.Accepted)), ("unmatched", Volatile.Read(ref state.Intake.Unmatched)),
                ("refused", Volatile.Read(ref state.Intake.Refused))),
            "{event}", "Events offered, by what became of them.");
        _meter.CreateObservableGauge(
            "reeve.waiting",
            () =>
            {
                var load = runtime.Load;
                return Said(
                    "queue", ("events", load.Events), ("writes", load.Unwritten), ("executions", load.Executions),
                    ("schedules", load.Schedules));
            },
            "{item}", "What waits or is under way now, by queue.");
        _meter.CreateObservableGauge("reeve.watchers", () => state.Feed.Watchers, "{watcher}", "Who watches the event stream.");
        _meter.CreateObservableGauge("reeve.store.up", () => runtime.StoreHealth.IsWell ? 1 : 0, "1", "1 when the store takes writes.");
    }

    private static IEnumerable<Measurement<long>> Said(string label, params ReadOnlySpan<(string Value, long Count)> counts)
    {
        var said = new List<Measurement<long>>();
        foreach (var (value, count) in counts)
        {
            said.Add(new Measurement<long>(count, new KeyValuePair<string, object?>(label, value)));
        }

        return said;
    }
}
