using System.Globalization;
using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Storage.Records;

namespace Reeve.Crash.Tests.Promises;

/// <summary>Holds what Reeve kept against what it acknowledged and what the receiver saw. Each thing that does not fit is a line.</summary>
internal sealed class Verification(Kept kept, Acknowledged acknowledged, Receiver receiver, LoopState living, JournalCheck chain)
{
    private readonly List<string> _problems = [];
    private readonly Dictionary<string, Execution> _byKey = new(StringComparer.Ordinal);

    /// <summary>What does not fit.</summary>
    public IReadOnlyList<string> Problems()
    {
        _problems.AddRange(acknowledged.Wrong);
        Executions();
        Orders();
        Decisions();
        Documents();
        Journal();
        Incidents();
        Approvals();
        Effects();
        Pool();
        return _problems;
    }

    private void Executions()
    {
        foreach (var execution in kept.Executions)
        {
            if (!_byKey.TryAdd(execution.IdempotencyKey, execution))
            {
                Say($"two executions have the key `{execution.IdempotencyKey}`: {_byKey[execution.IdempotencyKey].Id} and {execution.Id}");
            }

            if (!execution.IsEnded)
            {
                Say($"execution {execution.Id} is stuck: {execution.Status}, {execution.IdempotencyKey}");
            }

            if (acknowledged.Ends.TryGetValue(execution.Id.Value, out var seen) && seen.Length > 0 && seen != Word(execution.Status))
            {
                Say($"execution {execution.Id} was seen {seen} and is {Word(execution.Status)}");
            }
        }

        var ids = kept.Executions.Select(e => e.Id.Value).ToHashSet(StringComparer.Ordinal);
        Missing("execution", acknowledged.Ends.Keys, ids);
        var decisions =
            from execution in kept.Executions
            where execution.Cause is not null
            let cause = execution.Cause
            let round = execution.IdempotencyKey
                .Split('/')
                .FirstOrDefault(p => p.StartsWith("round-", StringComparison.Ordinal) || p == "resolution")
            group execution by (cause.Binding, cause.FindingTarget, cause.Episode, round, cause.Branch, cause.Step, cause.Attempt) into same
            where same.Count() > 1
            select $"one decision, several executions: {same.Key}: "
                + $"{string.Join(", ", same.Select(e => $"{e.Id} under `{e.IdempotencyKey}`"))}";
        _problems.AddRange(decisions);
    }

    private void Orders()
    {
        foreach (var order in acknowledged.Orders.Values)
        {
            if (kept.Executions.FirstOrDefault(e => e.Id.Value == order.Id) is not { } execution)
            {
                Say($"order {order.Key} ({order.What}) was acknowledged as {order.Id}, which is not there");
            }
            else if (!execution.IdempotencyKey.EndsWith(order.Key, StringComparison.Ordinal))
            {
                Say($"order {order.Key} was acknowledged as {order.Id}, whose key is `{execution.IdempotencyKey}`");
            }
        }
    }

    private void Decisions()
    {
        var approvals = kept.Approvals.ToDictionary(a => a.Id.Value, StringComparer.Ordinal);
        foreach (var (id, status) in acknowledged.Decisions)
        {
            if (!approvals.TryGetValue(id, out var approval))
            {
                Say($"approval {id} was decided ({status}) and is not there");
            }
            else if (Word(approval.Status) != status)
            {
                Say($"approval {id} was acknowledged as {status} and is {Word(approval.Status)}");
            }
        }
    }

    private void Documents()
    {
        Missing("target", acknowledged.Documents.Keys, kept.Targets.Keys.ToHashSet(StringComparer.Ordinal));
        var (value, revision) = acknowledged.Edited;
        var metadata = kept.Edited.GetProperty("metadata").GetProperty("revision").GetInt64();
        var bound = kept.Edited.GetProperty("spec").GetProperty("properties").GetProperty("upper_bound").GetInt32();
        if (metadata < revision || bound < value)
        {
            Say($"policy `edited` was acknowledged as revision {revision} with {value}, and is revision {metadata} with {bound}");
        }

        var told = kept.Journal.Count(j => j.Entry.Kind == JournalKinds.ResourceChanged && j.Entry.Policy == "edited");
        if (told != metadata)
        {
            Say($"policy `edited` has {metadata} revisions, and the journal tells of {told}");
        }
    }

    private void Journal()
    {
        for (var i = 0; i < kept.Journal.Count; i++)
        {
            if (kept.Journal[i].Sequence != i + 1)
            {
                Say($"the journal has a gap: entry {kept.Journal[i].Sequence} stands where {i + 1} should be");
                break;
            }
        }

        foreach (var (sequence, hash) in acknowledged.Journal)
        {
            if (sequence > kept.Journal.Count || kept.Journal[(int)sequence - 1].Hash != hash)
            {
                Say($"journal entry {sequence} was seen with the hash {hash} and is not there as it was");
            }
        }

        if (!chain.IsGood || chain.Entries < kept.Journal.Count)
        {
            Say($"the journal's chain: {chain.Problem ?? $"{chain.Entries} entries, {kept.Journal.Count} were read"}");
        }

        var ids = kept.Executions.Select(e => e.Id).ToHashSet();
        Once(JournalKinds.Acted, e => e.Execution?.Value, kept.Executions.Where(e => e.Cause is not null).Select(e => e.Id.Value));
        Once(JournalKinds.ExecutionCreated, e => e.Execution?.Value, kept.Executions.Where(e => e.Cause is null).Select(e => e.Id.Value));
        Once(JournalKinds.ExecutionEnded, e => e.Execution?.Value, kept.Executions.Where(e => e.IsEnded).Select(e => e.Id.Value));
        foreach (var entry in kept.Journal.Where(j => j.Entry.Execution is { } id && !ids.Contains(id)))
        {
            Say($"journal entry {entry.Sequence} ({entry.Entry.Kind}) tells of {entry.Entry.Execution}, which is not there");
        }
    }

    private void Incidents()
    {
        Once(JournalKinds.IncidentTriggered, e => e.Incident?.Value, kept.Incidents.Select(i => i.Id.Value));
        Once(
            JournalKinds.IncidentResolved, e => e.Incident?.Value,
            kept.Incidents.Where(i => i.Status == IncidentStatus.Resolved).Select(i => i.Id.Value));
        Once(
            JournalKinds.IncidentTerminated, e => e.Incident?.Value,
            kept.Incidents.Where(i => i.Status == IncidentStatus.Terminated).Select(i => i.Id.Value));
        Missing("incident", acknowledged.Incidents.Keys, kept.Incidents.Select(i => i.Id.Value).ToHashSet(StringComparer.Ordinal));
        foreach (var same in kept.Incidents.GroupBy(i => i.Episode).Where(g => g.Count() > 1))
        {
            Say($"episode {same.Key} has {same.Count()} incidents: {string.Join(", ", same.Select(i => i.Id))}");
        }

        foreach (var incident in kept.Incidents)
        {
            if (incident.Status == IncidentStatus.Triggered && living.Episodes.All(e => e.Incident != incident.Id))
            {
                Say($"incident {incident.Id} is open and no living episode has it");
            }

            if (acknowledged.Incidents.TryGetValue(incident.Id.Value, out var seen) && seen.Length > 0 && seen != Word(incident.Status))
            {
                Say($"incident {incident.Id} was seen {seen} and is {Word(incident.Status)}");
            }
        }

        foreach (var episode in living.Episodes)
        {
            Say($"episode {episode.Id} ({episode.Key.Binding} on {episode.Key.Target}) still lives: "
                + $"{string.Join(", ", episode.Branches.Select(b => $"{b.Name} {b.Phase}"))}");
        }

        OneAfterTheOther();
    }

    // problems of one kind on one target follow each other; the journal's order says so, for a signal's time is that of its arrival
    private void OneAfterTheOther()
    {
        var incidents = kept.Incidents.ToDictionary(i => i.Id);
        var open = new Dictionary<(string Binding, string Target, string Check), Incident>();
        foreach (var (sequence, entry, _) in kept.Journal)
        {
            if (entry.Incident is not { } id || !incidents.TryGetValue(id, out var incident))
            {
                continue;
            }

            var about = (incident.Binding, incident.Target, incident.Check);
            if (entry.Kind == JournalKinds.IncidentTriggered && !open.TryAdd(about, incident))
            {
                Say($"entry {sequence}: incident {incident.Id} of {about} was triggered while {open[about].Id} was open");
            }
            else if (entry.Kind is JournalKinds.IncidentResolved or JournalKinds.IncidentTerminated)
            {
                open.Remove(about);
            }
        }
    }

    private void Approvals()
    {
        Once(
            JournalKinds.ApprovalDecided, e => Text(e.Data, "approval"),
            kept.Approvals
                .Where(a => a.Status is ApprovalStatus.Approved or ApprovalStatus.Denied or ApprovalStatus.Expired)
                .Select(a => a.Id.Value));
        foreach (var same in kept.Approvals.GroupBy(a => (a.Scope, a.Subject)).Where(g => g.Count() > 1))
        {
            Say(
                $"people were asked more than once about `{same.Key.Subject}`: "
                    + $"{string.Join(", ", same.Select(a => $"{a.Id} {a.Status}"))}");
        }

        foreach (var execution in kept.Executions.Where(e => e.Cause is { Binding: "guarded" } || e.Cause is { Binding: "asks", Step: 1 }))
        {
            var subject = execution.Cause!.Binding == "guarded" ? execution.IdempotencyKey : AskedBefore(execution);
            if (!execution.IdempotencyKey.Contains("/resolution/", StringComparison.Ordinal)
                && !kept.Approvals.Any(a => a.Subject == subject && a.Status == ApprovalStatus.Approved))
            {
                Say($"execution {execution.Id} (`{execution.IdempotencyKey}`) ran, and nobody said yes to `{subject}`");
            }
        }
    }

    private void Effects()
    {
        _problems.AddRange(receiver.WithoutKey.Select(r => $"the receiver got a request without a key: {r}"));
        foreach (var effect in receiver.Effects.Values)
        {
            var key = effect.Key.Split('#')[0];
            if (effect.Contradiction is not null)
            {
                Say($"the receiver was asked two things under `{effect.Key}`: {effect.Path} {effect.Body} and {effect.Contradiction}");
            }

            if (!_byKey.ContainsKey(key) && !_byKey.ContainsKey(Uri.UnescapeDataString(key)))
            {
                Say($"the receiver had an effect under `{effect.Key}`, and there is no such execution");
            }
        }

        // what was ordered once is had once, under whatever keys it came
        var orders =
            from effect in receiver.Effects.Values
            where effect.Path.StartsWith("/orders/", StringComparison.Ordinal)
            group effect by (effect.Path, Text(JsonSerializer.Deserialize<JsonElement>(effect.Body), "order")) into same
            where same.Count() > 1
            select $"{same.Key} was had {same.Count()} times: {string.Join(", ", same.Select(e => e.Key))}";
        _problems.AddRange(orders);
        foreach (var execution in kept.Executions.Where(e => e.Action is { Kind: ActionKind.Actor or ActionKind.Workflow }))
        {
            foreach (var step in execution.Steps.Where(s => s.Status == StepStatus.Succeeded && IsCall(execution, s)))
            {
                var key = $"{execution.IdempotencyKey}#{step.Path}";
                var effect = receiver.Effects.GetValueOrDefault(key) ?? receiver.Effects.GetValueOrDefault(Uri.EscapeDataString(key));
                if (effect is not { Confirmed: true })
                {
                    Say($"step `{step.Path}` of {execution.Id} succeeded, and the receiver did not confirm `{key}`");
                }
            }
        }
    }

    private void Pool()
    {
        var desired = Farm.PoolAtFirst;
        foreach (var execution in kept.Executions
            .Where(e => e.Action.Kind == ActionKind.Operation && e.Status == ExecutionStatus.Succeeded))
        {
            desired += execution.Action.Name switch { "scale_out" => 2, "scale_in" => -1, _ => 0 };
        }

        var pool = kept.Targets["farm/pool"].GetProperty("capacity").GetProperty("desired").GetInt32();
        var members = kept.Targets.Keys.Count(k => k.StartsWith("farm/pool/", StringComparison.Ordinal));
        if (pool != desired || members != desired)
        {
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"the pool should have {desired} members by what was done; it wants {pool} and has {members}"));
        }

        foreach (var (path, member) in kept.Targets.Where(t => t.Key.StartsWith("farm/pool/", StringComparison.Ordinal)))
        {
            if (member.GetProperty("state").GetString() != "started")
            {
                Say($"`{path}` is {member.GetProperty("state")}");
            }
        }
    }

    private void Once(string kind, Func<JournalEntry, string?> about, IEnumerable<string> expected)
    {
        var counts = kept.Journal.Where(j => j.Entry.Kind == kind).GroupBy(j => about(j.Entry) ?? "", StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var wanted = expected.ToHashSet(StringComparer.Ordinal);
        _problems.AddRange(wanted.Where(id => !counts.ContainsKey(id)).Select(id => $"the journal has no `{kind}` of {id}"));
        _problems.AddRange(counts.Where(c => c.Value > 1).Select(c => $"the journal has {c.Value} `{kind}` of {c.Key}"));
        _problems.AddRange(
            counts.Keys.Where(id => !wanted.Contains(id)).Select(id => $"the journal has `{kind}` of {id}, which is not so"));
    }

    private void Missing(string kind, IEnumerable<string> seen, HashSet<string> kept) =>
        _problems.AddRange(seen.Where(s => !kept.Contains(s)).Select(s => $"{kind} {s} was seen or acknowledged and is not there"));

    private static bool IsCall(Execution execution, StepRecord step) =>
        execution.Action.Kind == ActionKind.Actor || step.Approval is null && step.Path != "breathe";

    private static string AskedBefore(Execution execution) =>
        string.Create(CultureInfo.InvariantCulture, $"{execution.IdempotencyKey[..execution.IdempotencyKey.LastIndexOf('/')][..^1]}1/1");

    private static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Word<T>(T status) where T : struct, Enum => status.ToString().ToLowerInvariant();

    private void Say(string problem) => _problems.Add(problem);
}
