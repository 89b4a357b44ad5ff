using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Signals;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Policies;

/// <summary>A dry run: a described cluster, an action, and the policies that are asked about it. Nothing of it has to exist.</summary>
internal sealed class SimulateRequest
{
    // a cluster holds 1000; a picture of one may be wrong, not endless
    private const int MostNodes = 10_000;
    private const int MostPolicies = 100;
    private static readonly Dictionary<string, PlanningMode> Modes = new(StringComparer.Ordinal)
    {
        ["compat"] = PlanningMode.Compat,
        ["fixed"] = PlanningMode.Fixed,
    };

    private static readonly Dictionary<string, OperationPhase> Phases = new(StringComparer.Ordinal)
    {
        ["BEFORE"] = OperationPhase.Before,
        ["AFTER"] = OperationPhase.After,
    };

    public required PolicyQuestion Question { get; init; }

    public required IReadOnlyList<ChainLink> Links { get; init; }

    /// <summary>Reads the body; null with the mistakes when there are any.</summary>
    public static (SimulateRequest? Request, IReadOnlyList<Mistake> Mistakes) Read(JsonElement body, DateTimeOffset clock)
    {
        var mistakes = new List<Mistake>();
        var fields = new FieldReader(body, "", mistakes);
        var mode = fields.OneOf("mode", Modes) ?? PlanningMode.Fixed;
        var phase = fields.OneOf("target", Phases) ?? OperationPhase.Before;
        var now = fields.Moment("now") ?? clock;
        var links = ReadPolicies(fields, mistakes);
        var cluster = fields.Raw("cluster") is { } described ? ReadCluster(described, now, mistakes) : new ClusterView { Current = 0 };
        var node = fields.Raw("node") is { } one ? ReadNode(new FieldReader(one, "/node", mistakes), "") : null;
        fields.Require("action");
        var action = fields.Object("action");
        var name = action?.RequiredText("name");
        if (name is not null && !ActionNames.All.Contains(name))
        {
            action!.Report(ErrorCodes.NotAllowed, "name", $"there is no action {Quote.Text(name)}{DidYouMean.Hint(name, ActionNames.All)}");
        }

        var inputs = ReadObject(action, "inputs");
        var data = ReadObject(action, "data");
        var environment = fields.Object("environment");
        IReadOnlyCollection<string>? zones = environment?.Has("zones") is true ? environment.Texts("zones") : null;
        IReadOnlyCollection<string>? regions = environment?.Has("regions") is true ? environment.Texts("regions") : null;
        fields.Close();
        if (mistakes.Count > 0)
        {
            return (null, mistakes);
        }

        var question = new PolicyQuestion
        {
            Mode = mode,
            Phase = phase,
            Action = name!,
            Inputs = inputs,
            Data = (JsonObject)Json.ToNode(data)!,
            Cluster = cluster,
            Node = node is null ? null : cluster.Nodes.FirstOrDefault(n => n.Id == node.Id) is { } known
                ? known with { Zone = node.Zone ?? known.Zone, Region = node.Region ?? known.Region } : node,
            Now = now,
            Zones = zones,
            Regions = regions,
        };
        return (new SimulateRequest { Question = question, Links = links }, mistakes);
    }

    private static List<ChainLink> ReadPolicies(FieldReader fields, List<Mistake> mistakes)
    {
        var links = new List<ChainLink>();
        var index = 0;
        foreach (var (value, path) in fields.RawList("policies").Take(MostPolicies + 1))
        {
            if (index == MostPolicies)
            {
                mistakes.Add(new Mistake(ErrorCodes.TooLarge, path, $"there are more than {MostPolicies} policies"));
                break;
            }

            if (ReadPolicy(new FieldReader(value, path, mistakes), path, index++, mistakes) is { } link)
            {
                links.Add(link);
            }
        }

        return links;
    }

    private static ChainLink? ReadPolicy(FieldReader fields, string path, int index, List<Mistake> mistakes)
    {
        var id = fields.Text("id") ?? $"policy-{index + 1}";
        var name = fields.Text("name") ?? id;
        var isEnabled = fields.Raw("enabled") is not { ValueKind: JsonValueKind.False };
        var lastOp = fields.Moment("last_op");
        var data = ReadObject(fields, "data");
        var read = PolicyReader.Read(fields.Raw("spec") ?? default, isUpstream: false);
        if (read.Type is null && read.Mistakes.Count == 0)
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotFound, $"{path}/spec",
                $"The policy_type '{read.TypeName}' could not be found."
                    + DidYouMean.Hint(read.TypeName, SenlinTypes.All.Select(t => t.FullName))));
        }

        mistakes.AddRange(read.Mistakes.Select(m => m with { Path = $"{path}/spec{m.Path}" }));
        return isEnabled && read.Policy is { } policy
            ? new ChainLink(new PolicyIdentity(id, name, lastOp, data), read.TypeName, SenlinTypes.PriorityOf(read.Type!), policy)
            : null;
    }

    // fields that are not known are passed over: the picture may be what the API itself shows
    private static ClusterView ReadCluster(JsonElement described, DateTimeOffset now, List<Mistake> mistakes)
    {
        const int most = 1_000_000;
        var fields = new FieldReader(described, "/cluster", mistakes);
        var current = fields.Whole("current", 0, most);
        var nodes = new List<NodeView>();
        if (fields.Has("nodes"))
        {
            foreach (var (value, path) in fields.RawList("nodes"))
            {
                if (nodes.Count == MostNodes)
                {
                    mistakes.Add(new Mistake(ErrorCodes.TooLarge, "/cluster/nodes", $"there are more than {MostNodes} nodes"));
                    break;
                }

                nodes.Add(ReadNode(
                    new FieldReader(value, path, mistakes), string.Create(CultureInfo.InvariantCulture, $"node-{nodes.Count + 1}")));
            }

            current ??= IsGiven(described, "current") ? null : nodes.Count;
        }
        else
        {
            for (var i = 1; i <= Math.Min(current ?? 0, MostNodes); i++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"node-{i}");
                nodes.Add(new NodeView { Id = name, Name = name, CreatedAt = now, ProfileCreatedAt = now });
            }

            current ??= IsGiven(described, "current") ? null : 0;
        }

        return new ClusterView
        {
            Id = fields.Text("id") ?? "",
            Name = fields.Text("name") ?? "",
            Current = current,
            DesiredCapacity = fields.Whole("desired_capacity", 0, most) ?? current ?? nodes.Count,
            MinSize = fields.Whole("min_size", 0, most) ?? 0,
            MaxSize = fields.Whole("max_size", -1, most) ?? -1,
            Nodes = nodes,
        };
    }

    private static bool IsGiven(JsonElement from, string name) => from.Of(name).ValueKind != JsonValueKind.Undefined;

    private static NodeView ReadNode(FieldReader fields, string otherwise)
    {
        var id = fields.Text("id") ?? fields.Text("name") ?? otherwise;
        return new NodeView
        {
            Id = id,
            Name = fields.Text("name") ?? id,
            Status = fields.Text("status") ?? "ACTIVE",
            IsTainted = fields.Flag("tainted"),
            Zone = fields.Text("zone"),
            Region = fields.Text("region"),
            CreatedAt = fields.Moment("created_at"),
            ProfileCreatedAt = fields.Moment("profile_created_at"),
        };
    }

    private static JsonElement ReadObject(FieldReader? fields, string name)
    {
        if (fields?.Raw(name) is not { } value)
        {
            return Json.EmptyObject;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        fields.Report(ErrorCodes.WrongType, name, $"expected an object, found {Quote.Value(value)}");
        return Json.EmptyObject;
    }
}
