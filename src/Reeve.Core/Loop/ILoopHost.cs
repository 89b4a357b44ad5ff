using Reeve.Core.Executions;
using Reeve.Core.Journal;

namespace Reeve.Core.Loop;

/// <summary>What a loop owner needs done outside itself: the runtime does it for real, a simulation in virtual time.</summary>
public interface ILoopHost
{
    /// <summary>Makes the changes durable, in the order of the calls, then calls back (on any thread).</summary>
    void Commit(ChangeSet changes, Action? whenDurable);

    /// <summary>A question has been answered, or its time has passed: whoever waits for it may go on.</summary>
    void Decided(Incidents.Approval approval);

    /// <summary>Runs an execution that is durable.</summary>
    void Run(Execution execution);

    /// <summary>
    /// Evaluates a deferred program on a worker; its verdict comes back to the owner through <see cref="LoopOwner.Resume"/>.
    /// </summary>
    void Defer(LoopPass pass, LoopOwner owner);
}
