using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Targets;

namespace Reeve.Core.Tests.Loop;

/// <summary>What a store keeps of the changes, as JSON texts: what is read back has been through <see cref="CoreJson"/>.</summary>
internal sealed class KeptRecords
{
    private readonly Dictionary<string, string> _executions = [];
    private readonly Dictionary<string, string> _incidents = [];
    private readonly Dictionary<string, string> _episodes = [];
    private readonly Dictionary<string, string> _approvals = [];
    private readonly Dictionary<TargetKey, string> _targets = [];
    private readonly Dictionary<CheckpointKey, string> _checkpoints = [];
    private readonly Dictionary<(object, string), string> _marks = [];
    private readonly Dictionary<string, string> _keys = [];

    public List<JournalEntry> Journal { get; } = [];

    /// <summary>How many episodes were written, rewrites included.</summary>
    public int EpisodeWrites { get; private set; }

    public IReadOnlyList<Execution> Executions => Read(_executions.Values, CoreJson.Default.Execution);

    public IReadOnlyList<Incident> Incidents => Read(_incidents.Values, CoreJson.Default.Incident);

    public IReadOnlyList<Episode> Episodes => Read(_episodes.Values, CoreJson.Default.Episode);

    public IReadOnlyList<Approval> Approvals => Read(_approvals.Values, CoreJson.Default.Approval);

    public bool HasExecution(Identity.ExecutionId id) => _executions.ContainsKey(id.Value);

    public void Write(ChangeSet changes)
    {
        foreach (var execution in changes.Executions)
        {
            if (!_executions.ContainsKey(execution.Id.Value)
                && !_keys.TryAdd($"{execution.Scope}/{execution.IdempotencyKey}", execution.Id.Value))
            {
                throw new InvalidOperationException($"the idempotency key {execution.IdempotencyKey} came twice");
            }

            _executions[execution.Id.Value] = JsonSerializer.Serialize(execution, CoreJson.Default.Execution);
        }

        Put(_incidents, changes.Incidents, i => i.Id.Value, CoreJson.Default.Incident);
        Put(_episodes, changes.Episodes, e => e.Id.Value, CoreJson.Default.Episode);
        Put(_approvals, changes.Approvals, a => a.Id.Value, CoreJson.Default.Approval);
        Put(_targets, changes.Targets, t => t.Key, CoreJson.Default.Target);
        changes.RemovedTargets.ForEach(t => _targets.Remove(t));
        Put(_checkpoints, changes.Checkpoints, c => c.Key, CoreJson.Default.Checkpoint);
        changes.RemovedCheckpoints.ForEach(k => _checkpoints.Remove(k));
        Put(_marks, changes.Schedules, m => ((object)m.Scope, m.Binding), CoreJson.Default.ScheduleMark);
        EpisodeWrites += changes.Episodes.Count;
        foreach (var entry in changes.Journal)
        {
            Journal.Add(
                JsonSerializer.Deserialize(JsonSerializer.Serialize(entry, CoreJson.Default.JournalEntry), CoreJson.Default.JournalEntry)!);
        }
    }

    /// <summary>What a start loads: everything that lives, executions also when they have ended, and answered approvals.</summary>
    public LoopState Load()
    {
        var episodes = Episodes.Where(e => e.EndedAt is null).ToList();
        return new LoopState(
            Read(_targets.Values, CoreJson.Default.Target), episodes,
            [.. Incidents.Where(i => i.Status == IncidentStatus.Triggered)], Approvals, Executions,
            Read(_marks.Values, CoreJson.Default.ScheduleMark), Read(_checkpoints.Values, CoreJson.Default.Checkpoint));
    }

    private static void Put<TKey, T>(
        Dictionary<TKey, string> into, List<T> records, Func<T, TKey> key, JsonTypeInfo<T> type) where TKey : notnull
    {
        foreach (var record in records)
        {
            into[key(record)] = JsonSerializer.Serialize(record, type);
        }
    }

    private static List<T> Read<T>(IEnumerable<string> texts, JsonTypeInfo<T> type) =>
        [.. texts.Select(t => JsonSerializer.Deserialize(t, type)!)];
}
