using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>Receivers: addresses at which the outside asks for an action; and what happens when it does.</summary>
internal static class ReceiverRoutes
{
    private const string TokenName = "token";

    private static readonly ListRequest<ReceiverRecord> Listed = new()
    {
        Filters = new Dictionary<string, Func<ReceiverRecord, string?>>
        {
            ["name"] = r => r.Name,
            ["type"] = r => r.Type,
            ["cluster_id"] = r => r.ClusterId,
            ["action"] = r => r.Action,
            ["user"] = r => r.Owner.User,
        },
        Choices = new Dictionary<string, IReadOnlyList<string>>
        {
            ["type"] = ["webhook", "message"],
            ["action"] = ActionNames.ForReceivers,
        },
        Keys = new Dictionary<string, Func<ReceiverRecord, IComparable?>>
        {
            ["name"] = r => r.Name,
            ["type"] = r => r.Type,
            ["action"] = r => r.Action,
            ["cluster_id"] = r => r.ClusterId,
            ["created_at"] = r => r.CreatedAt,
            ["user"] = r => r.Owner.User,
        },
    };

    public static void Map(SenlinRoutes routes)
    {
        routes.Get("/v1/receivers", call => call.ListAsync(
            "receivers", Listed.Select(call, call.Registry.Receivers), (writer, r) => Views.Write(writer, r, UrlOf(call, r))));
        routes.Post("/v1/receivers", CreateAsync);
        routes.Get("/v1/receivers/{id}", call => ReplyAsync(call, 200, Find(call)));
        routes.Patch("/v1/receivers/{id}", UpdateAsync);
        routes.Delete("/v1/receivers/{id}", async call =>
        {
            await call.Registry.RemoveAsync(Find(call));
            await call.NothingAsync();
        });
        routes.Post("/v1/receivers/{id}/notify", call =>
        {
            _ = Find(call);
            throw SenlinFault.Refused("Receivers of type 'message' are not served here, so there is nothing to notify; use 'webhook'.");
        });
        routes.Post("/v1/webhooks/{id}/trigger", TriggerAsync);
    }

    /// <summary>Is it the address of a receiver, which needs no token of Keystone?</summary>
    public static bool IsTrigger(string path) =>
        path.StartsWith("/v1/webhooks/", StringComparison.Ordinal) && path.EndsWith("/trigger", StringComparison.Ordinal);

    private static async Task CreateAsync(SenlinCall call)
    {
        var given = await RequestBody.UnderAsync(call, "receiver");
        var body = new RequestBody(given, "name", "type", "cluster_id", "action", "actor", "params");
        var name = body.Name("name") ?? body.Required("name");
        var type = body.Required("type");
        if (type == "message")
        {
            throw SenlinFault.Refused(
                "Receivers of type 'message' need a message queue of OpenStack and are not served here; use 'webhook'.");
        }

        if (type != "webhook")
        {
            throw SenlinFault.BadRequest($"Value '{type}' is not acceptable for field 'type'.");
        }

        if (body.Text("cluster_id") is not { Length: > 0 } clusterId)
        {
            throw SenlinFault.Refused("Cluster identity is required for creating webhook receiver.");
        }

        if (body.Text("action") is not { Length: > 0 } action)
        {
            throw SenlinFault.Refused("Action name is required for creating webhook receiver.");
        }

        CheckAction(action);
        if (action == ActionNames.ClusterCreate)
        {
            throw SenlinFault.Refused($"Action name cannot be any of ['{ActionNames.ClusterCreate}'].");
        }

        _ = body.Map("actor");
        var cluster = call.TryFind(call.Registry.Clusters, clusterId)
            ?? throw SenlinFault.Refused($"The referenced cluster '{clusterId}' could not be found.");
        var receiver = new ReceiverRecord
        {
            Id = Uuid.New(),
            Name = name,
            Type = type,
            ClusterId = cluster.Id,
            Action = action,
            Params = body.Map("params") ?? Json.EmptyObject,
            Token = Uuid.New(),
            Owner = call.Caller,
            CreatedAt = call.Registry.Now,
        };
        await call.Registry.PutAsync(receiver);
        await ReplyAsync(call, 201, receiver);
    }

    private static async Task UpdateAsync(SenlinCall call)
    {
        var body = new RequestBody(await RequestBody.UnderAsync(call, "receiver"), "name", "action", "params");
        var receiver = Find(call);
        var action = body.Text("action") ?? receiver.Action;
        CheckAction(action);
        var name = body.Name("name") ?? receiver.Name;
        var parameters = body.Map("params") ?? receiver.Params;
        if (name == receiver.Name && action == receiver.Action && JsonElement.DeepEquals(parameters, receiver.Params))
        {
            throw SenlinFault.NothingToChange();
        }

        receiver = receiver with
        {
            Name = name,
            Action = action,
            Params = parameters,
            UpdatedAt = call.Registry.Now,
        };
        await call.Registry.PutAsync(receiver);
        await ReplyAsync(call, 200, receiver);
    }

    private static async Task TriggerAsync(SenlinCall call)
    {
        var query = call.Http.Request.Query;
        var receiver = call.Registry.Receivers.Get(call.Route("id")) ?? throw SenlinFault.NotFound("receiver", call.Route("id"));
        if (call.AsksWho && call.Caller == Ownership.Local && query[TokenName].ToString() != receiver.Token)
        {
            throw new SenlinFault(401, "Unauthorized", "The address of the receiver lacks its token.");
        }

        var version = query["V"].ToString();
        call.Caller = receiver.Owner;
        var cluster = call.Cluster(receiver.ClusterId);
        var inputs = Json.Merge(receiver.Params, await SaidAsync(call, isWrapped: version == "1" && call.Minor < 10));
        inputs = Json.Merge(inputs, Json.Build(writer =>
        {
            writer.WriteStartObject();
            foreach (var (name, value) in query
                .Where(q => q.Key is not ("V" or TokenName) && !receiver.Params.TryGetProperty(q.Key, out _)))
            {
                writer.WriteString(name, value.ToString());
            }

            writer.WriteEndObject();
        }));
        await ClusterActionRoutes.AskAsync(call, cluster, receiver.Action, inputs, $"webhook_{Uuid.Short(receiver.Id)}");
    }

    private static async Task<JsonElement> SaidAsync(SenlinCall call, bool isWrapped)
    {
        if (call.Http.Request.ContentLength is null or 0)
        {
            return Json.EmptyObject;
        }

        var body = await call.ReadBodyAsync();
        return !isWrapped ? body
            : new RequestBody(body, "params").Map("params") ?? Json.EmptyObject;
    }

    private static void CheckAction(string action)
    {
        if (!ActionNames.ForReceivers.Contains(action))
        {
            throw SenlinFault.BadRequest($"Value '{action}' is not acceptable for field 'action'.");
        }
    }

    private static string UrlOf(SenlinCall call, ReceiverRecord receiver)
    {
        var more = string.Concat(receiver.Params.EnumerateObject()
            .OrderBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => $"&{Uri.EscapeDataString(p.Name)}={Uri.EscapeDataString(p.Value.ToString())}"));
        var token = call.AsksWho ? $"&{TokenName}={receiver.Token}" : "";
        return $"{call.Base}/v1/webhooks/{receiver.Id}/trigger?V=2{more}{token}";
    }

    private static ReceiverRecord Find(SenlinCall call) => call.Find(call.Registry.Receivers, "receiver", call.Route("id"));

    private static Task ReplyAsync(SenlinCall call, int status, ReceiverRecord receiver) =>
        call.OneAsync(status, "receiver", writer => Views.Write(writer, receiver, UrlOf(call, receiver)));
}
