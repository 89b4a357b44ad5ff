using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Time;

namespace Reeve.Engines.Builtin.Threshold;

/// <summary>The state of a threshold for one key.</summary>
internal sealed class ThresholdInstance : IProgramInstance
{
    private static readonly long MaxAhead = TimeSpan.TicksPerMinute;
    private static readonly long LookAroundEvery = TimeSpan.TicksPerSecond;

    private readonly ThresholdSettings _settings;
    private readonly BoundWatch[] _watches;
    private readonly MemberTable _members;
    private string _service;
    private bool _many;
    private long _keyTime;
    private long _keyArrival;
    private long _lookAround;
    private IgnoredEvents _ignored;

    public ThresholdInstance(ThresholdSettings settings)
    {
        _settings = settings;
        _service = settings.Service;
        _members = new MemberTable(settings);
        _watches = (settings.Upper, settings.Lower) switch
        {
            ({ } upper, { } lower) => [new("above", upper, upper: true, settings), new("below", lower, upper: false, settings)],
            ({ } upper, _) => [new("above", upper, upper: true, settings)],
            (_, { } lower) => [new("below", lower, upper: false, settings)],
            _ => [],
        };
    }

    /// <inheritdoc/>
    public DateTimeOffset? NextTimer
    {
        get
        {
            long? next = null;
            var keeps = _many || _settings.Smoothing != Smoothing.None;
            foreach (var watch in _watches)
            {
                keeps |= !watch.IsWithin;
                if (watch.Due is { } due)
                {
                    var at = _many ? due : _keyArrival + (due - _keyTime);
                    next = next < at ? next : at;
                }
            }

            if (keeps && _members.NextExpiry is { } expiry)
            {
                next = next < expiry ? next : expiry;
            }

            return next is { } ticks ? Saved.Moment(ticks) : null;
        }
    }

    /// <inheritdoc/>
    public bool IsIdle =>
        Array.TrueForAll(_watches, w => w.IsWithin) && (_members.Count == 0 || (!_many && _settings.Smoothing == Smoothing.None));

    private bool IsEmpty => _members.Count == 0 && Array.TrueForAll(_watches, w => w.IsWithin);

    /// <inheritdoc/>
    public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
    {
        switch (input.Signal)
        {
            case EventSignal { Event: var seen }:
                if (Take(seen, input))
                {
                    Judge(input, level: true, verdicts);
                }

                break;
            case TickSignal:
                Judge(input, level: true, verdicts);
                break;
        }
    }

    /// <inheritdoc/>
    public void OnTimer(in EvaluationInput input, List<Verdict> verdicts) => Judge(input, level: false, verdicts);

    /// <inheritdoc/>
    public JsonElement Save() => IsEmpty && !_ignored.Any ? default : Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("service", _service);
        writer.WriteBoolean("many", _many);
        writer.WriteNumber("key_time", _keyTime);
        writer.WriteNumber("key_arrival", _keyArrival);
        writer.WriteNumber("look_around", _lookAround);
        foreach (var watch in _watches)
        {
            watch.WriteTo(writer, watch.Check);
        }

        _members.WriteTo(writer, "members");
        _ignored.WriteTo(writer, "ignored");
        writer.WriteEndObject();
    });

    /// <summary>Takes up a saved state; throws when it is of another shape.</summary>
    public static ThresholdInstance Restore(ThresholdSettings settings, JsonElement state)
    {
        var instance = new ThresholdInstance(settings)
        {
            _service = state.GetProperty("service").GetString() ?? "",
            _many = Saved.Flag(state, "many"),
            _keyTime = state.GetProperty("key_time").GetInt64(),
            _keyArrival = state.GetProperty("key_arrival").GetInt64(),
            _lookAround = state.GetProperty("look_around").GetInt64(),
            _ignored = IgnoredEvents.Read(state, "ignored"),
        };
        foreach (var watch in instance._watches)
        {
            watch.Read(state, watch.Check);
        }

        instance._members.Read(state, "members");
        return instance;
    }

    /// <inheritdoc/>
    public JsonElement Describe() => Json.Build(writer =>
    {
        writer.WriteStartObject();
        if (_service.Length > 0)
        {
            writer.WriteString("service", _service);
        }

        if (_members.Value(long.MinValue) is { } value)
        {
            writer.WriteNumber("value", value);
            writer.WriteNumber("raw", _members.Raw);
            writer.WriteString("last_seen", Saved.Moment(_members.Newest));
            writer.WriteNumber("members", _members.Count);
        }

        foreach (var watch in _watches)
        {
            writer.WriteStartObject(watch.Check);
            writer.WriteNumber("bound", watch.Bound);
            writer.WriteString("is", watch.IsBreached ? "breached" : watch.IsWithin ? "within" : "pending");
            if (watch.Since is { } since)
            {
                writer.WriteString("since", Saved.Moment(since));
            }

            writer.WriteEndObject();
        }

        _ignored.WriteTo(writer, "ignored");
        writer.WriteEndObject();
    });

    // gives whether the event counts
    private bool Take(Event seen, in EvaluationInput input)
    {
        if (_settings.Service.Length > 0 && !string.Equals(seen.Service, _settings.Service, StringComparison.Ordinal))
        {
            return false;
        }

        if (seen.Metric is not { } metric || !double.IsFinite(metric))
        {
            _ignored.WithoutNumber++;
            return false;
        }

        var now = input.Now.UtcTicks;
        var time = seen.Time.UtcTicks;
        if (time > now + MaxAhead)
        {
            _ignored.TimesAhead++;
            time = now;
        }

        var ttl = _settings.OwnTtl ? _settings.Ttl : seen.Ttl ?? _settings.Ttl;
        if (time <= now - ttl.Ticks || seen.State == "expired")
        {
            _ignored.Expired++;
            return false;
        }

        var member = _members.Of(seen, input.Facts);
        if (time < member.Time)
        {
            _ignored.Late++;
            return false;
        }

        member.Take(time, time + ttl.Ticks, metric);
        _members.Touch(member);
        _many |= !ReferenceEquals(member.Path, input.Facts.Target.Key.Path) && member.Path != input.Facts.Target.Key.Path;
        _service = seen.Service;
        if (time >= _keyTime)
        {
            _keyTime = time;
            _keyArrival = now;
        }

        return true;
    }

    private void Judge(in EvaluationInput input, bool level, List<Verdict> verdicts)
    {
        var now = input.Now.UtcTicks;
        _members.DropExpired(now);
        var value = _members.Value(now);
        if (_many && (now >= _lookAround || WouldMove(value)) && LookAround(input.Facts, now))
        {
            value = _members.Value(now);
        }

        var at = _many ? now : _keyTime + Math.Max(0, now - _keyArrival);
        ImmutableArray<CheckVerdict>.Builder? checks = null;
        foreach (var watch in _watches)
        {
            var outcome = value is { } measured ? watch.Step(measured, at) : watch.Lose();
            switch (outcome)
            {
                case BoundOutcome.Found:
                case BoundOutcome.Stands when level || !watch.IsTold:
                    (checks ??= ImmutableArray.CreateBuilder<CheckVerdict>()).Add(Found(watch, value!.Value, input.Facts, at));
                    watch.IsTold = true;
                    break;
                case BoundOutcome.Recovered:
                case BoundOutcome.Within when !watch.IsTold:
                    (checks ??= ImmutableArray.CreateBuilder<CheckVerdict>()).Add(new CheckVerdict(watch.Check, []));
                    watch.IsTold = true;
                    break;
            }
        }

        if (checks is not null)
        {
            verdicts.Add(new Verdict { Checks = checks.ToImmutable(), Diagnostics = value is null ? [Lost()] : [] });
        }

        if (IsEmpty)
        {
            // as new, so that a key that is dropped and opened again is no other
            (_service, _many, _keyTime, _keyArrival, _lookAround) = (_settings.Service, false, 0, 0, 0);
        }
    }

    private Diagnostic Lost()
    {
        var ttl = Durations.Format(_settings.Ttl);
        return new(DiagnosticSeverity.Info, $"no value counts any more: the last is older than its ttl ({ttl} unless the event says)");
    }

    private bool WouldMove(double? value)
    {
        foreach (var watch in _watches)
        {
            if (value is { } measured && watch.WouldMove(measured))
            {
                return true;
            }
        }

        return false;
    }

    // members that were taken away or do not run: looked for now and then, and always before the value means a change
    private bool LookAround(Facts facts, long now)
    {
        _lookAround = now + LookAroundEvery;
        return _members.DropGone(facts);
    }

    private CheckVerdict Found(BoundWatch watch, double value, Facts facts, long at)
    {
        var since = watch.Since ?? at;
        var data = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("service", _service);
            writer.WriteNumber("value", value);
            writer.WriteNumber("raw", _many ? value : _members.Raw);
            writer.WriteNumber("bound", watch.Bound);
            writer.WriteString("since", Saved.Moment(since));
            if (_many)
            {
                _members.WriteValues(writer, "members");
            }

            writer.WriteEndObject();
        });
        var measured = value.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
        var lasted = Saved.Lasted(since, at);
        var finding = new Finding($"{_service} of `{facts.Target.Key.Path}` is {measured}, {watch.Compare(value)}{lasted}", data)
        {
            Identity = Json.Build(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("service", _service);
                writer.WriteNumber("bound", watch.Bound);
                writer.WriteEndObject();
            }),
        };
        return new CheckVerdict(watch.Check, [finding]) { Summary = finding.Summary };
    }
}
