using Reeve.Core.Journal;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>Actions: what was asked for, how far it is, what came of it.</summary>
internal static class ActionRoutes
{
    private static readonly ListRequest<ActionRecord> Listed = new()
    {
        Filters = new Dictionary<string, Func<ActionRecord, string?>>
        {
            ["name"] = a => a.Name,
            ["target"] = a => a.Target,
            ["action"] = a => a.Action,
            ["status"] = a => a.Status,
        },
        Others = ["cluster_id"],
        Choices = new Dictionary<string, IReadOnlyList<string>>
        {
            ["action"] = [.. ActionNames.ForReceivers, .. ActionNames.OfNodes],
            ["status"] = ActionStatus.All,
        },
        Keys = new Dictionary<string, Func<ActionRecord, IComparable?>>
        {
            ["name"] = a => a.Name,
            ["target"] = a => a.Target,
            ["action"] = a => a.Action,
            ["created_at"] = a => a.CreatedAt,
            ["updated_at"] = a => a.UpdatedAt,
            ["status"] = a => a.Status,
        },
    };

    public static void Map(SenlinRoutes routes)
    {
        routes.Get("/v1/actions", ListAsync);
        routes.Post("/v1/actions", _ => throw new SenlinFault(
            403, "Forbidden", "You are not authorized to complete this operation: ask the cluster or the node for the action."));
        routes.Get("/v1/actions/{id}", GetAsync);
        routes.Patch("/v1/actions/{id}", UpdateAsync);
    }

    private static Task ListAsync(SenlinCall call)
    {
        // an older client does not know that actions have clusters
        var clusters = call.Minor < 14 ? null : call.ClustersAsked();
        var actions = Listed.Select(call, call.Registry.Actions, clusters is null ? null : a => clusters.Contains(a.ClusterId));
        return call.ListAsync("actions", actions, (writer, a) => Views.Write(writer, a, call.Minor >= 14));
    }

    private static async Task GetAsync(SenlinCall call)
    {
        var id = call.Route("id");
        var action = call.TryFind(call.Registry.Actions, id);
        if (action is null && Uuid.Is(id))
        {
            // one that is too old to be held in memory
            var query = new RecordQuery { Tenant = Core.Identity.Scope.Default.Tenant, Id = id, Limit = 1 };
            var page = await call.Registry.Host.Records.ExecutionsAsync(query, call.Http.RequestAborted);
            action = page.Items.Count > 0 ? ActionRecord.Of(page.Items[0], call.Registry.OwnerOf) : null;
        }

        var found = action ?? throw SenlinFault.NotFound("action", id);
        await call.OneAsync(200, "action", writer => Views.Write(writer, found, call.Minor >= 14));
    }

    private static async Task UpdateAsync(SenlinCall call)
    {
        call.NeedsMinor(12);
        var body = new RequestBody(await RequestBody.UnderAsync(call, "action"), "status", "force");
        var status = body.Required("status");
        if (status != ActionStatus.Cancelled)
        {
            throw SenlinFault.Refused($"Unknown status {status} for action {call.Route("id")}");
        }

        _ = body.Flag("force");
        _ = ListRequest<ActionRecord>.Flag("force", call.Http.Request.Query["force"].ToString());
        var action = call.Find(call.Registry.Actions, "action", call.Route("id"));
        if (action.IsEnded || !await call.Registry.Host.CancelAsync(action.Execution, call.Caller.User))
        {
            action = call.Registry.Actions.Get(action.Id) ?? action;
            throw SenlinFault.Conflict(
                "ActionImmutable",
                $"Action ({Uuid.Short(action.Id)}) is in status ({action.Status}) while expected status must be one of "
                    + "(('INIT', 'WAITING', 'READY', 'RUNNING', 'WAITING_LIFECYCLE_COMPLETION')).");
        }

        await call.AcceptAsync(action.Id, null);
    }
}
