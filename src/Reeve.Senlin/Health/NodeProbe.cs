using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Targets;
using Reeve.Senlin.Cloud;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Health;

/// <summary>Looks whether a node works, in the ways that a policy says.</summary>
internal sealed class NodeProbe(Registry registry)
{
    /// <summary>Why the node is ill; null when it is well.</summary>
    public async Task<string?> LookAsync(NodeRecord node, HealthSettings settings, CancellationToken cancellationToken)
    {
        if (node.Status == ClusterStatus.Error)
        {
            return node.StatusReason;
        }

        var problems = new List<string>();
        var looks = 0;
        if (settings.AsksDriver)
        {
            looks++;
            problems.AddRange(await AskDriverAsync(node, cancellationToken) is { } state ? [state] : []);
        }

        foreach (var probe in settings.Probes)
        {
            looks++;
            problems.AddRange(await AskAsync(node, probe, cancellationToken) is { } answer ? [answer] : []);
        }

        return problems.Count > 0 && (!settings.NeedsAll || problems.Count == looks) ? string.Join("; ", problems) : null;
    }

    private async Task<string?> AskDriverAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        if (registry.Profiles.Get(node.ProfileId) is not { } profile)
        {
            return null;
        }

        var outcome = await registry.Host.CheckAsync(
            ProfileDrivers.Of(profile), registry.DrivenTarget(node), ProfileDrivers.InputsOf(node, profile), cancellationToken);

        // who cannot be asked says nothing about the node
        return outcome is { Succeeded: false, Transient: true } || outcome is { Succeeded: true, State: TargetState.Started }
            ? null
            : outcome.Error ?? $"the node is {outcome.State.ToString().ToLowerInvariant()}";
    }

    private async Task<string?> AskAsync(NodeRecord node, UrlProbe probe, CancellationToken cancellationToken)
    {
        var url = Fill(probe.Url, node);
        string? problem = null;
        for (var tried = 0; tried <= probe.Retries; tried++)
        {
            if (tried > 0)
            {
                await Task.Delay(probe.Pause, registry.Host.Time, cancellationToken);
            }

            problem = await AskOnceAsync(node, url, probe, cancellationToken);
            if (problem is null)
            {
                return null;
            }
        }

        return problem;
    }

    private async Task<string?> AskOnceAsync(NodeRecord node, string url, UrlProbe probe, CancellationToken cancellationToken)
    {
        var inputs = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("url", url);
            writer.WriteString("method", "GET");
            writer.WriteString("timeout", $"{probe.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)}s");
            writer.WriteBoolean("verify", probe.Verifies);
            writer.WriteEndObject();
        });
        var call = new ActorCall(
            $"health/{node.Id}/{registry.Now.ToUnixTimeMilliseconds()}", new ExecutionId($"health-{node.Id}"), Scope.Default,
            Registry.KeyOf(node).Path, inputs, Json.EmptyObject);
        var outcome = await registry.Host.Actors["webhook"].ActAsync(call, cancellationToken);
        var answer = outcome.Output;
        if (answer.ValueKind != JsonValueKind.Object || answer.Whole("status") is not { } status)
        {
            return probe.UnreachableIsIll ? $"{url} cannot be reached: {outcome.Error}" : null;
        }

        if (status is < 200 or >= 300)
        {
            return $"{url} answers {status}";
        }

        return probe.Healthy is null || probe.Healthy.IsMatch(answer.Text("body") ?? "")
            ? null
            : $"{url} answers without `{probe.Healthy}`";
    }

    private static string Fill(string url, NodeRecord node)
    {
        var address = node.Details.Text("address") ?? NodeDetails.AddressOf(node);
        var colon = address.LastIndexOf(':');
        var (host, port) = colon > 0 ? (address[..colon], address[(colon + 1)..]) : (address, "80");
        return url
            .Replace("{nodename}", Uri.EscapeDataString(node.Name), StringComparison.Ordinal)
            .Replace("{id}", node.Id, StringComparison.Ordinal)
            .Replace("{address}", address, StringComparison.Ordinal)
            .Replace("{host}", host, StringComparison.Ordinal)
            .Replace("{port}", port, StringComparison.Ordinal);
    }
}
