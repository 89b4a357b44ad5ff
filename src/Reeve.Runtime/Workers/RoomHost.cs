using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Workers;

/// <summary>The runtime and the store, as a room sees them.</summary>
public sealed class RoomHost(LoopRuntime runtime, IResourceStore resources, IRecordReader records) : IRoomHost
{
    /// <inheritdoc/>
    public TimeProvider Time => runtime.Time;

    /// <inheritdoc/>
    public ITargets Targets => runtime.Targets;

    /// <inheritdoc/>
    public IRecordReader Records => records;

    /// <inheritdoc/>
    public IResourceStore Resources => resources;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IActor> Actors => runtime.Actors;

    /// <inheritdoc/>
    public bool IsReady => runtime.IsReady;

    /// <inheritdoc/>
    public Task<Execution?> RequestAsync(Execution execution, string who, CancellationToken cancellationToken) =>
        runtime.RequestAsync(execution, who, cancellationToken);

    /// <inheritdoc/>
    public Task<DriverOutcome> CheckAsync(DriverChoice choice, Target target, JsonElement inputs, CancellationToken cancellationToken) =>
        runtime.Drivers.TryGetValue(choice.Name, out var driver)
            ? driver.InvokeAsync(
                new DriverCall(DriverVerb.Check, target, choice.Config, inputs, $"check/{target.Key.Path}"), cancellationToken)
            : Task.FromResult(DriverOutcome.Failed(TargetState.Unknown, $"there is no driver `{choice.Name}`", transient: true));

    /// <inheritdoc/>
    public Task<bool> CancelAsync(ExecutionId id, string who) => runtime.CancelAsync(id, who);

    /// <inheritdoc/>
    public Task ChangeAsync(ChangeSet changes)
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runtime.Mailbox.Post(o => o.Change(changes, Time.GetUtcNow(), durable.SetResult));
        return durable.Task;
    }
}
