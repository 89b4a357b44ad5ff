using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Policies.Properties;
using Reeve.Core.Targets;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Balancers;

/// <summary>Reads a load-balancing policy as a balancer, and nodes as its members.</summary>
internal static class BalancerReading
{
    /// <summary>Is it a policy of this kind?</summary>
    public static bool IsBalancing(string policyType) =>
        policyType.StartsWith(SenlinTypes.Prefix + "loadbalance-", StringComparison.Ordinal);

    /// <summary>The settings that the policy's values say.</summary>
    public static BalancerSettings Settings(JsonElement properties)
    {
        var vip = properties.Of("vip");
        var pool = properties.Of("pool");
        var session = pool.Of("session_persistence");
        var limit = Values.Whole(vip, "connection_limit", -1);
        return new BalancerSettings
        {
            Address = Values.Text(vip, "address", "") is { Length: > 0 } address ? address : "127.0.0.1",
            Port = Number(vip, "protocol_port", 80),
            IsHttp = Values.Text(pool, "protocol", "HTTP") == "HTTP" && Values.Text(vip, "protocol", "HTTP") == "HTTP",
            Method = Values.Text(pool, "lb_method", "ROUND_ROBIN"),
            ConnectionLimit = limit is > 0 and <= int.MaxValue ? (int)limit : null,
            Persistence = Values.Text(session, "type", "NONE") is var kind && kind is "NONE" ? null : kind,
            Cookie = Values.Text(session, "cookie_name", "") is { Length: > 0 } cookie ? cookie : null,
            Probe = properties.Of("health_monitor") is { ValueKind: JsonValueKind.Object } monitor ? Probe(monitor) : null,
            Patience = TimeSpan.FromSeconds(Math.Clamp(Values.Whole(properties, "lb_status_timeout", 300) ?? 300, 1, 3600)),
            Properties = properties,
        };
    }

    /// <summary>A node as a member; null for one whose address nobody knows.</summary>
    public static BalancerMember? Member(NodeRecord node, JsonElement properties)
    {
        var port = Number(properties.Of("pool"), "protocol_port", 80);
        if (node.Details.Text("address") is not { Length: > 0 } address)
        {
            // a simulated server has the address that its details show
            return node.PhysicalId is null ? null : new BalancerMember(node.Id, Cloud.NodeDetails.AddressOf(node), port);
        }

        var colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var own)
            ? new BalancerMember(node.Id, address[..colon].Trim('[', ']'), own)
            : new BalancerMember(node.Id, address, port);
    }

    private static BalancerProbe Probe(JsonElement monitor) => new(
        Values.Text(monitor, "type", "PING"),
        TimeSpan.FromSeconds(Number(monitor, "delay", 10)),
        TimeSpan.FromSeconds(Number(monitor, "timeout", 5)),
        Number(monitor, "max_retries", 3),
        Values.Text(monitor, "http_method", "GET"),
        monitor.Of("url_path") is { ValueKind: JsonValueKind.String } path && path.GetString()!.Length > 0 ? PythonText.Str(path) : "/",
        Values.Text(monitor, "expected_codes", "") is { Length: > 0 } codes ? codes : "200");

    private static int Number(JsonElement from, string name, int otherwise) =>
        (int)Math.Clamp(Values.Whole(from, name, otherwise) ?? otherwise, 0, 1_000_000);
}
