using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Policies.Kinds;

/// <summary><c>senlin.policy.affinity</c>: new nodes go into one server group, and into one zone if that is said.</summary>
internal sealed class AffinityPolicy : SenlinPolicy
{
    private readonly string? _zone;
    private readonly string? _group;

    private AffinityPolicy(JsonElement properties)
    {
        _zone = Values.Text(properties, "availability_zone", "") is { Length: > 0 } zone ? zone : null;
        _group = Values.Text(properties.Of("servergroup"), "name", "") is { Length: > 0 } group ? group : null;
        Rule = Values.Text(properties.Of("servergroup"), "policies", "anti-affinity");
        IsDrs = Values.Flag(properties, "enable_drs_extension", false);
    }

    /// <summary>Together or apart.</summary>
    public string Rule { get; }

    /// <summary>Is a host chosen by vSphere's own balancing?</summary>
    public bool IsDrs { get; }

    public static AffinityPolicy Read(JsonElement properties) => new(properties);

    public override bool Handles(PolicyQuestion question) =>
        IsBefore(question, ActionNames.ScaleOut, ActionNames.Resize, ActionNames.NodeCreate);

    public override Decision Before(PolicyQuestion question, PolicyIdentity self)
    {
        if (CountOf(question, out var count) is { } wrong)
        {
            return wrong;
        }

        if (!count.TryInt(out var whole) || whole <= 0)
        {
            return Decision.Nothing;
        }

        if (whole > PolicyQuestion.MaxNodes)
        {
            return Decision.Error($"Invalid count ({whole}) for action '{question.Action}'.");
        }

        var placements = new JsonArray();
        for (var i = 0; i < whole; i++)
        {
            var placement = new JsonObject { ["servergroup"] = self.Data.Text("servergroup_id") ?? _group ?? $"server_group_{self.Id}" };
            if (_zone is not null)
            {
                placement["zone"] = _zone;
            }

            placements.Add(placement);
        }

        question.Data["placement"] = new JsonObject { ["count"] = whole, ["placements"] = placements };
        return Decision.Nothing;
    }

    private static Decision? CountOf(PolicyQuestion question, out Amount count)
    {
        count = question.Action == ActionNames.NodeCreate ? 1 : 0;
        if (question.Action == ActionNames.NodeCreate)
        {
            return null;
        }

        if (question.Action == ActionNames.Resize && question.Part("deletion") is null && question.Part("creation") is null
            && ResizeRule.Resolve(question) is { IsError: true } wrong)
        {
            return wrong;
        }

        if (question.Part("deletion") is not null)
        {
            return null;
        }

        var given = question.Part("creation") is { } made ? Json.From(made["count"]) : question.Input("count");
        if (given.ValueKind == JsonValueKind.Undefined)
        {
            count = 1;
            return null;
        }

        return Amount.TryRead(given, out count) || (question.Mode == PlanningMode.Fixed && Amount.TryPositive(given, out count))
            ? null
            : Decision.Error($"Invalid count ({Core.Policies.Properties.PythonText.Str(given)}) for action '{question.Action}'.");
    }
}
