using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>How records look to clients. All times have one form, UTC with a Z.</summary>
internal static class Views
{
    public static void Write(Utf8JsonWriter writer, ProfileRecord profile)
    {
        writer.WriteStartObject();
        writer.WriteString("id", profile.Id);
        writer.WriteString("name", profile.Name);
        writer.WriteString("type", profile.Type);
        Element(writer, "spec", profile.Spec);
        Element(writer, "metadata", profile.Metadata);
        writer.WriteString("user", profile.Owner.User);
        writer.WriteString("project", profile.Owner.Project);
        writer.WriteString("domain", profile.Owner.Domain);
        Times(writer, profile);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, PolicyRecord policy)
    {
        writer.WriteStartObject();
        writer.WriteString("id", policy.Id);
        writer.WriteString("name", policy.Name);
        writer.WriteString("type", policy.Type);
        Element(writer, "spec", policy.Spec);
        Element(writer, "data", policy.Data);
        Owner(writer, policy);
        Times(writer, policy);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ReceiverRecord receiver, string url)
    {
        writer.WriteStartObject();
        writer.WriteString("id", receiver.Id);
        writer.WriteString("name", receiver.Name);
        writer.WriteString("type", receiver.Type);
        writer.WriteString("cluster_id", receiver.ClusterId);
        writer.WriteString("action", receiver.Action);
        writer.WriteStartObject("actor");

        // there are no trusts here: whoever has the address may ask; clients show the field all the same
        writer.WriteString("trust_id", "trust1");
        writer.WriteEndObject();
        Element(writer, "params", receiver.Params);
        writer.WriteStartObject("channel");
        writer.WriteString("alarm_url", url);
        writer.WriteEndObject();
        Owner(writer, receiver);
        Times(writer, receiver);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ClusterRecord cluster, Registry registry)
    {
        writer.WriteStartObject();
        writer.WriteString("id", cluster.Id);
        writer.WriteString("name", cluster.Name);
        writer.WriteString("profile_id", cluster.ProfileId);
        writer.WriteString("profile_name", registry.Profiles.Get(cluster.ProfileId)?.Name);
        writer.WriteNumber("desired_capacity", cluster.Desired);
        writer.WriteNumber("min_size", cluster.MinSize);
        writer.WriteNumber("max_size", cluster.MaxSize);
        writer.WriteString("status", cluster.Status);
        writer.WriteString("status_reason", cluster.StatusReason);
        writer.WriteNumber("timeout", cluster.Timeout);
        Element(writer, "config", cluster.Config);
        Element(writer, "data", cluster.Data);
        Element(writer, "dependents", cluster.Dependents);
        Element(writer, "metadata", cluster.Metadata);
        writer.WriteStartArray("nodes");
        foreach (var node in registry.NodesOf(cluster.Id))
        {
            writer.WriteStringValue(node.Id);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("policies");
        foreach (var policy in cluster.Policies)
        {
            writer.WriteStringValue(policy.Id);
        }

        writer.WriteEndArray();
        Owner(writer, cluster);
        Time(writer, "init_at", cluster.InitAt);
        Times(writer, cluster);
        writer.WriteEndObject();
    }

    public static void Write(
        Utf8JsonWriter writer, NodeRecord node, Registry registry, JsonElement? details = null, bool showsTainted = true)
    {
        writer.WriteStartObject();
        writer.WriteString("id", node.Id);
        writer.WriteString("name", node.Name);
        writer.WriteString("cluster_id", node.ClusterId);
        writer.WriteString("profile_id", node.ProfileId);
        writer.WriteString("profile_name", registry.Profiles.Get(node.ProfileId)?.Name);
        writer.WriteNumber("index", node.Index);
        writer.WriteString("role", node.Role);
        writer.WriteString("physical_id", node.PhysicalId);
        writer.WriteString("status", node.Status);
        writer.WriteString("status_reason", node.StatusReason);
        if (showsTainted)
        {
            writer.WriteBoolean("tainted", node.Tainted);
        }

        Element(writer, "data", node.Data);
        Element(writer, "dependents", node.Dependents);
        Element(writer, "metadata", node.Metadata);
        if (details is { } said)
        {
            Element(writer, "details", said);
        }

        Owner(writer, node);
        Time(writer, "init_at", node.InitAt);
        Times(writer, node);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, AttachedPolicy attached, ClusterRecord cluster, Registry registry)
    {
        writer.WriteStartObject();
        writer.WriteString("id", attached.Id);
        writer.WriteString("cluster_id", cluster.Id);
        writer.WriteString("cluster_name", cluster.Name);
        writer.WriteString("policy_id", attached.PolicyId);
        writer.WriteString("policy_name", registry.Policies.Get(attached.PolicyId)?.Name);
        writer.WriteString("policy_type", attached.PolicyType);
        writer.WriteNumber("priority", attached.Priority);
        writer.WriteBoolean("enabled", attached.Enabled);
        Time(writer, "last_op", attached.LastOp);
        Element(writer, "data", attached.Data);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ActionRecord action, bool showsCluster)
    {
        writer.WriteStartObject();
        writer.WriteString("id", action.Id);
        writer.WriteString("name", action.Name);
        writer.WriteString("action", action.Action);
        writer.WriteString("target", action.Target);
        if (showsCluster)
        {
            writer.WriteString("cluster_id", action.ClusterId);
        }

        writer.WriteString("cause", action.Cause);
        writer.WriteString("status", action.Status);
        writer.WriteString("status_reason", action.StatusReason);
        Element(writer, "inputs", action.Inputs);
        Element(writer, "outputs", Json.EmptyObject);
        Element(writer, "data", action.Data);
        if (action.Trace.ValueKind == JsonValueKind.Array)
        {
            Element(writer, "trace", action.Trace);
        }

        writer.WriteNumber("interval", -1);
        writer.WriteNumber("timeout", action.Timeout);
        writer.WriteString("owner", action.StartedAt is null ? null : "reeve");
        Epoch(writer, "start_time", action.StartedAt);
        Epoch(writer, "end_time", action.EndedAt);
        writer.WriteStartArray("depends_on");
        foreach (var id in action.DependsOn)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("depended_by");
        if (action.Parent is { } parent)
        {
            writer.WriteStringValue(parent);
        }

        writer.WriteEndArray();
        writer.WriteString("user", action.Owner.User);
        writer.WriteString("project", action.Owner.Project);
        writer.WriteString("domain", action.Owner.Domain);
        Times(writer, action);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, EventRecord happened)
    {
        writer.WriteStartObject();
        writer.WriteString("id", happened.Id);
        Time(writer, "timestamp", happened.CreatedAt);
        writer.WriteString("level", happened.Level);
        writer.WriteString("otype", happened.ObjectType);
        writer.WriteString("oid", happened.ObjectId);
        writer.WriteString("oname", happened.Name);
        writer.WriteString("cluster", happened.ClusterName);
        writer.WriteString("cluster_id", happened.ClusterId);
        writer.WriteString("action", happened.Action);
        writer.WriteString("status", happened.Status);
        writer.WriteString("status_reason", happened.StatusReason);
        Element(writer, "meta_data", Json.EmptyObject);
        writer.WriteString("user", happened.Owner.User);
        writer.WriteString("project", happened.Owner.Project);
        writer.WriteEndObject();
    }

    public static void Time(Utf8JsonWriter writer, string name, DateTimeOffset? at)
    {
        if (at is { } known)
        {
            writer.WriteString(name, known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void Epoch(Utf8JsonWriter writer, string name, DateTimeOffset? at)
    {
        if (at is { } known)
        {
            writer.WriteNumber(name, known.ToUnixTimeMilliseconds() / 1000.0);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void Element(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static void Owner(Utf8JsonWriter writer, SenlinRecord record)
    {
        writer.WriteString("user", record.Owner.User);
        writer.WriteString("project", record.Owner.Project);
        writer.WriteString("domain", record.Owner.Domain);
    }

    private static void Times(Utf8JsonWriter writer, SenlinRecord record)
    {
        Time(writer, "created_at", record.CreatedAt);
        Time(writer, "updated_at", record.UpdatedAt);
    }
}
