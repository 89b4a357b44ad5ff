using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Journal;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>
/// A change set as rows. Made on the thread of the caller, since the writer's thread is the one that everybody waits for; and at once,
/// since the caller may change the set afterwards.
/// </summary>
internal sealed class ChangeRows
{
    private readonly List<(SqlTable Table, SqlValue[] Row)> _put = [];
    private readonly List<(SqlTable Table, SqlValue[] Key)> _removed = [];
    private readonly List<JournalRow> _journal = [];

    public ChangeRows(ChangeSet changes)
    {
        changes.RemovedTargets.ForEach(t => _removed.Add((Tables.Targets, [t.Scope.Tenant, t.Scope.Project, t.Path])));
        changes.RemovedCheckpoints.ForEach(c => _removed.Add((Tables.Checkpoints, [c.Scope.Tenant, c.Scope.Project, c.Binding, c.Target])));
        AddLoop(changes);
        AddPeople(changes);
        _journal.AddRange(changes.Journal.Select(JournalRow.Of));
    }

    /// <summary>Writes all of it.</summary>
    public void WriteTo(ISqlSession session)
    {
        _removed.ForEach(r => session.Remove(r.Table, r.Key));
        _put.ForEach(r => session.Put(r.Table, r.Row));
        JournalChain.Append(session, _journal);
    }

    private void AddLoop(ChangeSet changes)
    {
        foreach (var t in changes.Targets)
        {
            Put(Tables.Targets, t.Key.Scope.Tenant, t.Key.Scope.Project, t.Key.Path, JsonSerializer.Serialize(t, CoreJson.Default.Target));
        }

        foreach (var e in changes.Episodes)
        {
            Put(
                Tables.Episodes, e.Id.Value, e.Key.Scope.Tenant, e.Key.Scope.Project, e.Key.Binding, e.Key.Target, e.OpenedAt, e.EndedAt,
                JsonSerializer.Serialize(e, CoreJson.Default.Episode));
        }

        foreach (var s in changes.Schedules)
        {
            Put(
                Tables.Schedules, s.Scope.Tenant, s.Scope.Project, s.Binding, s.LastDue,
                JsonSerializer.Serialize(s, CoreJson.Default.ScheduleMark));
        }

        foreach (var c in changes.Checkpoints)
        {
            Put(
                Tables.Checkpoints, c.Key.Scope.Tenant, c.Key.Scope.Project, c.Key.Binding, c.Key.Target,
                JsonSerializer.Serialize(c, CoreJson.Default.Checkpoint));
        }
    }

    private void AddPeople(ChangeSet changes)
    {
        foreach (var i in changes.Incidents)
        {
            Put(
                Tables.Incidents, i.Id.Value, i.Scope.Tenant, i.Scope.Project, Word(i.Status), i.Binding, i.Target,
                i.TriggeredAt, i.EndedAt, JsonSerializer.Serialize(i, CoreJson.Default.Incident));
        }

        foreach (var a in changes.Approvals)
        {
            Put(
                Tables.Approvals, a.Id.Value, a.Scope.Tenant, a.Scope.Project, Word(a.Status), a.Episode?.Binding, a.Target,
                a.Incident?.Value, a.Execution?.Value, a.RequestedAt, a.DecidedAt, JsonSerializer.Serialize(a, CoreJson.Default.Approval));
        }

        foreach (var e in changes.Executions)
        {
            Put(
                Tables.Executions, e.Id.Value, e.Scope.Tenant, e.Scope.Project, e.IdempotencyKey, Word(e.Status), e.Target,
                e.Cause?.Binding, e.Cause?.Incident?.Value, e.CreatedAt, e.EndedAt,
                JsonSerializer.Serialize(e, CoreJson.Default.Execution));
        }
    }

    private void Put(SqlTable table, params SqlValue[] row) => _put.Add((table, row));

    // The words of the JSON bodies are the names in lower case, too.
    private static string Word<T>(T status) where T : struct, Enum => Enum.GetName(status)!.ToLowerInvariant();
}
