using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Errors;
using Reeve.Core.Policies.Properties;
using Reeve.Core.Signals;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Policies.Kinds;

/// <summary><c>senlin.policy.health</c>: how it is found out that a node is ill, and what is done then.</summary>
internal sealed class HealthPolicy : SenlinPolicy
{
    private const string Lifecycle = "LIFECYCLE_EVENTS";

    /// <summary>The shortest time between two looks, in seconds.</summary>
    public const int MinInterval = 60;

    private static readonly HashSet<string> Polling =
        new(["NODE_STATUS_POLLING", "NODE_STATUS_POLL_URL", "HYPERVISOR_STATUS_POLLING"], StringComparer.Ordinal);

    private static readonly string[] Changing =
    [
        ActionNames.ScaleIn, ActionNames.DelNodes, ActionNames.NodeDelete, ActionNames.Update, ActionNames.Recover,
        ActionNames.ReplaceNodes,
    ];

    private HealthPolicy(JsonElement properties)
    {
        var recovery = properties.Of("recovery");
        Actions = [.. Values.Items(recovery, "actions").Select(a => a.Clone())];
        Fencing = [.. Values.Items(recovery, "fencing").Select(PythonText.Str)];
    }

    /// <summary>What is tried, one after the other, until the node is well.</summary>
    public IReadOnlyList<JsonElement> Actions { get; }

    /// <summary>What is cut off before a node is made anew.</summary>
    public IReadOnlyList<string> Fencing { get; }

    public static HealthPolicy Read(JsonElement properties, int minInterval, List<Mistake> mistakes)
    {
        var detection = properties.Of("detection");
        if (detection.ValueKind == JsonValueKind.Object)
        {
            if (Values.Whole(detection, "interval", 60) is not { } interval || interval < minInterval)
            {
                Values.Wrong(mistakes, "/detection/interval",
                    $"Specified interval of {Shown(detection.Of("interval"))} seconds has to be larger than health_check_interval_min "
                    + $"of {minInterval} seconds set in configuration.");
            }

            CheckModes(detection, mistakes);
        }

        return new HealthPolicy(properties);
    }

    /// <summary>The older versions take one recovery action, as Senlin's clients know them; the last one takes several.</summary>
    public static void CheckUpstream(JsonElement properties, List<Mistake> mistakes)
    {
        if (Values.Items(properties.Of("recovery"), "actions").Count() > 1)
        {
            Values.Wrong(mistakes, "/recovery/actions", "Only one 'actions' is supported for now.");
        }
    }

    public override bool Handles(PolicyQuestion question) =>
        IsBefore(question, [.. Changing, ActionNames.Resize]) || IsAfter(question, [.. Changing, ActionNames.Resize]);

    public override Decision Before(PolicyQuestion question, PolicyIdentity self)
    {
        if (question is { Action: ActionNames.Recover, Mode: PlanningMode.Fixed })
        {
            // whoever recovers a cluster by hand gets what the policy wants done; upstream forgets it
            Say(question);
            return Decision.Nothing;
        }

        if (question.Action != ActionNames.Resize || question.Part("deletion") is not null)
        {
            return Decision.Nothing;
        }

        if (question.Part("creation") is null && ResizeRule.Resolve(question) is { IsError: true } wrong)
        {
            return wrong;
        }

        if (question.Part("deletion") is null)
        {
            Say(question);
        }

        return Decision.Nothing;
    }

    private void Say(PolicyQuestion question) => question.Data["health"] = new JsonObject
    {
        ["recover_action"] = new JsonArray([.. Actions.Select(a => Core.Documents.Json.ToNode(a))]),
        ["fencing"] = new JsonArray([.. Fencing.Select(f => (JsonNode?)JsonValue.Create(f))]),
    };

    private static void CheckModes(JsonElement detection, List<Mistake> mistakes)
    {
        const string path = "/detection/detection_modes";
        if (detection.Of("detection_modes").ValueKind != JsonValueKind.Array)
        {
            mistakes.Add(new Mistake(ErrorCodes.MissingField, "/detection", "the property `detection_modes` is missing"));
            return;
        }

        var modes = Values.Items(detection, "detection_modes").ToList();
        var types = modes.Select(m => Values.Text(m, "type", "")).ToList();
        var named = string.Join(", ", types);
        var isPolled = types.All(Polling.Contains);
        if (!isPolled && !(types.Count == 1 && types[0] == Lifecycle))
        {
            Values.Wrong(mistakes, path, $"Invalid detection modes in health policy: {named}");
        }
        else if (modes.Select(m => $"{Values.Text(m, "type", "")} {Spelled(m.Of("options"))}").Distinct(StringComparer.Ordinal).Count()
            < modes.Count)
        {
            Values.Wrong(mistakes, path, $"Duplicate detection modes are not allowed in health policy: {named}");
        }
    }

    private static string Spelled(JsonElement options) => options.ValueKind != JsonValueKind.Object
        ? ""
        : string.Join(' ', options.EnumerateObject().OrderBy(o => o.Name, StringComparer.Ordinal)
            .Select(o => $"{o.Name}={o.Value.GetRawText()}"));

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? "None" : PythonText.Str(value);
}
