using System.Text.Json;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Policies;
using Reeve.Core.Targets;

namespace Reeve.Core.Executions;

/// <summary>The operations of a system's room on targets of its own, in the place of the plain ones. Executions stay executions.</summary>
public interface IRoomOperations
{
    /// <summary>Does the room carry this execution out?</summary>
    bool Claims(Execution execution);

    /// <summary>
    /// Carries it out; null when all went well, else what went wrong. Comes again after a crash, and then goes on where its records end.
    /// </summary>
    Task<string?> RunAsync(IOperationWork work, CancellationToken cancellationToken);

    /// <summary>An execution that the room claims has ended, and is recorded as such.</summary>
    void Ended(Execution execution);
}

/// <summary>An execution at work, as a room sees it.</summary>
public interface IOperationWork
{
    /// <summary>The execution as recorded.</summary>
    Execution Execution { get; }

    /// <summary>Runs a step that is recorded before and after; one that has ended is not run again.</summary>
    Task<StepRecord> StepAsync(string path, Func<CancellationToken, Task<StepOutcome>> attempt, CancellationToken cancellationToken);

    /// <summary>Waits as a recorded step: after a crash the rest of the time only.</summary>
    Task PauseAsync(string path, TimeSpan time, CancellationToken cancellationToken);

    /// <summary>Asks the policies about the operation, under the name that bindings know it by.</summary>
    Task<OperationAnswer> AskAsync(string operation, JsonElement data, CancellationToken cancellationToken);

    /// <summary>Tells the policies of the operation's end.</summary>
    void Tell(string operation, JsonElement data, bool succeeded);

    /// <summary>Puts the execution's data in the place of what it had; durable when done.</summary>
    Task KeepAsync(JsonElement data, CancellationToken cancellationToken);

    /// <summary>
    /// Runs another execution and gives it when it has ended; the same one when it comes again with the same idempotency key.
    /// </summary>
    Task<Execution> RunChildAsync(Execution child, CancellationToken cancellationToken);

    /// <summary>Calls the driver of a target: bounded, with a time-out, and repeated when the driver says that can help.</summary>
    Task<DriverOutcome> CallAsync(
        DriverVerb verb, DriverChoice choice, Target target, JsonElement inputs, CancellationToken cancellationToken);
}

/// <summary>What a room needs of the runtime and the store.</summary>
public interface IRoomHost
{
    /// <summary>The loop's clock.</summary>
    TimeProvider Time { get; }

    /// <summary>All targets.</summary>
    ITargets Targets { get; }

    /// <summary>What was recorded.</summary>
    IRecordReader Records { get; }

    /// <summary>The documents; a room's own are of kinds of its own.</summary>
    IResourceStore Resources { get; }

    /// <summary>The actors by name.</summary>
    IReadOnlyDictionary<string, IActor> Actors { get; }

    /// <summary>Does it take requests?</summary>
    bool IsReady { get; }

    /// <summary>Asks for an execution; done when it is durable. Gives the execution that stands in its way, or null.</summary>
    Task<Execution?> RequestAsync(Execution execution, string who, CancellationToken cancellationToken);

    /// <summary>Asks a driver for the state of a target, outside any execution; changes nothing.</summary>
    Task<DriverOutcome> CheckAsync(DriverChoice choice, Target target, JsonElement inputs, CancellationToken cancellationToken);

    /// <summary>Asks an execution to stop; false when it has ended.</summary>
    Task<bool> CancelAsync(ExecutionId id, string who);

    /// <summary>Writes changes of targets through the owner of their root, and journal entries with them; durable when done.</summary>
    Task ChangeAsync(ChangeSet changes);
}
