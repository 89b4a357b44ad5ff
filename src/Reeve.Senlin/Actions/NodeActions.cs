using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Targets;
using Reeve.Senlin.Cloud;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Actions;

/// <summary>Actions on one node: what its driver does, and what that makes of the node.</summary>
internal sealed partial class ActionRun
{
    private bool IsAsked => _action.Cause == Causes.Request;

    private async Task<string?> RunNodeAsync(CancellationToken cancellationToken)
    {
        if (registry.Nodes.Get(_action.Target) is not { } node)
        {
            // a deletion that a crash cut short has nothing left to do, nor has a cluster whose node was deleted meanwhile
            var isDone = _action.Action == ActionNames.NodeDelete
                || (!IsAsked && _action.Action is not (ActionNames.NodeCreate or ActionNames.NodeJoin));
            return isDone ? null : $"The node '{_action.Target}' could not be found.";
        }

        if (IsAsked && !_action.IsDecided && await DecideNodeAsync(node, cancellationToken) is { } refused)
        {
            await registry.TellAsync(Event(node, "error", refused));
            return refused;
        }

        if (IsAsked && _action.Action == ActionNames.NodeDelete && registry.Clusters.Get(node.ClusterId) is { } cluster
            && await chain.LeaveAsync(cluster, [node.Id], cancellationToken) is { } held)
        {
            await registry.TellAsync(Event(node, "error", held));
            return held;
        }

        var error = await DoNodeAsync(node, cancellationToken);
        if (IsAsked)
        {
            await EndNodeAsync(node, error, cancellationToken);
        }

        return error;
    }

    private async Task<string?> DoNodeAsync(NodeRecord node, CancellationToken cancellationToken) => _action.Action switch
    {
        ActionNames.NodeCreate => await CreateAsync(node, cancellationToken),
        ActionNames.NodeDelete => await DeleteAsync(node, cancellationToken),
        ActionNames.NodeUpdate => await UpdateAsync(node, cancellationToken),
        ActionNames.NodeJoin => await JoinAsync(node),
        ActionNames.NodeLeave => await LeaveAsync(node),
        ActionNames.NodeCheck => await CheckAsync(node, cancellationToken),
        ActionNames.NodeRecover => await RecoverAsync(node, cancellationToken),
        ActionNames.NodeOperation => await OperateAsync(node, cancellationToken),
        var other => $"there is no action `{other}` on a node",
    };

    private async Task<string?> DecideNodeAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        _ = registry.TellAsync(Event(node, "start", Uuid.Short(_action.Id)));
        JsonElement data = _action.Data, trace = Json.Parse("[]");
        if (registry.Clusters.Get(node.ClusterId) is { } cluster)
        {
            var asked = chain.Before(
                new ChainCall(_action.Action, _action.Inputs, _action.Data, cluster, registry.NodesOf(cluster.Id), registry.AsSeen(node)));
            if (asked.Refusal is not null)
            {
                return $"Policy check failure: {asked.Refusal}";
            }

            (data, trace) = (asked.Data, asked.Trace);
            var size = registry.NodesOf(cluster.Id).Count;
            if (_action.Action == ActionNames.NodeDelete
                && SizeCheck.ProblemOf(SizePlan.View(cluster, size), size - 1, null, null, true) is { } problem)
            {
                return problem;
            }
        }

        var answer = await work.AskAsync(CoreNames.ToCore(_action.Action), data, cancellationToken);
        if (answer.Reason is { } reason)
        {
            return $"Policy check failure: Failed policy '{answer.RefusedBy}': {reason}";
        }

        await TakeAsync(Json.Merge(data, answer.Data), trace, cancellationToken);
        return null;
    }

    private async Task EndNodeAsync(NodeRecord node, string? error, CancellationToken cancellationToken)
    {
        if (registry.Clusters.Get(node.ClusterId) is { } cluster)
        {
            var desired = cluster.Desired + (error is not null ? 0 : _action.Action switch
            {
                ActionNames.NodeCreate => registry.NodesOf(cluster.Id).Count > cluster.Desired ? 1 : 0,
                ActionNames.NodeDelete => IsReducing() && registry.NodesOf(cluster.Id).Count < cluster.Desired ? -1 : 0,
                _ => 0,
            });
            await chain.AfterAsync(
                new ChainCall(
                    _action.Action, _action.Inputs, _action.Data, cluster, registry.NodesOf(cluster.Id),
                    registry.Nodes.Get(node.Id) ?? node),
                error is null, cancellationToken);
            var active = registry.NodesOf(cluster.Id).Count(n => n.Status is ClusterStatus.Active or ClusterStatus.Operating);
            await registry.ChangeAsync(cluster.Id, c =>
            {
                var (status, reason) = ClusterStatus.Of(_action.Action, active, c with { Desired = desired });
                return ClusterStatus.IsBusy(c.Status) ? c : c with { Desired = desired, Status = status, StatusReason = reason };
            });
        }

        work.Tell(CoreNames.ToCore(_action.Action), _action.Data, error is null);
        await registry.TellAsync(Event(
            registry.Nodes.Get(node.Id) ?? node, error is null ? "end" : "error", error ?? EndReasons.Of(_action)));
    }

    // a deletion policy may want a new node in the place of the one that went
    private bool IsReducing() => Part("deletion") is not { } deletion
        || !deletion.TryGetProperty("reduce_desired_capacity", out var reduces) || reduces.ValueKind != JsonValueKind.False;

    private async Task<string?> CreateAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        _ = NodeStateAsync(node, ClusterStatus.Creating, "Creation in progress");
        return await MakeAsync(node, "Creation succeeded", "Creation failed", cancellationToken);
    }

    private async Task<string?> MakeAsync(NodeRecord node, string done, string failed, CancellationToken cancellationToken)
    {
        var outcome = await CallAsync(DriverVerb.Create, node, cancellationToken);
        if (outcome.Succeeded)
        {
            outcome = await CallAsync(DriverVerb.Start, node, cancellationToken) is var started && started.Succeeded
                ? started with { Properties = Json.Merge(outcome.Properties, started.Properties) }
                : started;
        }

        await registry.ChangeNodeAsync(node.Id, n => outcome.Succeeded
            ? n with
            {
                Status = ClusterStatus.Active,
                StatusReason = done,
                CreatedAt = n.CreatedAt ?? registry.Now,
                UpdatedAt = n.CreatedAt is null ? null : registry.Now,
                PhysicalId = outcome.Properties.Text("physical_id") ?? Uuid.For("physical", n.Id),
                Details = Json.Merge(n.Details, outcome.Properties),
                Data = ProfileDrivers.PlacementOf(n.Data, outcome.Properties),
                Tainted = false,
            }
            : n with { Status = ClusterStatus.Error, StatusReason = $"{failed}: {outcome.Error}", UpdatedAt = registry.Now });
        return outcome.Succeeded ? null : $"{failed}: {outcome.Error}";
    }

    private async Task<string?> DeleteAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        if (IsAsked && Part("deletion") is { } deletion && deletion.Whole("grace_period") is { } grace and > 0)
        {
            await work.PauseAsync("grace", TimeSpan.FromSeconds(grace), cancellationToken);
        }

        if (_action.Inputs.TryGetProperty("hook", out var hook) || (IsAsked && HookOf(node, out hook)))
        {
            await WaitForHookAsync(node, hook, cancellationToken);
        }

        _ = NodeStateAsync(node, ClusterStatus.Deleting, "Deletion in progress");
        var error = await UnmakeAsync(node, cancellationToken);
        if (error is null)
        {
            await registry.RemoveAsync(registry.Nodes.Get(node.Id) ?? node);
            return null;
        }

        await NodeStateAsync(node, ClusterStatus.Error, $"Deletion failed: {error}");
        return $"Deletion failed: {error}";
    }

    private bool HookOf(NodeRecord node, out JsonElement hook)
    {
        hook = Part("hooks") ?? default;
        return hook.ValueKind == JsonValueKind.Object && hook.EnumerateObject().Any() && node.Status == ClusterStatus.Active;
    }

    private async Task<string?> UnmakeAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        if (node.PhysicalId is null && node.Status is ClusterStatus.Init)
        {
            return null;
        }

        var stopped = await CallAsync(DriverVerb.Stop, node, cancellationToken);
        var outcome = stopped.Succeeded ? await CallAsync(DriverVerb.Delete, node, cancellationToken) : stopped;
        return outcome.Succeeded ? null : outcome.Error;
    }

    private async Task<string?> UpdateAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        _ = NodeStateAsync(node, ClusterStatus.Updating, "Update in progress");
        var changesProfile = TextOf("new_profile_id") is { } profile && profile != node.ProfileId;
        await registry.ChangeNodeAsync(node.Id, n => n with
        {
            Name = TextOf("name") ?? n.Name,
            Role = TextOf("role") ?? n.Role,
            Tainted = _action.Inputs.TryGetProperty("tainted", out _) ? FlagOf("tainted") : n.Tainted,
            Metadata = _action.Inputs.TryGetProperty("metadata", out var metadata) ? metadata : n.Metadata,
            ProfileId = TextOf("new_profile_id") ?? n.ProfileId,
        });
        var updated = registry.Nodes.Get(node.Id) ?? node;
        if (changesProfile && registry.Profiles.Get(updated.ProfileId) is { } next && ProfileDrivers.MustBeMadeAnew(next))
        {
            // the process of a node has its command for life
            var error = await UnmakeAsync(node, cancellationToken);
            return error is null
                ? await MakeAsync(updated, "Update succeeded", "Update failed", cancellationToken)
                : $"Update failed: {error}";
        }

        await registry.ChangeNodeAsync(node.Id, n => n with
        {
            Status = ClusterStatus.Active,
            StatusReason = "Update succeeded",
            UpdatedAt = registry.Now,
        });
        return null;
    }

    private async Task<string?> JoinAsync(NodeRecord node)
    {
        var target = TextOf("cluster_id") ?? "";
        if (node.ClusterId == target)
        {
            return null;
        }

        await registry.AddMemberAsync(node.Id, target);
        return null;
    }

    private async Task<string?> LeaveAsync(NodeRecord node)
    {
        await registry.ChangeNodeAsync(node.Id, n => n with { ClusterId = "", Index = -1, UpdatedAt = registry.Now });
        return null;
    }

    private async Task<string?> CheckAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        var outcome = await CallAsync(DriverVerb.Check, node, cancellationToken);
        var works = outcome is { Succeeded: true, State: TargetState.Started };
        var why = outcome.Error is null ? "" : $" {outcome.Error}";
        await registry.ChangeNodeAsync(node.Id, n => n with
        {
            Status = works ? ClusterStatus.Active : ClusterStatus.Error,
            StatusReason = works ? "Check: Node is ACTIVE." : $"Check: Node is not ACTIVE.{why}",
            UpdatedAt = registry.Now,
        });
        return works ? null : $"Node status is not ACTIVE.{why}";
    }

    private async Task<string?> RecoverAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        if (FlagOf("check") && await CheckAsync(node, cancellationToken) is null)
        {
            return null;
        }

        _ = NodeStateAsync(node, ClusterStatus.Recovering, "Recovery in progress");
        if (Names("fencing").Any())
        {
            // what cannot be cut off may still write where the new one will: then there must be no new one
            var fenced = await CallAsync(DriverVerb.Stop, node, cancellationToken);
            if (!fenced.Succeeded)
            {
                await NodeStateAsync(node, ClusterStatus.Error, $"Recovery failed: fencing: {fenced.Error}");
                return $"Recovery failed: fencing: {fenced.Error}";
            }
        }

        // each one of a list is tried when the one before did not help
        string? error = null;
        foreach (var operation in Operations(_action.Inputs).DefaultIfEmpty("RECREATE"))
        {
            error = await TreatAsync(registry.Nodes.Get(node.Id) ?? node, operation, cancellationToken);
            if (error is null)
            {
                return null;
            }
        }

        return error;
    }

    private async Task<string?> TreatAsync(NodeRecord node, string operation, CancellationToken cancellationToken)
    {
        var stopped = operation == "REBOOT"
            ? await CallAsync(DriverVerb.Stop, node, cancellationToken) is { Succeeded: false } failed ? failed.Error : null
            : await UnmakeAsync(node, cancellationToken);
        if (stopped is not null && !FlagOf("force_recreate"))
        {
            await NodeStateAsync(node, ClusterStatus.Error, $"Recovery failed: {stopped}");
            return $"Recovery failed: {stopped}";
        }

        return await MakeAsync(registry.Nodes.Get(node.Id) ?? node, "Recovery succeeded", "Recovery failed", cancellationToken);
    }

    private async Task<string?> OperateAsync(NodeRecord node, CancellationToken cancellationToken)
    {
        var operation = _action.Inputs.Text("operation") ?? "";
        _ = NodeStateAsync(node, ClusterStatus.Operating, "Operation in progress");
        string? error = null;
        foreach (var verb in ProfileDrivers.VerbsOf(operation))
        {
            error ??= await CallAsync(verb, node, cancellationToken) is { Succeeded: false } failed ? failed.Error : null;
        }

        await NodeStateAsync(
            node, error is null ? ClusterStatus.Active : ClusterStatus.Error,
            error is null ? $"Operation '{operation}' succeeded" : $"Operation '{operation}' failed: {error}");
        return error is null ? null : $"Operation '{operation}' failed: {error}";
    }

    private Task<DriverOutcome> CallAsync(DriverVerb verb, NodeRecord node, CancellationToken cancellationToken)
    {
        if (registry.Profiles.Get(node.ProfileId) is not { } profile)
        {
            return Task.FromResult(DriverOutcome.Failed(TargetState.Unknown, $"the profile '{node.ProfileId}' is gone", false));
        }

        var target = registry.DrivenTarget(node);
        return work.CallAsync(verb, ProfileDrivers.Of(profile), target, ProfileDrivers.InputsOf(node, profile), cancellationToken);
    }

    private Task NodeStateAsync(NodeRecord node, string status, string reason) =>
        registry.ChangeNodeAsync(node.Id, n => n with { Status = status, StatusReason = reason, UpdatedAt = n.UpdatedAt });

    private EventRecord Event(NodeRecord node, string status, string reason) => new()
    {
        Id = Uuid.For("event", _action.Id, status),
        Name = node.Name,
        Owner = _action.Owner,
        CreatedAt = registry.Now,
        Level = status == "error" ? "ERROR" : "INFO",
        ObjectType = "NODE",
        ObjectId = node.Id,
        ClusterId = node.ClusterId,
        ClusterName = registry.Clusters.Get(node.ClusterId)?.Name ?? "",
        Action = _action.Action,
        Status = status,
        StatusReason = reason,
    };
}
