using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Rest;

/// <summary>Reads which nodes a cluster is to take in, give away or exchange. All that is wrong with them is said at once.</summary>
internal static class MemberInputs
{
    public static JsonElement Adding(SenlinCall call, ClusterRecord cluster, JsonElement value)
    {
        var (found, missing) = Find(call, RequestBody.Open(value).Texts("nodes"));
        Refuse(
            (OtherKind(call, cluster, found), "Profile type of nodes {0} does not match that of the cluster."),
            (found.Where(n => n.ClusterId.Length > 0).Select(n => n.Id), "Nodes {0} already owned by some cluster."),
            (found.Where(n => n.Status != ClusterStatus.Active).Select(n => n.Id), "Nodes are not ACTIVE: {0}."),
            (missing, "Nodes not found: {0}."));
        CheckSize(call, cluster, found.Count);
        return List("nodes", found.Select(n => n.Id));
    }

    public static JsonElement Removing(SenlinCall call, ClusterRecord cluster, JsonElement value)
    {
        var body = RequestBody.Open(value);
        var (found, missing) = Find(call, body.Texts("nodes"));
        Refuse(
            (missing, "Nodes not found: {0}."),
            (found.Where(n => n.ClusterId != cluster.Id).Select(n => n.Id), "Nodes not members of specified cluster: {0}."));
        CheckSize(call, cluster, -found.Count);
        return Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("candidates");
            foreach (var node in found)
            {
                writer.WriteStringValue(node.Id);
            }

            writer.WriteEndArray();
            writer.WriteNumber("count", found.Count);

            // a client of an older version of the API cannot mean it
            writer.WriteBoolean("destroy_after_deletion", call.Minor >= 4 && body.Flag("destroy_after_deletion") == true);
            writer.WriteEndObject();
        });
    }

    public static JsonElement Replacing(SenlinCall call, ClusterRecord cluster, JsonElement value)
    {
        var given = RequestBody.Open(value).Value("nodes");
        if (given.ValueKind != JsonValueKind.Object || !given.EnumerateObject().Any())
        {
            throw SenlinFault.BadRequest("The data provided is not a map of old nodes to new ones.");
        }

        var pairs = given.EnumerateObject().Take(SizeLimits.MostNodes)
            .Select(p => (Old: p.Name, New: p.Value.ToString(), OldNode: TryFind(call, p.Name), NewNode: TryFind(call, p.Value.ToString())))
            .ToList();
        if (pairs.DistinctBy(p => p.New, StringComparer.Ordinal).Count() < pairs.Count)
        {
            throw SenlinFault.BadRequest("Map contains duplicated values");
        }

        var known = pairs.Where(p => p is { OldNode: not null, NewNode: not null }).ToList();
        Refuse(
            (known.Where(p => p.OldNode!.ClusterId != cluster.Id).Select(p => p.Old),
                "The specified nodes {0} to be replaced are not members of the cluster " + cluster.Id + "."),
            (known.Where(p => p.NewNode!.ClusterId.Length > 0).Select(p => p.New), "Nodes {0} already member of a cluster."),
            (known.Where(p => p.NewNode!.Status != ClusterStatus.Active).Select(p => p.New), "Nodes are not ACTIVE: {0}."),
            (OtherKind(call, cluster, known.Select(p => p.NewNode!)), "Profile type of nodes {0} do not match that of the cluster."),
            (pairs.Where(p => p.OldNode is null).Select(p => p.Old), "Original nodes not found: {0}."),
            (pairs.Where(p => p is { OldNode: not null, NewNode: null }).Select(p => p.New), "Replacement nodes not found: {0}."));
        return Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("candidates");
            foreach (var pair in known.DistinctBy(p => p.OldNode!.Id))
            {
                writer.WriteString(pair.OldNode!.Id, pair.NewNode!.Id);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static IEnumerable<string> OtherKind(SenlinCall call, ClusterRecord cluster, IEnumerable<NodeRecord> nodes)
    {
        var type = call.Registry.Profiles.Get(cluster.ProfileId)?.Type;
        return nodes.Where(n => call.Registry.Profiles.Get(n.ProfileId)?.Type != type).Select(n => n.Id);
    }

    private static void CheckSize(SenlinCall call, ClusterRecord cluster, int change)
    {
        var size = call.Registry.NodesOf(cluster.Id).Count;
        if (SizeCheck.ProblemOf(SizePlan.View(cluster, size), cluster.Desired + change, null, null, true) is { } problem)
        {
            throw SenlinFault.Refused(problem);
        }
    }

    private static (List<NodeRecord> Found, List<string> Missing) Find(SenlinCall call, IReadOnlyList<string> identities)
    {
        var found = new List<NodeRecord>();
        var missing = new List<string>();
        foreach (var identity in identities)
        {
            if (TryFind(call, identity) is { } node)
            {
                found.Add(node);
            }
            else
            {
                missing.Add(identity);
            }
        }

        return ([.. found.DistinctBy(n => n.Id)], missing);
    }

    // a name that means two nodes means none here
    private static NodeRecord? TryFind(SenlinCall call, string identity)
    {
        try
        {
            return call.TryFind(call.Registry.Nodes, identity) is { } node ? call.Registry.AsSeen(node) : null;
        }
        catch (SenlinFault fault) when (fault.Type == "MultipleChoices")
        {
            return null;
        }
    }

    private static void Refuse(params ReadOnlySpan<(IEnumerable<string> Which, string Sentence)> problems)
    {
        var said = new List<string>();
        foreach (var (which, sentence) in problems)
        {
            if (which.ToList() is { Count: > 0 } named)
            {
                said.Add(sentence.Replace("{0}", $"['{string.Join("', '", named)}']", StringComparison.Ordinal));
            }
        }

        if (said.Count > 0)
        {
            throw SenlinFault.Refused(string.Join('\n', said));
        }
    }

    private static JsonElement List(string name, IEnumerable<string> values) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
