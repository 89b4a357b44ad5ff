using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Errors;
using Reeve.Core.Policies.Properties;
using Reeve.Core.Signals;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Policies.Kinds;

/// <summary><c>senlin.policy.scaling</c>: how many nodes a scale-out or scale-in makes or removes, and how soon after the last.</summary>
internal sealed class ScalingPolicy : SenlinPolicy
{
    private readonly string _event;
    private readonly string _type;
    private readonly JsonElement _number;
    private readonly long _minStep;
    private readonly bool _isBestEffort;

    private ScalingPolicy(string @event, JsonElement adjustment)
    {
        _event = @event;
        _type = Values.Text(adjustment, "type", ResizeRule.Change);
        _number = adjustment.Of("number");
        _minStep = Values.Whole(adjustment, "min_step", 1) ?? 1;
        _isBestEffort = Values.Flag(adjustment, "best_effort", false);
        Cooldown = TimeSpan.FromSeconds(Math.Clamp(Values.Whole(adjustment, "cooldown", 0) ?? 0, 0, 1_000_000_000));
    }

    /// <summary>How long after the last scaling the next one is refused.</summary>
    public TimeSpan Cooldown { get; }

    public static ScalingPolicy Read(JsonElement properties, List<Mistake> mistakes)
    {
        const string path = "/adjustment";
        var adjustment = properties.Of("adjustment");
        if (adjustment.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(new Mistake(ErrorCodes.MissingField, "", "the property `adjustment` is missing"));
        }

        if (Amount.TryRead(adjustment.Of("number"), out var number) && number <= 0)
        {
            Values.Wrong(mistakes, $"{path}/number", "the 'number' for 'adjustment' must be > 0");
        }

        foreach (var name in (ReadOnlySpan<string>)["min_step", "cooldown"])
        {
            if (Values.Whole(adjustment, name, 0) is not >= 0)
            {
                Values.Wrong(mistakes, $"{path}/{name}", $"the '{name}' for 'adjustment' must be >= 0");
            }
        }

        return new ScalingPolicy(Values.Text(properties, "event", ""), adjustment);
    }

    /// <summary>Before, only its own event; after, both, as each starts the cooldown anew.</summary>
    public override bool Handles(PolicyQuestion question) => question.Phase == OperationPhase.Before
        ? question.Action == _event
        : IsAfter(question, ActionNames.ScaleIn, ActionNames.ScaleOut);

    public override Decision Before(PolicyQuestion question, PolicyIdentity self)
    {
        if (self.LastOp is { } last && IsCooling(question, last))
        {
            return Decision.Error($"Policy {self.Id} cooldown is still in progress.");
        }

        var current = question.Cluster.Current ?? question.Cluster.Nodes.Count;
        if (!TryCount(question.Input("count"), current, out var count, out var spelled))
        {
            return Decision.Error($"Invalid count ({spelled}) for action '{question.Action}'.");
        }

        var isIn = question.Action == ActionNames.ScaleIn;
        var cluster = question.Cluster;
        var most = cluster.MaxSize == -1 ? PolicyQuestion.MaxNodes : cluster.MaxSize;
        if (_isBestEffort)
        {
            count = Amount.Min(count, isIn ? current - cluster.MinSize : most - current);
        }

        var after = isIn ? current - count : current + count;
        if (SizeCheck.ProblemOf(cluster, after, null, null, !_isBestEffort) is { } problem)
        {
            return Decision.Error(problem);
        }

        if (question.Mode == PlanningMode.Fixed && count < 0)
        {
            // best effort with no room comes to nothing, and never to less
            count = 0;
        }

        question.Data[isIn ? "deletion" : "creation"] = new JsonObject { ["count"] = ResizeRule.Node(count) };
        return Decision.Ok("Scaling request validated.");
    }

    // upstream holds back in the very moment in which the cooldown ends, and so always once when there is none
    private bool IsCooling(PolicyQuestion question, DateTimeOffset last) => question.Mode == PlanningMode.Fixed
        ? question.Now - last < Cooldown
        : question.Now - last <= Cooldown;

    private bool TryCount(JsonElement given, Amount current, out Amount count, out string spelled)
    {
        if (given.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            spelled = PythonText.Str(given);
            return Amount.TryPositive(given, out count);
        }

        count = Computed(current);
        spelled = count.ToString();
        return count.IsWhole && count > 0;
    }

    private Amount Computed(Amount current)
    {
        var number = Amount.TryRead(_number, out var given) ? given : 1;
        switch (_type)
        {
            case ResizeRule.Exact:
                return _event == ActionNames.ScaleIn ? current - number : number - current;
            case ResizeRule.Change:
                return number;
            default:
                var share = Amount.Of((number * current).Real / 100.0).Truncated();
                Amount least = Amount.Of(new System.Numerics.BigInteger(_minStep));
                return share < least ? least : share;
        }
    }
}
