using Reeve.Core.Executions;
using Reeve.Core.Targets;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Balancers;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Health;

namespace Reeve.Senlin;

/// <summary>Senlin on the core: its clusters and nodes are targets, its actions executions, which this room carries out.</summary>
public sealed class SenlinRoom : IRoomOperations, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly LifecycleHooks _hooks = new();
    private readonly HealthMonitor _monitor;
    private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A room on a runtime and a store; empty before <see cref="LoadAsync"/>.</summary>
    public SenlinRoom(IRoomHost host, IReadOnlyList<IBalancer> balancers, int minHealthInterval)
    {
        MinHealthInterval = minHealthInterval;
        Registry = new Registry(host);
        var kept = new ClusterBalancers(Registry, balancers);
        Chain = new ClusterChain(Registry, kept);
        _monitor = new HealthMonitor(Registry, kept);
    }

    /// <summary>The shortest interval that a health policy may have, in seconds.</summary>
    internal int MinHealthInterval { get; }

    internal Registry Registry { get; }

    internal ClusterChain Chain { get; }

    internal LifecycleHooks Hooks => _hooks;

    /// <summary>Takes up what lived before; to be called once, when the targets are in place and nothing runs yet.</summary>
    public Task LoadAsync(IEnumerable<Target> targets, CancellationToken cancellationToken) =>
        Registry.LoadAsync(targets, cancellationToken);

    /// <summary>Begins to look after the health of clusters; to be called once, when the runtime runs.</summary>
    public void Start()
    {
        _monitor.Start();
        _up.TrySetResult();
    }

    /// <summary>Waits until what lived before is in place: an empty list would be a lie. False when it takes too long.</summary>
    internal async Task<bool> IsUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _up.Task.WaitAsync(Patience, Registry.Host.Time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _monitor.DisposeAsync();

    /// <summary>A target under the path by which its driver knows it: a node keeps that path when it joins or leaves a cluster.</summary>
    public Target AsDriven(Target target) =>
        Registry.Nodes.Get(target.Key.Name) is { } node ? Registry.DrivenTarget(node, target) : target;

    /// <inheritdoc/>
    public bool Claims(Execution execution) =>
        execution is { Action.Kind: ActionKind.Operation, Target: { } path }
        && (execution.Data.TryGetProperty("senlin", out _) || Registry.OwnerOf(path) is not null);

    /// <inheritdoc/>
    public Task<string?> RunAsync(IOperationWork work, CancellationToken cancellationToken) =>
        new ActionRun(work, Registry, Chain, _hooks).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public void Ended(Execution execution)
    {
        var id = ActionRecord.IdOf(execution.Id);
        var known = Registry.Actions.Get(id) ?? ActionRecord.Of(execution, Registry.OwnerOf);
        Registry.Put(known with
        {
            Status = ActionStatus.Of(execution),
            Error = execution.Error,
            StartedAt = execution.StartedAt ?? known.StartedAt,
            EndedAt = execution.EndedAt ?? Registry.Now,
        });

        // what never began has changed nothing, and another may be at work there; only what was to be made now never is
        if (execution.Status == ExecutionStatus.Cancelled
            && (execution.StartedAt is not null || known.Action is ActionNames.ClusterCreate or ActionNames.NodeCreate))
        {
            _ = ActionRun.SettleAsync(known, Registry, $"{known.Action} was cancelled.");
        }
    }
}
