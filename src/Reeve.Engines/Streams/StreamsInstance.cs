using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;

namespace Reeve.Engines.Streams;

/// <summary>
/// A stream program for one key. What it sends to <c>trigger</c> for a signal is what the check of that name finds, and a signal for which
/// nothing is sent passes it. What it sends to <c>incident</c> stands, for each host and service, until an event with the state <c>ok</c>
/// or
/// <c>expired</c> is sent there.
/// </summary>
internal sealed class StreamsInstance(StreamProgram program, IReadOnlyList<object?> properties, JsonElement saved) : IProgramInstance
{
    private const int MostFindings = 1000;
    private const int MostRemarks = 5;

    private readonly Dictionary<string, Finding> _standing = new(StringComparer.Ordinal);
    private readonly List<Finding> _triggered = [];
    private readonly List<Diagnostic> _remarks = [];
    private JsonElement _saved = saved;
    private StreamInstance? _instance;
    private bool _incidentsChanged = true;
    private bool _hasTriggered = true;
    private long _events;
    private long _errors;
    private string? _stopped;

    /// <inheritdoc/>
    public DateTimeOffset? NextTimer => _instance?.NextTimer is { } seconds && double.IsFinite(seconds) ? Moment(seconds) : null;

    /// <inheritdoc/>
    public bool IsIdle => _standing.Count == 0 && _instance is null or { HasState: false, NextTimer: null };

    /// <inheritdoc/>
    public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
    {
        if (input.Signal is EventSignal { Event: var seen })
        {
            _events++;
            var taken = Event(seen);
            Run(input.Now, instance => instance.Send(taken), verdicts);
        }
        else
        {
            OnTimer(input, verdicts);
        }
    }

    /// <inheritdoc/>
    public void OnTimer(in EvaluationInput input, List<Verdict> verdicts)
    {
        var now = Seconds(input.Now);
        Run(input.Now, instance => instance.AdvanceTo(now), verdicts);
    }

    /// <inheritdoc/>
    public JsonElement Save()
    {
        var state = _instance?.Save() ?? _saved;
        return state.ValueKind == JsonValueKind.Undefined && _standing.Count == 0 ? default : Json.Build(writer =>
        {
            writer.WriteStartObject();
            if (state.ValueKind != JsonValueKind.Undefined)
            {
                // opened anew the member is the program's own state again
                writer.WritePropertyName("program");
                (_instance is null && state.TryGetProperty("program", out var inner) ? inner : state).WriteTo(writer);
            }

            writer.WriteStartObject("incidents");
            foreach (var (name, finding) in _standing)
            {
                writer.WriteStartObject(name);
                writer.WriteString("summary", finding.Summary);
                writer.WritePropertyName("data");
                finding.Data.WriteTo(writer);
                if (finding.Target is { } target)
                {
                    writer.WriteString("target", target);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public JsonElement Describe() => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("events", _events);
        writer.WriteNumber("errors", _errors);
        writer.WriteNumber("incidents", _standing.Count);
        if (_stopped is not null)
        {
            writer.WriteString("stopped", _stopped);
        }

        writer.WriteEndObject();
    });

    private static double Seconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static DateTimeOffset Moment(double seconds) => seconds < 253_402_300_799
        ? DateTimeOffset.UnixEpoch.AddTicks((long)Math.Ceiling(Math.Max(0, seconds) * TimeSpan.TicksPerSecond))
        : DateTimeOffset.MaxValue;

    private static StreamEvent Event(Event seen)
    {
        if (seen.Origin is StreamSignal came)
        {
            return came.Event;
        }

        var builder = default(EventBuilder);
        foreach (var (name, value) in seen.Attributes)
        {
            builder.Set(Keyword.Of(name), EventJson.ReadValue(value));
        }

        var taken = builder.ToEvent();
        return new StreamEvent
        {
            Host = taken.Host ?? seen.Target,
            Service = seen.Service,
            State = seen.State,
            Description = seen.Description,
            Metric = seen.Metric is not { } metric ? StreamNumber.None
                : metric == Math.Floor(metric) && Math.Abs(metric) < 1e15 ? StreamNumber.Of((long)metric) : StreamNumber.Of(metric),
            Time = StreamNumber.Of(Seconds(seen.Time)),
            Ttl = seen.Ttl is { } ttl ? StreamNumber.Of(ttl.TotalSeconds) : StreamNumber.None,
            Tags = seen.Tags.IsDefaultOrEmpty ? null : [.. seen.Tags],
            Attributes = taken.Attributes,
            Origin = seen.Target,
        };
    }

    private void Run(DateTimeOffset now, Action<StreamInstance> step, List<Verdict> verdicts)
    {
        try
        {
            step(_instance ??= Opened(now));
            _stopped = null;
        }
        catch (Exception stop) when (stop is StreamLimitException or StreamError)
        {
            // it begins anew with the next signal; whatever it kept cannot be trusted
            _stopped = stop.Message;
            _instance = null;
            _saved = default;
            _triggered.Clear();
            _remarks.Clear();
            verdicts.Add(Verdict.Failed($"the stream program was stopped: {stop.Message}"));
            return;
        }

        Say(verdicts);
    }

    private StreamInstance Opened(DateTimeOffset now)
    {
        var instance = program.Open(Take, properties, warn: Remark, start: Seconds(now));
        if (_saved.ValueKind == JsonValueKind.Object)
        {
            if (_saved.TryGetProperty("incidents", out var incidents))
            {
                foreach (var member in incidents.EnumerateObject())
                {
                    var target = member.Value.TryGetProperty("target", out var said) ? said.GetString() : null;
                    _standing[member.Name] = new Finding(
                        member.Value.GetProperty("summary").GetString()!, member.Value.GetProperty("data").Clone(), target);
                }
            }

            if (_saved.TryGetProperty("program", out var state))
            {
                instance.Load(state);
            }
        }

        _saved = default;
        return instance;
    }

    private void Take(string sink, object? value)
    {
        foreach (var seen in value is StreamEvent ? [value] : value is PMap ? [Lookup(value)] : value as IEnumerable<object?> ?? [value])
        {
            switch (sink)
            {
                case StreamsEngine.Trigger:
                    if (_triggered.Count < MostFindings)
                    {
                        _triggered.Add(FindingOf(seen));
                    }

                    break;
                case StreamsEngine.Incident:
                    Stand(seen as StreamEvent);
                    break;
                case StreamsEngine.Log:
                    Remark(DiagnosticSeverity.Info, FindingOf(seen).Summary);
                    break;
            }
        }
    }

    private static object? Lookup(object value) => StreamEvents.TryOf(value) ?? value;

    private void Stand(StreamEvent? seen)
    {
        var name = $"{seen?.Host}\t{seen?.Service}";
        if (seen?.State is "ok" or "expired" or "resolved")
        {
            _incidentsChanged |= _standing.Remove(name);
        }
        else if (_standing.Count < MostFindings || _standing.ContainsKey(name))
        {
            _incidentsChanged = true;
            _standing[name] = FindingOf(seen);
        }
    }

    private static Finding FindingOf(object? value)
    {
        var data = Json.Build(writer =>
        {
            if (value is StreamEvent or PMap)
            {
                EventJson.Write(writer, value);
            }
            else
            {
                writer.WriteStartObject();
                writer.WritePropertyName("value");
                EventJson.Write(writer, value);
                writer.WriteEndObject();
            }
        });
        if (value is not StreamEvent seen)
        {
            return new Finding(data.GetRawText() is { Length: > 200 } text ? text[..200] : data.GetRawText(), data);
        }

        var summary = seen.Description ?? string.Join(
            ' ', new[] { seen.Service, seen.State, seen.Metric.HasValue ? seen.Metric.ToString() : null }.Where(p => p is not null));
        return new Finding(summary.Length > 0 ? summary : "an event", data, seen.Origin as string ?? seen.Host)
        {
            // the same trouble again, whatever is measured now
            Identity = Json.Object(("host", seen.Host), ("service", seen.Service), ("state", seen.State)),
        };
    }

    private void Remark(string text)
    {
        _errors++;
        Remark(DiagnosticSeverity.Warning, text);
    }

    private void Remark(DiagnosticSeverity severity, string text)
    {
        if (_remarks.Count < MostRemarks)
        {
            _remarks.Add(new Diagnostic(severity, text.Length > 500 ? text[..500] : text));
        }
    }

    private void Say(List<Verdict> verdicts)
    {
        if (_triggered.Count == 0 && !_hasTriggered && !_incidentsChanged && _remarks.Count == 0)
        {
            return;
        }

        var checks = ImmutableArray.CreateBuilder<CheckVerdict>();
        if (_triggered.Count > 0 || _hasTriggered)
        {
            checks.Add(Check(StreamsEngine.Trigger, _triggered));
            _hasTriggered = _triggered.Count > 0;
        }

        if (_incidentsChanged)
        {
            checks.Add(Check(StreamsEngine.Incident, _standing.Values));
            _incidentsChanged = false;
        }

        verdicts.Add(new Verdict { Checks = checks.ToImmutable(), Diagnostics = [.. _remarks] });
        _triggered.Clear();
        _remarks.Clear();
    }

    private static CheckVerdict Check(string name, IEnumerable<Finding> findings)
    {
        ImmutableArray<Finding> all = [.. findings];
        return new CheckVerdict(name, all) { Summary = all.IsEmpty ? null : all[0].Summary };
    }
}
