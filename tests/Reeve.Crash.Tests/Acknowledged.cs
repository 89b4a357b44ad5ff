using System.Collections.Concurrent;

namespace Reeve.Crash.Tests;

/// <summary>What Reeve has acknowledged or shown, and so must have from then on.</summary>
internal sealed class Acknowledged
{
    /// <summary>Executions by the idempotency key under which they were asked for: the id that the reply named.</summary>
    public ConcurrentDictionary<string, Order> Orders { get; } = new(StringComparer.Ordinal);

    /// <summary>Decisions by the approval's id: the status that the reply named.</summary>
    public ConcurrentDictionary<string, string> Decisions { get; } = new(StringComparer.Ordinal);

    /// <summary>Targets that were applied, by name.</summary>
    public ConcurrentDictionary<string, long> Documents { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The highest acknowledged number that was written into the policy which is edited again and again, and its revision.
    /// </summary>
    public (int Value, long Revision) Edited { get; set; }

    /// <summary>Journal entries that were read: the hash by the number.</summary>
    public ConcurrentDictionary<long, string> Journal { get; } = new();

    /// <summary>Ends of executions that were read: the status by the id.</summary>
    public ConcurrentDictionary<string, string> Ends { get; } = new(StringComparer.Ordinal);

    /// <summary>Incidents that were read: the status by the id, when it has ended.</summary>
    public ConcurrentDictionary<string, string> Incidents { get; } = new(StringComparer.Ordinal);

    /// <summary>Events that were taken.</summary>
    public long Events;

    /// <summary>What a client saw that can never be right.</summary>
    public ConcurrentQueue<string> Wrong { get; } = new();

    /// <summary>One line about how much there is.</summary>
    public override string ToString() =>
        $"{Events} events, {Orders.Count} orders, {Decisions.Count} decisions, {Documents.Count} documents, "
            + $"{Edited.Value} edits acknowledged; "
        + $"{Journal.Count} journal entries, {Incidents.Count} incidents, {Ends.Count} ends seen";
}

/// <summary>An execution that somebody asked for directly.</summary>
internal sealed record Order(string Key, string What, string Id);
