using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Targets;

namespace Reeve.Core.Journal;

/// <summary>Where the loop's changes become durable.</summary>
public interface IChangeStore
{
    /// <summary>
    /// Writes the whole set; done when it is on disk. Sets become durable in the order of the
    /// calls. While the store is away the call waits; it fails only for a bug or at the end.
    /// </summary>
    Task CommitAsync(ChangeSet changes, CancellationToken cancellationToken);

    /// <summary>How the store is.</summary>
    StoreHealth Health { get; }
}

/// <summary>How a store is: well, or failing since when and why.</summary>
public sealed record StoreHealth(bool IsWell, DateTimeOffset? FailingSince, string? Reason)
{
    /// <summary>All is well.</summary>
    public static readonly StoreHealth Well = new(true, null, null);
}

/// <summary>What the loop needs to go on after a restart.</summary>
public interface ILoopStateStore
{
    /// <summary>
    /// Everything that lives: open episodes, pending approvals, unended executions and
    /// those ended since <paramref name="endedSince"/>, targets, marks, checkpoints.
    /// </summary>
    Task<LoopState> LoadAsync(DateTimeOffset endedSince, CancellationToken cancellationToken);
}

/// <summary>What lives at a start.</summary>
public sealed record LoopState(
    IReadOnlyList<Target> Targets, IReadOnlyList<Episode> Episodes, IReadOnlyList<Incident> Incidents, IReadOnlyList<Approval> Approvals,
    IReadOnlyList<Execution> Executions, IReadOnlyList<ScheduleMark> Schedules, IReadOnlyList<Checkpoint> Checkpoints);

/// <summary>Reads what was recorded, for people and clients. Lists come newest first, after a cursor.</summary>
public interface IRecordReader
{
    /// <summary>Executions.</summary>
    Task<Page<Execution>> ExecutionsAsync(RecordQuery query, CancellationToken cancellationToken);

    /// <summary>Incidents.</summary>
    Task<Page<Incident>> IncidentsAsync(RecordQuery query, CancellationToken cancellationToken);

    /// <summary>Approvals.</summary>
    Task<Page<Approval>> ApprovalsAsync(RecordQuery query, CancellationToken cancellationToken);

    /// <summary>Journal entries.</summary>
    Task<Page<KeptJournalEntry>> JournalAsync(RecordQuery query, CancellationToken cancellationToken);
}

/// <summary>What to read. A null field does not narrow.</summary>
public sealed record RecordQuery
{
    /// <summary>Whose: always narrowed to one tenant.</summary>
    public required string Tenant { get; init; }

    /// <summary>One project.</summary>
    public string? Project { get; init; }

    /// <summary>One record.</summary>
    public string? Id { get; init; }

    /// <summary>The one with this idempotency key (executions only).</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>A status, or a journal kind.</summary>
    public string? Status { get; init; }

    /// <summary>A target and all below it.</summary>
    public string? Target { get; init; }

    /// <summary>A binding.</summary>
    public string? Binding { get; init; }

    /// <summary>An incident.</summary>
    public string? Incident { get; init; }

    /// <summary>An episode (journal only).</summary>
    public string? Episode { get; init; }

    /// <summary>An execution (journal only).</summary>
    public string? Execution { get; init; }

    /// <summary>Not before.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Oldest first instead.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Where the last page ended: <see cref="Page{T}.Next"/>.</summary>
    public string? After { get; init; }

    /// <summary>The most items, 1 to 1,000.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>Some records, and the cursor of the next page; null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
