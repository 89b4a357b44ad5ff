using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Time;

namespace Reeve.Engines.Builtin.Threshold;

/// <summary>The properties of a <c>reeve.threshold</c> policy, read.</summary>
internal sealed record ThresholdSettings
{
    /// <summary>The schema, in the shape in which policy types show it.</summary>
    public const string Schema = """
        {
          "service": {
            "type": "String", "default": "",
            "description": "The service whose events are measured. Empty: every event that the binding passes on, as one series."
          },
          "upper_bound": { "type": "Number", "description": "The check `above` finds a value above it. Or give `lower_bound`, or both." },
          "lower_bound": { "type": "Number", "description": "The check `below` finds a value below it." },
          "inclusive": { "type": "Boolean", "default": false, "description": "Is a value that equals a bound beyond it?" },
          "stability": {
            "type": "String", "default": "0s", "constraints": [{ "type": "Duration" }],
            "description": "How long the value must stay beyond a bound, in event time. No further event has to come."
          },
          "recovery_stability": {
            "type": "String", "default": "0s", "constraints": [{ "type": "Duration" }],
            "description": "How long the value must stay within the bounds before the finding is over."
          },
          "smoothing": {
            "type": "String", "default": "none", "constraints": [{ "type": "AllowedValues", "constraint": ["none", "ewma", "mean"] }],
            "description": "How one sender's values are smoothed: not, exponentially (`ewma`), or by the `mean` over `window`."
          },
          "ewma_r": {
            "type": "Number", "constraints": [{ "type": "Range", "constraint": { "min": 0, "max": 1 } }],
            "description": "With `smoothing: ewma`, how much a new value weighs; with 1 nothing is smoothed. Else 0.3."
          },
          "window": {
            "type": "String", "constraints": [{ "type": "Duration", "constraint": { "min": "1ms" } }],
            "description": "With `smoothing: mean`, over how long the mean is taken, such as `1m`; of at most the last 4096 values."
          },
          "aggregate": {
            "type": "String", "default": "mean", "constraints": [{ "type": "AllowedValues", "constraint": ["mean", "max", "min", "sum"] }],
            "description": "For a group: how its members' latest values become one. Who does not run is left out."
          },
          "ttl": {
            "type": "String", "constraints": [{ "type": "Duration", "constraint": { "min": "1ms" } }],
            "description": "How long a value counts. Else: as the event says, or 5m, or twice the longer stability."
          }
        }
        """;

    private static readonly TimeSpan UsualTtl = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, Smoothing> Smoothings = new(StringComparer.Ordinal)
    {
        ["none"] = Smoothing.None,
        ["ewma"] = Smoothing.Ewma,
        ["mean"] = Smoothing.Mean,
    };

    private static readonly Dictionary<string, Aggregate> Aggregates = new(StringComparer.Ordinal)
    {
        ["mean"] = Aggregate.Mean,
        ["max"] = Aggregate.Max,
        ["min"] = Aggregate.Min,
        ["sum"] = Aggregate.Sum,
    };

    public required string Service { get; init; }

    public double? Upper { get; init; }

    public double? Lower { get; init; }

    public bool Inclusive { get; init; }

    public TimeSpan Stability { get; init; }

    public TimeSpan RecoveryStability { get; init; }

    public Smoothing Smoothing { get; init; }

    public double EwmaR { get; init; }

    public TimeSpan Window { get; init; }

    public Aggregate Aggregate { get; init; }

    /// <summary>How long a value counts when its event does not say.</summary>
    public TimeSpan Ttl { get; init; }

    /// <summary>Does the policy say it, so that what events say does not count?</summary>
    public bool OwnTtl { get; init; }

    public static ThresholdSettings Read(JsonElement properties, List<Mistake> mistakes)
    {
        var fields = new FieldReader(properties, "/spec/properties", mistakes);
        var upper = fields.Number("upper_bound");
        var lower = fields.Number("lower_bound");
        if (!fields.Has("upper_bound") && !fields.Has("lower_bound"))
        {
            fields.Report(ErrorCodes.MissingField, "give `upper_bound`, `lower_bound` or both");
        }
        else if (lower > upper)
        {
            var found = $"found `{JsonNumbers.Spell(lower.Value)}` and `{JsonNumbers.Spell(upper.Value)}`";
            fields.Report(ErrorCodes.NotAllowed, "lower_bound", $"expected a `lower_bound` that is not above the `upper_bound`, {found}");
        }

        var stability = fields.Duration("stability") ?? TimeSpan.Zero;
        var recovery = fields.Duration("recovery_stability") ?? TimeSpan.Zero;
        var smoothing = fields.OneOf("smoothing", Smoothings) ?? Smoothing.None;
        var window = fields.Duration("window", TimeSpan.FromMilliseconds(1));
        var r = fields.Number("ewma_r", 0, 1);
        if (smoothing == Smoothing.Mean && !fields.Has("window"))
        {
            fields.Report(ErrorCodes.MissingField, "`smoothing: mean` needs a `window`, such as `1m`");
        }

        if (smoothing != Smoothing.Mean && fields.Has("window"))
        {
            fields.Report(ErrorCodes.NotAllowed, "window", "a `window` goes with `smoothing: mean`");
        }

        if (smoothing != Smoothing.Ewma && fields.Has("ewma_r"))
        {
            fields.Report(ErrorCodes.NotAllowed, "ewma_r", "`ewma_r` goes with `smoothing: ewma`");
        }

        if (r == 0)
        {
            fields.Report(ErrorCodes.NotAllowed, "ewma_r", "with `ewma_r` 0 the value would never move; expected more than 0, at most 1");
        }

        var ttl = fields.Duration("ttl", TimeSpan.FromMilliseconds(1));
        var longest = stability > recovery ? stability : recovery;
        if (ttl < stability)
        {
            var written = $"found `{Durations.Format(ttl.Value)}` and `{Durations.Format(stability)}`";
            var why = "a last value would not count long enough";
            fields.Report(ErrorCodes.NotAllowed, "ttl", $"expected a `ttl` that is not below `stability`, {written}: {why}");
        }

        return new ThresholdSettings
        {
            Service = fields.Text("service") ?? "",
            Upper = upper,
            Lower = lower,
            Inclusive = fields.Flag("inclusive"),
            Stability = stability,
            RecoveryStability = recovery,
            Smoothing = smoothing,
            EwmaR = r ?? 0.3,
            Window = window ?? TimeSpan.Zero,
            Aggregate = fields.OneOf("aggregate", Aggregates) ?? Aggregate.Mean,
            Ttl = ttl ?? (longest > UsualTtl / 2 ? TimeSpan.FromTicks(Math.Min(longest.Ticks * 2, Durations.Longest.Ticks)) : UsualTtl),
            OwnTtl = ttl is not null,
        };
    }
}

/// <summary>How the values of one member are smoothed.</summary>
internal enum Smoothing
{
    None,
    Ewma,
    Mean,
}

/// <summary>How the values of several members become one.</summary>
internal enum Aggregate
{
    Mean,
    Max,
    Min,
    Sum,
}
