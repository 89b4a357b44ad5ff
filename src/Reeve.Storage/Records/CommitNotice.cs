using Reeve.Core.Executions;
using Reeve.Core.Journal;
using Reeve.Core.Targets;

namespace Reeve.Storage.Records;

/// <summary>What a set that has become durable held, for those who watch.</summary>
/// <param name="Executions">The executions as they are now; each step of theirs that begins or ends writes one.</param>
/// <param name="Targets">The targets as they are now.</param>
/// <param name="Removed">The targets that are no more.</param>
/// <param name="Journaled">How many entries the journal has grown by.</param>
public sealed record CommitNotice(
    IReadOnlyList<Execution> Executions, IReadOnlyList<Target> Targets, IReadOnlyList<TargetKey> Removed, int Journaled)
{
    /// <summary>Made before the set is written, since the caller may change the set afterwards.</summary>
    internal static CommitNotice Of(ChangeSet changes) =>
        new([.. changes.Executions], [.. changes.Targets], [.. changes.RemovedTargets], changes.Journal.Count);
}
