using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Errors;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Policies.Kinds;

/// <summary><c>senlin.policy.batch</c>: an update takes the nodes in batches, so that some stay in service.</summary>
internal sealed class BatchPolicy : SenlinPolicy
{
    private readonly long? _maxBatchSize;
    private readonly long? _minInService;
    private readonly long? _pauseTime;

    private BatchPolicy(JsonElement properties)
    {
        _maxBatchSize = Values.Whole(properties, "max_batch_size", -1);
        _minInService = Values.Whole(properties, "min_in_service", 1);
        _pauseTime = Values.Whole(properties, "pause_time", 60);
    }

    public static BatchPolicy Read(JsonElement properties) => new(properties);

    /// <summary>What would make every update fail; accepted on creation as upstream does, refused when it is put on a cluster.</summary>
    public static void CheckUse(JsonElement properties, string path, List<Mistake> mistakes)
    {
        if (Values.Whole(properties, "max_batch_size", -1) is 0 or < -1)
        {
            Values.Wrong(mistakes, $"{path}/max_batch_size", NoBatch);
        }
    }

    private const string NoBatch = "the 'max_batch_size' must be above 0, or -1 for no bound";

    public override bool Handles(PolicyQuestion question) => IsBefore(question, ActionNames.Update);

    public override Decision Before(PolicyQuestion question, PolicyIdentity self)
    {
        var (candidates, good) = NodeOrder.Split(question.Cluster.Nodes);
        candidates.AddRange(good.Select(n => n.Id));
        var plan = new JsonArray();
        if (question.Mode == PlanningMode.Fixed && _maxBatchSize is 0 or < -1)
        {
            return Decision.Error(NoBatch);
        }

        if (candidates.Count > 0)
        {
            if (Size(candidates.Count, question.Mode) is not { } size)
            {
                return Decision.Error("The value 'None' of the batch policy is no number.");
            }

            if (size == 0)
            {
                return Decision.Error("range() arg 3 must not be zero");
            }

            // stepping backwards from the start there is no batch at all
            foreach (var batch in size > 0 ? candidates.Chunk((int)Math.Min(size, candidates.Count)) : [])
            {
                plan.Add(new JsonArray([.. batch.Select(id => (JsonNode)JsonValue.Create(id))]));
            }
        }

        question.Data["update"] = new JsonObject { ["pause_time"] = _pauseTime, ["plan"] = plan };
        return Decision.Ok("Batching request validated.");
    }

    private long? Size(int total, PlanningMode mode)
    {
        var minInService = mode == PlanningMode.Fixed ? Math.Max(0, _minInService ?? 1) : _minInService;
        var maxBatchSize = mode == PlanningMode.Fixed ? _maxBatchSize ?? -1 : _maxBatchSize;
        if (minInService is not { } min || maxBatchSize is not { } max)
        {
            return null;
        }

        var size = total > min ? total - min : (total + 1) / 2;
        return max != -1 ? Math.Min(size, max) : size;
    }
}
