using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Workers;

/// <summary>What a running execution needs of the runtime.</summary>
internal interface IExecutionContext
{
    TimeProvider Time { get; }

    IdSource Ids { get; }

    IChangeStore Store { get; }

    ITargets Targets { get; }

    IReadOnlyDictionary<string, IActor> Actors { get; }

    IReadOnlyDictionary<string, IDriver> Drivers { get; }

    IReadOnlyList<IRoomOperations> Rooms { get; }

    Workflow? FindWorkflow(Scope scope, string name);

    /// <summary>Asks the policies about an operation.</summary>
    Task<OperationAnswer> AskAsync(OperationSignal before);

    /// <summary>Tells the policies of an operation that has ended.</summary>
    void Tell(OperationSignal after);

    /// <summary>Writes changed targets through the owner of their root.</summary>
    Task ChangeTargetsAsync(ChangeSet changes);

    /// <summary>Asks people on behalf of a step; the same question is not asked twice.</summary>
    Task<Approval> AskPeopleAsync(Approval question, CancellationToken cancellationToken);

    /// <summary>
    /// Runs another execution for a step of this one and gives it when it has ended; the same one when asked again with the same key;
    /// if that one did not succeed and is to be resumed, it goes on where it stopped.
    /// </summary>
    Task<Execution> RunChildAsync(Execution child, bool resume, CancellationToken cancellationToken);

    /// <summary>Bounds the calls on actors and drivers that run side by side, of all executions together.</summary>
    SemaphoreSlim Calls { get; }

    /// <summary>How many instances of one operation are worked on side by side.</summary>
    int Parallelism { get; }
}
