using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Time;

namespace Reeve.Engines.Builtin.Capacity;

/// <summary>The state of a capacity policy for one key: since when there are too few.</summary>
internal sealed class CapacityInstance(CapacitySettings settings) : IProgramInstance
{
    /// <summary>The check's name.</summary>
    public const string Check = "shortage";

    private static readonly Verdict Passed = Verdict.Passed(Check);

    private long? _since;
    private bool _found;
    private bool _told;
    private (int Wanted, int Have)? _counted;

    /// <inheritdoc/>
    public DateTimeOffset? NextTimer => _since is { } since && !_found ? Saved.Moment(since + settings.Stability.Ticks) : null;

    /// <inheritdoc/>
    public bool IsIdle => _since is null;

    /// <inheritdoc/>
    public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
    {
        if (input.Signal is TickSignal
            or OperationSignal { Phase: OperationPhase.After }
            or EventSignal { Event.Service: WellKnownServices.State })
        {
            Look(input, level: true, verdicts);
        }
    }

    /// <inheritdoc/>
    public void OnTimer(in EvaluationInput input, List<Verdict> verdicts) => Look(input, level: false, verdicts);

    /// <inheritdoc/>
    public JsonElement Save() => _since is null ? default : Json.Build(writer =>
    {
        writer.WriteStartObject();
        Saved.WriteTicks(writer, "since", _since);
        writer.WriteBoolean("found", _found);
        if (_counted is { } counted)
        {
            writer.WriteNumber("wanted", counted.Wanted);
            writer.WriteNumber("have", counted.Have);
        }

        writer.WriteEndObject();
    });

    /// <summary>Takes up a saved state; throws when it is of another shape.</summary>
    public static CapacityInstance Restore(CapacitySettings settings, JsonElement state) => new(settings)
    {
        _since = Saved.Ticks(state, "since"),
        _found = Saved.Flag(state, "found"),
        _counted = state.TryGetProperty("wanted", out var wanted) ? (wanted.GetInt32(), state.GetProperty("have").GetInt32()) : null,
    };

    /// <inheritdoc/>
    public JsonElement Describe() => Json.Build(writer =>
    {
        writer.WriteStartObject();
        if (_counted is { } counted)
        {
            writer.WriteNumber("wanted", counted.Wanted);
            writer.WriteNumber("have", counted.Have);
        }

        if (_since is { } since)
        {
            writer.WriteString("since", Saved.Moment(since));
        }

        writer.WriteString("is", _found ? "short" : _since is null ? "enough" : "pending");
        writer.WriteEndObject();
    });

    private void Look(in EvaluationInput input, bool level, List<Verdict> verdicts)
    {
        var group = input.Facts.Group ?? input.Facts.Target;
        if ((settings.Wanted ?? group.Capacity?.Desired) is not { } wanted)
        {
            verdicts.Add(Verdict.Failed($"`{group.Key.Path}` has no capacity, and the policy does not say how many are `wanted`"));
            return;
        }

        var have = 0;
        foreach (var member in input.Facts.Members)
        {
            have += Counts(member) ? 1 : 0;
        }

        var now = input.Now.UtcTicks;
        _counted = (wanted, have);
        if (have >= wanted)
        {
            if (_found || !_told)
            {
                verdicts.Add(Passed);
            }

            _since = null;
            _found = false;
            _told = true;
            return;
        }

        _since ??= now;
        if (now - _since.Value < settings.Stability.Ticks && !_found)
        {
            return;
        }

        if (level || !_found || !_told)
        {
            verdicts.Add(Verdict.Found(Check, Found(group, wanted, have, now)));
        }

        _found = true;
        _told = true;
    }

    private bool Counts(Target member) => member.State == TargetState.Started
        && !(settings.HealthyOnly && member.Properties.ValueKind == JsonValueKind.Object
            && member.Properties.TryGetProperty("healthy", out var healthy) && healthy.ValueKind == JsonValueKind.False);

    private Finding Found(Target group, int wanted, int have, long now)
    {
        var since = _since!.Value;
        var data = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("wanted", wanted);
            writer.WriteNumber("have", have);
            writer.WriteNumber("missing", wanted - have);
            writer.WriteString("since", Saved.Moment(since));
            writer.WriteEndObject();
        });
        var lasted = Saved.Lasted(since, now);
        return new Finding($"`{group.Key.Path}` has {have} of {wanted} wanted instances{lasted}", data)
        {
            Identity = Json.Build(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("wanted", wanted);
                writer.WriteEndObject();
            }),
        };
    }
}
