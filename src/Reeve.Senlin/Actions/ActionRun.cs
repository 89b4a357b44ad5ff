using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Targets;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Actions;

/// <summary>
/// Carries out one action: asks the policies, records the plan, does it through child actions and drivers, sets the states and tells of
/// it. After a crash it goes on where its records end: ids of what it makes follow from its own, so nothing is made twice.
/// </summary>
internal sealed partial class ActionRun(IOperationWork work, Registry registry, IPolicyChain chain, LifecycleHooks hooks)
{
    /// <summary>How many children of one action are at work side by side.</summary>
    private const int Width = 64;

    private LifecycleHooks Hooks => hooks;

    private ActionRecord _action = ActionRecord.Of(work.Execution, registry.OwnerOf);
    private ImmutableHashSet<string> _children = [];

    /// <summary>Null when all went well, else what went wrong.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        var started = work.Execution.StartedAt ?? registry.Now;
        Become(a => a with
        {
            Status = ActionStatus.Running,
            StartedAt = started,
            Inputs = a.Action == work.Execution.Action.Name ? a.Inputs : CoreNames.Inputs(work.Execution.Action.Name, a.Inputs),
        });
        var left = started + TimeSpan.FromSeconds(Math.Max(1, _action.Timeout)) - registry.Now;
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, registry.Host.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return ActionNames.IsNode(_action.Action) ? await RunNodeAsync(both.Token) : await RunClusterAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            const string TimedOut = "Action execution timed out.";
            await SettleAsync(_action, registry, TimedOut);
            return TimedOut;
        }
    }

    /// <summary>The states after an action that did not come to its end: what is under way no more must not look as if it were.</summary>
    public static async Task SettleAsync(ActionRecord action, Registry registry, string reason)
    {
        if (registry.Nodes.Get(action.Target) is { } node)
        {
            if (node.Status is not (ClusterStatus.Active or ClusterStatus.Error or ClusterStatus.Warning))
            {
                await registry.ChangeNodeAsync(node.Id, n => n with { Status = ClusterStatus.Error, StatusReason = reason });
            }
        }
        else if (registry.Clusters.Get(action.Target) is { } cluster)
        {
            await EndClusterAsync(action, registry, cluster, reason);
        }
    }

    private async Task<string?> RunClusterAsync(CancellationToken cancellationToken)
    {
        if (registry.Clusters.Get(_action.Target) is not { } cluster)
        {
            return $"The cluster '{_action.Target}' could not be found.";
        }

        if (!_action.IsDecided && await DecideAsync(cluster, cancellationToken) is { } refused)
        {
            await EndClusterAsync(refused);
            return refused;
        }

        if (await chain.LeaveAsync(cluster, Leavers(), cancellationToken) is { } held)
        {
            await EndClusterAsync(held);
            return held;
        }

        var error = _action.Action switch
        {
            ActionNames.ClusterCreate => await CreateClusterAsync(cancellationToken),
            ActionNames.ClusterDelete => await DeleteClusterAsync(cancellationToken),
            ActionNames.ClusterScaleOut or ActionNames.ClusterScaleIn or ActionNames.ClusterResize => await ScaleAsync(cancellationToken),
            ActionNames.ClusterAddNodes => await AddNodesAsync(cancellationToken),
            ActionNames.ClusterDelNodes => await ScaleAsync(cancellationToken),
            ActionNames.ClusterReplaceNodes => await ReplaceNodesAsync(cancellationToken),
            ActionNames.ClusterUpdate => await UpdateClusterAsync(cancellationToken),
            ActionNames.ClusterCheck => await CheckClusterAsync(cancellationToken),
            ActionNames.ClusterRecover => await RecoverClusterAsync(cancellationToken),
            ActionNames.ClusterOperation => await OperateClusterAsync(cancellationToken),
            ActionNames.ClusterAttachPolicy => await AttachAsync(cancellationToken),
            ActionNames.ClusterDetachPolicy => await DetachAsync(cancellationToken),
            ActionNames.ClusterUpdatePolicy => await UpdatePolicyAsync(cancellationToken),
            var other => $"there is no action `{other}` on a cluster",
        };
        if (registry.Clusters.Get(cluster.Id) is { } now)
        {
            var nodes = registry.NodesOf(now.Id);
            await chain.AfterAsync(
                new ChainCall(_action.Action, _action.Inputs, _action.Data, now, nodes, null), error is null, cancellationToken);
        }

        work.Tell(CoreNames.ToCore(_action.Action), _action.Data, error is null);
        await EndClusterAsync(error);
        return error;
    }

    private IReadOnlyCollection<string> Leavers() => _action.Action switch
    {
        ActionNames.ClusterReplaceNodes => _action.Inputs.TryGetProperty("candidates", out var pairs)
            && pairs.ValueKind == JsonValueKind.Object ? [.. pairs.EnumerateObject().Select(p => p.Name)] : [],
        ActionNames.ClusterScaleIn or ActionNames.ClusterResize or ActionNames.ClusterDelNodes =>
            Part("deletion") is { } deletion && deletion.TryGetProperty("candidates", out var candidates)
                ? [.. candidates.EnumerateArray().Select(c => c.ToString())]
                : [],
        _ => [],
    };

    // what policies say, and what follows from it, is decided once and recorded
    private async Task<string?> DecideAsync(ClusterRecord cluster, CancellationToken cancellationToken)
    {
        var nodes = registry.NodesOf(cluster.Id);
        _ = registry.TellAsync(Event(cluster, "start", Uuid.Short(_action.Id)));
        var asked = chain.Before(new ChainCall(_action.Action, _action.Inputs, _action.Data, cluster, nodes, null));
        if (asked.Refusal is not null)
        {
            await KeepAsync(_action with { Data = asked.Data, Trace = asked.Trace }, cancellationToken);
            return $"Policy check failure: {asked.Refusal}";
        }

        var answer = await work.AskAsync(CoreNames.ToCore(_action.Action), asked.Data, cancellationToken);
        if (answer.Reason is { } reason)
        {
            return $"Policy check failure: Failed policy '{answer.RefusedBy}': {reason}";
        }

        var data = (JsonObject?)Json.ToNode(Json.Merge(asked.Data, answer.Data)) ?? [];
        if (SizePlan.Resolve(_action, cluster, nodes, data, registry.Nodes.Get) is { } problem)
        {
            return problem;
        }

        await TakeAsync(Json.From(data), asked.Trace, cancellationToken);
        return null;
    }

    private Task TakeAsync(JsonElement data, JsonElement trace, CancellationToken cancellationToken) =>
        KeepAsync(_action with { Data = data, Trace = trace, UpdatedAt = registry.Now }, cancellationToken);

    private Task KeepAsync(ActionRecord action, CancellationToken cancellationToken)
    {
        _action = registry.Put(action);
        return work.KeepAsync(action.ToData(), cancellationToken);
    }

    private void Become(Func<ActionRecord, ActionRecord> change) => _action = registry.Put(change(_action));

    private Task EndClusterAsync(string? error) => registry.Clusters.Get(_action.Target) is { } cluster
        ? EndClusterAsync(_action, registry, cluster, error)
        : Task.CompletedTask;

    /// <summary>The cluster's state as its nodes say, and the word that the action has ended, in one write.</summary>
    private static Task EndClusterAsync(ActionRecord action, Registry registry, ClusterRecord cluster, string? error)
    {
        var happened = Event(action, registry, cluster, error is null ? "end" : "error", error ?? EndReasons.Of(action));
        var active = registry.NodesOf(cluster.Id).Count(n => n.Status is ClusterStatus.Active or ClusterStatus.Operating);

        // whoever sees the new state may ask for the next action at once, before the execution has ended
        if (registry.Actions.Get(action.Id) is { IsEnded: false } running)
        {
            registry.Put(running with { IsEnding = true });
        }

        // who only changed policies says nothing about the nodes
        if (action.Action is ActionNames.ClusterAttachPolicy or ActionNames.ClusterDetachPolicy or ActionNames.ClusterUpdatePolicy)
        {
            return registry.TellAsync(happened);
        }

        return registry.ChangeAsync(
            cluster.Id,
            c =>
            {
                var (status, reason) = ClusterStatus.Of(action.Action, active, c);
                return c with
                {
                    Status = status,
                    StatusReason = error is null || status == ClusterStatus.Active ? reason : $"{reason} {error}",
                    UpdatedAt = registry.Now,
                };
            },
            happened);
    }

    private EventRecord Event(ClusterRecord cluster, string status, string reason) => Event(_action, registry, cluster, status, reason);

    private static EventRecord Event(ActionRecord action, Registry registry, ClusterRecord cluster, string status, string reason) => new()
    {
        Id = Uuid.For("event", action.Id, status),
        Name = cluster.Name,
        Owner = action.Owner,
        CreatedAt = registry.Now,
        Level = status == "error" ? "ERROR" : "INFO",
        ObjectType = "CLUSTER",
        ObjectId = cluster.Id,
        ClusterId = cluster.Id,
        ClusterName = cluster.Name,
        Action = action.Action,
        Status = status,
        StatusReason = reason,
    };

    /// <summary>Runs one action on each of some nodes, side by side; gives what went wrong, or null.</summary>
    private async Task<string?> EachAsync(
        string action, IReadOnlyList<NodeRecord> nodes, Func<NodeRecord, JsonElement> inputs, CancellationToken cancellationToken)
    {
        if (nodes.Count == 0)
        {
            return null;
        }

        var children = nodes.Select(n => ChildOf(action, n, inputs(n))).ToList();
        _children = _children.Union(children.Select(c => c.Id));

        // nothing outside depends on this having been written: the ids of the children follow from the action's own
        _ = KeepAsync(_action with { DependsOn = [.. _children], Status = ActionStatus.Waiting }, cancellationToken);
        using var width = new SemaphoreSlim(Width);
        var ended = await Task.WhenAll(children.Select(
            async child => (child, execution: await InTurnAsync(width, child, cancellationToken))));
        Become(a => a with { Status = ActionStatus.Running });
        var failed = ended.Where(e => e.execution.Status != ExecutionStatus.Succeeded)
            .Select(e => $"{action} on node '{Uuid.Short(e.child.Target)}': {e.execution.Error}")
            .ToList();
        return failed.Count switch
        {
            0 => null,
            1 => failed[0],
            _ => $"{failed.Count} of {children.Count} nodes failed: {string.Join("; ", failed.Take(3))}",
        };
    }

    private async Task<Execution> InTurnAsync(SemaphoreSlim width, ActionRecord child, CancellationToken cancellationToken)
    {
        try
        {
            await width.WaitAsync(cancellationToken);
            try
            {
                return await work.RunChildAsync(ActionRequest.ToExecution(child, work.Execution.Id), cancellationToken);
            }
            finally
            {
                width.Release();
            }
        }
        catch (OperationCanceledException) when (registry.Actions.Get(child.Id) is { Status: ActionStatus.Ready } ready)
        {
            // nobody may have asked for it yet, and then nobody says that it has ended
            registry.Put(ready with { Status = ActionStatus.Cancelled, EndedAt = registry.Now });
            throw;
        }
    }

    private ActionRecord ChildOf(string action, NodeRecord node, JsonElement inputs)
    {
        var id = Uuid.For(_action.Id, action, node.Id);
        return registry.Actions.Get(id) ?? registry.Put(new ActionRecord
        {
            Id = id,
            Execution = new ExecutionId(id),
            Name = $"{action.ToLowerInvariant()}_{Uuid.Short(node.Id)}",
            Action = action,
            Target = node.Id,
            Path = Registry.KeyOf(node).Path,
            ClusterId = node.ClusterId.Length > 0 ? node.ClusterId : _action.ClusterId,
            Cause = Causes.Derived,
            Parent = _action.Id,
            Timeout = Math.Max(Timeouts.Node, inputs.Whole("grace_period") ?? 0),
            Owner = _action.Owner,
            Inputs = inputs,
            CreatedAt = registry.Now,
        });
    }
}
