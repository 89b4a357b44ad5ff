using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Cloud;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Rest;

/// <summary>Clusters: made, shown, changed, removed.</summary>
internal static class ClusterRoutes
{
    private static readonly ListRequest<ClusterRecord> Listed = new()
    {
        Filters = new Dictionary<string, Func<ClusterRecord, string?>>
        {
            ["name"] = c => c.Name,
            ["status"] = c => c.Status,
        },
        Choices = new Dictionary<string, IReadOnlyList<string>> { ["status"] = ClusterStatus.All },
        Keys = new Dictionary<string, Func<ClusterRecord, IComparable?>>
        {
            ["name"] = c => c.Name,
            ["status"] = c => c.Status,
            ["init_at"] = c => c.InitAt,
            ["created_at"] = c => c.CreatedAt,
            ["updated_at"] = c => c.UpdatedAt,
        },
    };

    private static readonly ListRequest<BindingRow> Bindings = new()
    {
        Filters = new Dictionary<string, Func<BindingRow, string?>>
        {
            ["policy_name"] = b => b.Name,
            ["policy_type"] = b => b.Attached.PolicyType,
        },
        Keys = new Dictionary<string, Func<BindingRow, IComparable?>>
        {
            ["enabled"] = b => b.Attached.Enabled,
        },
        Others = ["enabled"],
    };

    public static void Map(SenlinRoutes routes)
    {
        routes.Get("/v1/clusters", call => call.ListAsync(
            "clusters", Listed.Select(call, call.Registry.Clusters), (writer, c) => Views.Write(writer, c, call.Registry)));
        routes.Post("/v1/clusters", CreateAsync);
        routes.Get("/v1/clusters/{id}", call =>
        {
            var cluster = call.Cluster(call.Route("id"));
            return call.OneAsync(200, "cluster", writer => Views.Write(writer, cluster, call.Registry));
        });
        routes.Patch("/v1/clusters/{id}", UpdateAsync);
        routes.Delete("/v1/clusters/{id}", DeleteAsync);
        routes.Get("/v1/clusters/{id}/attrs/{path}", CollectAsync);
        routes.Get("/v1/clusters/{id}/policies", ListBindingsAsync);
        routes.Get("/v1/clusters/{id}/policies/{policy}", GetBindingAsync);
    }

    private static async Task CreateAsync(SenlinCall call)
    {
        var given = await RequestBody.UnderAsync(call, "cluster");
        var body = new RequestBody(
            given, "name", "profile_id", "desired_capacity", "min_size", "max_size", "metadata", "timeout", "config", "dependents");
        var name = body.Name("name") ?? body.Required("name");
        var profileId = body.Required("profile_id");
        var min = body.Whole("min_size", 0, SizeLimits.MostNodes);
        var max = body.Whole("max_size", -1, SizeLimits.MostNodes);
        var desired = body.Whole("desired_capacity", 0, SizeLimits.MostNodes) ?? min ?? 0;
        var profile = Profile(call, profileId);
        var cluster = new ClusterRecord
        {
            Id = Uuid.New(),
            Name = name,
            ProfileId = profile.Id,
            Desired = desired,
            MinSize = min ?? 0,
            MaxSize = max ?? -1,
            Timeout = body.Whole("timeout", 0, SizeLimits.LongestTimeout) is { } timeout and > 0 ? timeout : Timeouts.Cluster,
            Metadata = body.Map("metadata") ?? Json.EmptyObject,
            Config = body.Map("config") ?? Json.EmptyObject,
            Owner = call.Caller,
            InitAt = call.Registry.Now,
        };
        if (SizeCheck.ProblemOf(SizePlan.View(cluster, 0), desired, min, max, true) is { } problem)
        {
            throw SenlinFault.Refused(problem);
        }

        await call.Registry.PutAsync(cluster);
        var action = call.Action(ActionNames.ClusterCreate, cluster.Id, cluster.Id, Json.EmptyObject);
        await call.RequestAsync(action);
        await call.AcceptAsync(action.Id, Body(call, cluster));
    }

    private static async Task UpdateAsync(SenlinCall call)
    {
        var given = await RequestBody.UnderAsync(call, "cluster");
        var body = new RequestBody(given, "name", "profile_id", "metadata", "timeout", "profile_only", "config");
        var cluster = call.Cluster(call.Route("id"));
        var inputs = new Dictionary<string, object>(StringComparer.Ordinal);
        if (body.Name("name") is { } name && name != cluster.Name)
        {
            inputs["name"] = name;
        }

        if (body.Map("metadata") is { } metadata && metadata.GetRawText() != cluster.Metadata.GetRawText())
        {
            inputs["metadata"] = metadata;
        }

        // what a version of the API does not know yet is passed over in it
        if (body.Map("config") is { } config && call.Minor >= 7 && !JsonElement.DeepEquals(config, cluster.Config))
        {
            inputs["config"] = config;
        }

        if (body.Whole("timeout", 0, SizeLimits.LongestTimeout) is { } timeout && timeout != cluster.Timeout)
        {
            inputs["timeout"] = timeout;
        }

        if (body.Text("profile_id") is { } profileId)
        {
            var profile = Profile(call, profileId);
            if (call.Registry.Profiles.Get(cluster.ProfileId) is { } old && old.Type != profile.Type)
            {
                throw SenlinFault.Refused("Cannot update a cluster to a different profile type, operation aborted.");
            }

            if (profile.Id != cluster.ProfileId)
            {
                inputs["new_profile_id"] = profile.Id;
            }
        }

        if (body.Flag("profile_only") is { } only && call.Minor >= 6)
        {
            inputs["profile_only"] = only;
        }

        if (inputs.Count == 0)
        {
            throw SenlinFault.NothingToChange();
        }

        var action = call.Action(ActionNames.ClusterUpdate, cluster.Id, cluster.Id, Inputs(inputs));
        await call.RequestAsync(action);
        await call.AcceptAsync(action.Id, Body(call, cluster));
    }

    private static async Task DeleteAsync(SenlinCall call)
    {
        var force = await ForceAsync(call);
        var cluster = call.Cluster(call.Route("id"));
        if (!force && ClusterStatus.HoldsBackDeletion(cluster.Status))
        {
            throw SenlinFault.Conflict("ActionInProgress", $"The cluster '{call.Route("id")}' is in status {cluster.Status}.");
        }

        var action = call.Action(ActionNames.ClusterDelete, cluster.Id, cluster.Id, Json.EmptyObject);
        await call.RequestAsync(action, force: true);
        await call.StopOthersAsync(action);
        await call.AcceptAsync(action.Id, null);
    }

    /// <summary>Does a deletion ask to be done whatever is at work?</summary>
    public static async Task<bool> ForceAsync(SenlinCall call)
    {
        var force = ListRequest<ClusterRecord>.Flag("force", call.Http.Request.Query["force"].ToString());
        if (call.Http.Request.ContentLength is > 0)
        {
            force |= new RequestBody(await call.ReadBodyAsync(), "force").Flag("force") == true;
        }

        return force && call.Minor >= 8;
    }

    private static Task CollectAsync(SenlinCall call)
    {
        call.NeedsMinor(2);
        var cluster = call.Cluster(call.Route("id"));
        var path = AttributePath.Read(Uri.UnescapeDataString(call.Route("path")));
        var rows = call.Registry.NodesOf(cluster.Id)
            .Select(n => (n.Id, Value: path.First(Whole(call, n, path.AsksDetails))))
            .Where(r => r.Value.ValueKind != JsonValueKind.Undefined);
        return call.ListAsync("cluster_attributes", rows, (writer, row) =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", row.Id);
            writer.WritePropertyName("value");
            row.Value.WriteTo(writer);
            writer.WriteEndObject();
        });
    }

    private static JsonElement Whole(SenlinCall call, NodeRecord node, bool isDetailed) => Json.Build(writer => Views.Write(
        writer, node, call.Registry,
        isDetailed ? NodeDetails.Of(node, call.Registry.Profiles.Get(node.ProfileId)) : null));

    private static Task ListBindingsAsync(SenlinCall call)
    {
        var cluster = call.Cluster(call.Route("id"));
        var table = new RecordTable<BindingRow>();
        foreach (var attached in cluster.Policies)
        {
            table.Put(new BindingRow
            {
                Id = attached.Id,
                Name = call.Registry.Policies.Get(attached.PolicyId)?.Name ?? "",
                Owner = cluster.Owner,
                Attached = attached,
            });
        }

        var asked = call.Http.Request.Query["enabled"].ToString();
        bool? enabled = asked.Length == 0 ? null : ListRequest<BindingRow>.Flag("enabled", asked);
        return call.ListAsync(
            "cluster_policies", Bindings.Select(call, table, enabled is null ? null : b => b.Attached.Enabled == enabled),
            (writer, row) => Views.Write(writer, row.Attached, cluster, call.Registry));
    }

    private static Task GetBindingAsync(SenlinCall call)
    {
        var cluster = call.Cluster(call.Route("id"));
        var policy = call.Find(call.Registry.Policies, "policy", call.Route("policy"));
        var attached = cluster.Policies.FirstOrDefault(p => p.PolicyId == policy.Id) ?? throw new SenlinFault(
            404, "PolicyBindingNotFound", $"The policy '{call.Route("policy")}' is not found attached to the specified cluster "
                + $"'{call.Route("id")}'.");
        return call.OneAsync(200, "cluster_policy", writer => Views.Write(writer, attached, cluster, call.Registry));
    }

    public static ProfileRecord Profile(SenlinCall call, string identity) => call.TryFind(call.Registry.Profiles, identity)
        ?? throw SenlinFault.Refused($"The specified profile '{identity}' could not be found.");

    /// <summary>Inputs of an action, from what a request said.</summary>
    public static JsonElement Inputs(IReadOnlyDictionary<string, object> inputs) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        foreach (var (name, value) in inputs)
        {
            writer.WritePropertyName(name);
            switch (value)
            {
                case JsonElement element:
                    element.WriteTo(writer);
                    break;
                case int number:
                    writer.WriteNumberValue(number);
                    break;
                case bool flag:
                    writer.WriteBooleanValue(flag);
                    break;
                default:
                    writer.WriteStringValue(value.ToString());
                    break;
            }
        }

        writer.WriteEndObject();
    });

    private static Action<Utf8JsonWriter> Body(SenlinCall call, ClusterRecord cluster) => writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("cluster");
        Views.Write(writer, cluster, call.Registry);
        writer.WriteEndObject();
    };

    private sealed record BindingRow : SenlinRecord
    {
        public required AttachedPolicy Attached { get; init; }
    }
}
