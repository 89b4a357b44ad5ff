using System.Diagnostics;
using System.Text.Json;

namespace Reeve.Server.Opa.Decisions;

/// <summary>What one request took, under OPA's names; times in nanoseconds.</summary>
internal sealed class DecisionMetrics
{
    private readonly long _begun = Stopwatch.GetTimestamp();
    private TimeSpan _parsing;
    private TimeSpan _preparing;
    private TimeSpan _evaluating;
    private TimeSpan _handling;
    private bool? _wasReady;

    /// <summary>The input has been read.</summary>
    public void Parsed() => _parsing = Stopwatch.GetElapsedTime(_begun);

    /// <summary>What was asked is ready to be evaluated; or it was already.</summary>
    public void Prepared(bool wasReady)
    {
        _wasReady = wasReady;
        _preparing = Stopwatch.GetElapsedTime(_begun) - _parsing;
    }

    public void Evaluated(TimeSpan took)
    {
        _evaluating = took;
        _handling = Stopwatch.GetElapsedTime(_begun);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("metrics");
        if (_wasReady is { } ready)
        {
            writer.WriteNumber("counter_server_query_cache_hit", ready ? 1 : 0);
            writer.WriteNumber("timer_rego_external_resolve_ns", 0);
        }

        writer.WriteNumber("timer_rego_input_parse_ns", Nanoseconds(_parsing));
        if (_wasReady == false)
        {
            writer.WriteNumber("timer_rego_query_compile_ns", Nanoseconds(_preparing));
            writer.WriteNumber("timer_rego_query_parse_ns", 0);
        }

        writer.WriteNumber("timer_rego_query_eval_ns", Nanoseconds(_evaluating));
        writer.WriteNumber("timer_server_handler_ns", Nanoseconds(_handling));
        writer.WriteEndObject();
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
