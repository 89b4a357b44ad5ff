using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Actions;

/// <summary>Actions that put policies on a cluster, change them there, and take them off.</summary>
internal sealed partial class ActionRun
{
    private async Task<string?> AttachAsync(CancellationToken cancellationToken)
    {
        var cluster = registry.Clusters.Get(_action.Target)!;
        if (registry.Policies.Get(TextOf("policy_id") ?? "") is not { } policy)
        {
            return $"The policy '{TextOf("policy_id")}' could not be found.";
        }

        if (cluster.Policies.Any(p => p.PolicyId == policy.Id))
        {
            return null;
        }

        if (PolicyRules.IsSingleton(policy.Type)
            && cluster.Policies.FirstOrDefault(p => PolicyRules.IsSameKind(p.PolicyType, policy.Type)) is { } other)
        {
            return $"Only one instance of policy type ({policy.Type}) can be attached to a cluster, but another instance "
                + $"({other.PolicyId}) is found attached to the cluster ({cluster.Id}) already.";
        }

        if (registry.Profiles.Get(cluster.ProfileId) is { } profile && !PolicyRules.Fits(policy.Type, profile.Type))
        {
            return $"Policy not applicable on profile type: {profile.Type}";
        }

        if (await chain.AttachAsync(cluster, policy, cancellationToken) is { } refused)
        {
            return refused;
        }

        var attached = new AttachedPolicy
        {
            Id = Uuid.For(_action.Id, "binding", policy.Id),
            PolicyId = policy.Id,
            PolicyType = policy.Type,
            Priority = PolicyRules.PriorityOf(policy.Type),
            Enabled = !_action.Inputs.TryGetProperty("enabled", out _) || FlagOf("enabled"),
        };
        _ = registry.ChangeAsync(cluster.Id, c => c with
        {
            Policies = c.Policies.Any(p => p.PolicyId == policy.Id) ? c.Policies : c.Policies.Add(attached),
        });
        return null;
    }

    private async Task<string?> DetachAsync(CancellationToken cancellationToken)
    {
        var cluster = registry.Clusters.Get(_action.Target)!;
        var id = TextOf("policy_id") ?? "";
        if (registry.Policies.Get(id) is { } policy && await chain.DetachAsync(cluster, policy, cancellationToken) is { } refused)
        {
            return refused;
        }

        _ = registry.ChangeAsync(cluster.Id, c => c with { Policies = c.Policies.RemoveAll(p => p.PolicyId == id) });
        return null;
    }

    private async Task<string?> UpdatePolicyAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = TextOf("policy_id") ?? "";
        if (_action.Inputs.TryGetProperty("enabled", out _))
        {
            var enabled = FlagOf("enabled");
            _ = registry.ChangeAsync(_action.Target, c => c with
            {
                Policies = [.. c.Policies.Select(p => p.PolicyId == id ? p with { Enabled = enabled } : p)],
            });
        }

        return null;
    }
}
