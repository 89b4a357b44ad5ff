using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Senlin.Policies;

/// <summary>Shows an operation on targets to Senlin's policies, in their words: a group is a cluster, its instances are nodes.</summary>
internal static class TargetPicture
{
    /// <summary>
    /// The question that an operation asks. An operation that Senlin has no word for keeps its own name, and nobody minds it.
    /// </summary>
    public static PolicyQuestion Of(OperationSignal operation, in EvaluationInput input)
    {
        var group = input.Facts.Group ?? input.Facts.Target;
        var members = input.Facts.Members.Where(m => m.State != TargetState.Deleted).ToList();
        var capacity = group.Capacity;
        var action = operation.Inputs.Text("senlin_action") ?? ActionOf(operation.Operation);
        return new PolicyQuestion
        {
            Phase = operation.Phase,
            Action = action,
            Inputs = Inputs(operation),
            Data = Json.ToNode(operation.Data) as JsonObject ?? [],
            Succeeded = operation.Succeeded ?? true,
            Now = input.Now,
            Random = new Random(StringComparer.Ordinal.GetHashCode(operation.Id)),
            Node = action.StartsWith("NODE_", StringComparison.Ordinal) ? NodeOf(input.Facts.Target) : null,
            Cluster = new ClusterView
            {
                Id = group.Key.Path,
                Name = group.Key.Path,
                Current = members.Count,
                DesiredCapacity = capacity?.Desired ?? members.Count,
                MinSize = capacity?.Min ?? 0,
                MaxSize = capacity is null or { Max: int.MaxValue } ? -1 : capacity.Max,
                Nodes = [.. members.Select(NodeOf)],
            },
        };
    }

    /// <summary>Says what Senlin's policies planned in the words by which the core plans an operation.</summary>
    public static void Translate(string operation, PolicyQuestion question)
    {
        var data = question.Data;
        var part = (data["deletion"] ?? data["creation"]) as JsonObject;
        if (!Operation.Scales(operation) || Json.From(part).Whole("count") is not { } count)
        {
            return;
        }

        if (operation == Operation.Resize)
        {
            var current = question.Cluster.Current ?? question.Cluster.Nodes.Count;
            data["desired"] = data["deletion"] is null ? current + count : current - count;
        }
        else
        {
            data["count"] = count;
        }

        if (part!["candidates"] is JsonArray candidates)
        {
            data["candidates"] = candidates.DeepClone();
        }
    }

    private static string ActionOf(string operation) => operation switch
    {
        Operation.ScaleOut => ActionNames.ScaleOut,
        Operation.ScaleIn => ActionNames.ScaleIn,
        Operation.Resize => ActionNames.Resize,
        Operation.Heal => ActionNames.Recover,
        Operation.Check => ActionNames.Check,
        Operation.Create => ActionNames.Create,
        Operation.Delete => ActionNames.Delete,
        _ => operation,
    };

    // the core names instances and an exact size; Senlin candidates and an adjustment
    private static JsonElement Inputs(OperationSignal operation)
    {
        var inputs = Json.ToNode(operation.Inputs) as JsonObject ?? [];
        if (inputs["instances"] is JsonArray instances && inputs["candidates"] is null)
        {
            inputs["candidates"] = instances.DeepClone();
        }

        if (operation.Operation == Operation.Resize && inputs["desired"] is { } desired && inputs["adjustment_type"] is null)
        {
            inputs["adjustment_type"] = Sizes.ResizeRule.Exact;
            inputs["number"] = desired.DeepClone();
            inputs["strict"] = true;
        }

        return Json.From(inputs);
    }

    private static NodeView NodeOf(Target target)
    {
        var properties = target.Properties;
        return new NodeView
        {
            Id = target.Key.Path,
            Name = target.Key.Path,
            Status = target.State switch
            {
                TargetState.Failed => "ERROR",
                TargetState.Starting => "CREATING",
                TargetState.Stopping => "DELETING",
                _ => "ACTIVE",
            },
            IsTainted = properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty("tainted", out var tainted)
                && tainted.ValueKind == JsonValueKind.True,
            Zone = properties.Text("zone"),
            Region = properties.Text("region"),
            CreatedAt = target.CreatedAt,
            ProfileCreatedAt = DateTimeOffset.TryParse(
                properties.Text("profile_created_at"), System.Globalization.CultureInfo.InvariantCulture, out var made) ? made : null,
        };
    }
}
