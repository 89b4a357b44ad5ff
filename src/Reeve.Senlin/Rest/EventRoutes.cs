using Reeve.Senlin.Actions;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>What happened to clusters and nodes.</summary>
internal static class EventRoutes
{
    // upstream's numbers, which old clients still send
    private static readonly Dictionary<string, string> Levels = new(StringComparer.Ordinal)
    {
        ["10"] = "DEBUG",
        ["20"] = "INFO",
        ["30"] = "WARN",
        ["40"] = "ERROR",
        ["50"] = "CRITICAL",
    };

    private static readonly ListRequest<EventRecord> Listed = new()
    {
        Filters = new Dictionary<string, Func<EventRecord, string?>>
        {
            ["oid"] = e => e.ObjectId,
            ["otype"] = e => e.ObjectType,
            ["oname"] = e => e.Name,
            ["action"] = e => e.Action,
            ["status"] = e => e.Status,
        },
        Choices = new Dictionary<string, IReadOnlyList<string>>
        {
            ["action"] = [.. ActionNames.ForReceivers, .. ActionNames.OfNodes],
        },
        Keys = new Dictionary<string, Func<EventRecord, IComparable?>>
        {
            ["timestamp"] = e => e.CreatedAt,
            ["level"] = e => e.Level,
            ["otype"] = e => e.ObjectType,
            ["oname"] = e => e.Name,
            ["oid"] = e => e.ObjectId,
            ["cluster_id"] = e => e.ClusterId,
            ["action"] = e => e.Action,
            ["status"] = e => e.Status,
        },
        Others = ["level", "cluster_id"],
    };

    public static void Map(SenlinRoutes routes)
    {
        routes.Get("/v1/events", ListAsync);
        routes.Get("/v1/events/{id}", call =>
        {
            var found = call.Find(call.Registry.Events, "event", call.Route("id"));
            return call.OneAsync(200, "event", writer => Views.Write(writer, found));
        });
    }

    private static Task ListAsync(SenlinCall call)
    {
        var asked = call.Http.Request.Query["level"]
            .Select(l => Levels.GetValueOrDefault(l ?? "", l ?? "").ToUpperInvariant())
            .ToHashSet(StringComparer.Ordinal);
        if (asked.FirstOrDefault(l => !Levels.ContainsValue(l)) is { } unknown)
        {
            throw SenlinFault.BadRequest($"Unsupported value '{unknown}' for 'level'.");
        }

        var clusters = call.ClustersAsked();
        var events = Listed.Select(
            call, call.Registry.Events,
            e => (asked.Count == 0 || asked.Contains(e.Level)) && (clusters is null || clusters.Contains(e.ClusterId)));
        return call.ListAsync("events", events, Views.Write);
    }
}
