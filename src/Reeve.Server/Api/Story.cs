using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Time;

namespace Reeve.Server.Api;

/// <summary>
/// Tells from the records, for somebody who was just woken up, what was seen, decided, held back and done, and whether it helped.
/// </summary>
internal static class Story
{
    private const int MostSteps = 20;

    public static IReadOnlyList<StoryLine> OfExecution(Execution execution, IReadOnlyList<KeptJournalEntry> entries)
    {
        var lines = new List<StoryLine>();
        if (execution.Cause is { } cause)
        {
            // of the episode only what led to this execution, and what became of it
            var acted = entries.FirstOrDefault(e => e.Entry.Kind == JournalKinds.Acted && e.Entry.Execution == execution.Id);
            foreach (var kept in entries.Where(e => acted is null || e.Sequence < acted.Sequence))
            {
                Tell(kept.Entry, lines);
            }

            if (acted is not null)
            {
                Tell(acted.Entry, lines);
            }

            if (cause.Attempt > 1)
            {
                lines.Add(new StoryLine(
                    null, "attempt", $"this is attempt {cause.Attempt} of step {cause.Step + 1} in branch `{cause.Branch}`"));
            }
        }
        else
        {
            lines.Add(new StoryLine(
                execution.CreatedAt, "asked", $"{execution.CreatedBy} asked for {Named(execution)}; no policy decided it"));
        }

        lines.AddRange(entries.Where(e => e.Entry.Execution == execution.Id && e.Entry.Kind == JournalKinds.OperationJudged)
            .Select(e => new StoryLine(e.Entry.At, "policy", $"{e.Entry.Who} {e.Entry.Summary}")));
        lines.Add(Done(execution));
        lines.Add(Helped(execution, entries));
        return lines;
    }

    public static IReadOnlyList<StoryLine> OfIncident(
        Incident incident, IReadOnlyList<Execution> executions, IReadOnlyList<KeptJournalEntry> entries, JsonElement now)
    {
        var lines = new List<StoryLine>();
        var byId = executions.ToDictionary(e => e.Id);
        foreach (var kept in entries)
        {
            Tell(kept.Entry, lines);
            if (kept.Entry.Kind == JournalKinds.ExecutionEnded
                && kept.Entry.Execution is { } id
                && byId.GetValueOrDefault(id) is { } execution)
            {
                lines[^1] = Done(execution);
            }
        }

        if (incident.Status == IncidentStatus.Triggered)
        {
            lines.Add(new StoryLine(null, "now", $"it still stands: {incident.Summary}"));
            lines.AddRange(NowOf(now).Where(l => l.Topic != "saw"));
            if (executions.Count == 0
                && !entries.Any(e => e.Entry.Kind is JournalKinds.Held or JournalKinds.Muted or JournalKinds.ApprovalRequested))
            {
                lines.Add(new StoryLine(null, "no action", "the binding names nothing to do about it (`spec.escalation`)"));
            }
        }

        return lines;
    }

    public static IReadOnlyList<StoryLine> OfBinding(
        ActiveBinding active, int matched, IReadOnlyList<KeptJournalEntry> entries, JsonElement now)
    {
        var binding = active.Binding;
        var lines = new List<StoryLine>
        {
            new(
                null, "binding",
                $"binding `{binding.Name}` revision {binding.Revision} puts "
                    + $"policy `{active.Policy.Name}` revision {active.Policy.Revision} ({active.Type.FullName}) "
                    + $"to work on {Targets(matched)}",
                Signals(binding)
                    .Append($"mode: {binding.Mode.ToString().ToLowerInvariant()}"
                        + (binding.Mode == BindingMode.Observe ? " (it only says what it would do)" : ""))
                    .Append($"restraints asked, in this order: {string.Join(", ", active.Restraints.Select(r => r.Name))}")),
        };
        if (!binding.Enabled)
        {
            lines.Add(new StoryLine(null, "no action", "the binding is disabled (`spec.enabled`)"));
        }

        if (matched == 0)
        {
            lines.Add(new StoryLine(null, "no action", "no target fits the binding's `spec.targets`, so nothing is evaluated"));
        }

        if (binding.Escalation.IsEmpty)
        {
            lines.Add(new StoryLine(
                null, "no action", "the binding names nothing to do about a finding (`spec.escalation`), unless the policy itself does"));
        }

        foreach (var kept in entries)
        {
            Tell(kept.Entry, lines);
        }

        lines.AddRange(NowOf(now));
        return lines;
    }

    private static void Tell(JournalEntry entry, List<StoryLine> lines)
    {
        switch (entry.Kind)
        {
            case JournalKinds.IncidentTriggered or JournalKinds.IncidentChanged:
                lines.Add(new StoryLine(
                    entry.At, entry.Kind == JournalKinds.IncidentTriggered ? "seen" : "changed",
                    $"policy `{entry.Policy}` revision {entry.PolicyRevision} found on `{entry.Target}`: {entry.Summary}",
                    [.. Seen(entry.Data)]));
                break;
            case JournalKinds.Acted:
                lines.Add(new StoryLine(
                    entry.At, "decided",
                    $"start {entry.Summary} (policy `{entry.Policy}` revision {entry.PolicyRevision}, execution {entry.Execution})",
                    [.. Seen(entry.Data), .. Restraints(entry.Data)]));
                break;
            case JournalKinds.Held:
                lines.Add(new StoryLine(entry.At, "held", entry.Summary, [.. Seen(entry.Data), .. Restraints(entry.Data)]));
                break;
            case JournalKinds.Muted:
                lines.Add(new StoryLine(entry.At, "muted", $"{entry.Summary}; the binding only observes", [.. Restraints(entry.Data)]));
                break;
            case JournalKinds.ExecutionCreated:
                break;
            default:
                lines.Add(new StoryLine(entry.At, Topic(entry.Kind), entry.Summary));
                break;
        }
    }

    private static string Topic(string kind) => kind switch
    {
        JournalKinds.Judged => "judged",
        JournalKinds.ExecutionEnded => "done",
        JournalKinds.ExecutionResumed => "resumed",
        JournalKinds.ApprovalRequested => "asked",
        JournalKinds.ApprovalDecided => "answered",
        JournalKinds.IncidentResolved => "resolved",
        JournalKinds.IncidentTerminated => "terminated",
        JournalKinds.BranchEnded => "stopped",
        JournalKinds.PolicyFailed => "failed",
        JournalKinds.OperationJudged => "policy",
        _ => "noted",
    };

    private static IEnumerable<string> Seen(JsonElement data)
    {
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("signal", out var signal))
        {
            var what = signal.Text("service") is { } service
                ? $"event `{service}` of `{signal.Text("target")}`"
                    + (signal.TryGetProperty("metric", out var metric) ? $" = {metric}" : "")
                    + (signal.Text("state") is { } state ? $", state `{state}`" : "")
                : signal.Text("operation") is { } operation
                    ? $"operation `{operation}` on `{signal.Text("target")}` ({signal.Text("phase")})"
                    : $"the schedule was due at {signal.Text("due_at")}";
            yield return $"signal: {what}";
        }

        if (data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("findings", out var findings)
            && findings.ValueKind == JsonValueKind.Array)
        {
            foreach (var finding in findings.EnumerateArray().Take(5))
            {
                yield return $"finding: {finding.Text("summary")}";
            }
        }
    }

    private static IEnumerable<string> Restraints(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object
            || !data.TryGetProperty("restraints", out var answers)
            || answers.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var answer in answers.EnumerateArray().Where(a => a.Text("answer") == "held"))
        {
            yield return $"{answer.Text("restraint")} said no: {answer.Text("because")}"
                + $"{(answer.Text("until") is { } until ? $", until {Clock(until)}" : "")}";
        }

        var allowed = answers.EnumerateArray().Where(a => a.Text("answer") == "allow").Select(a => a.Text("restraint")).ToList();
        if (allowed.Count > 0)
        {
            yield return $"said yes: {string.Join(", ", allowed)}";
        }
    }

    private static StoryLine Done(Execution execution)
    {
        var status = execution.Status.ToString().ToLowerInvariant();
        var took = execution is { StartedAt: { } started, EndedAt: { } ended } ? $" after {Rounded(ended - started)}" : "";
        var text = $"{Named(execution)} {(execution.IsEnded ? status : $"is {status}")}{took}"
            + (execution.Error is null ? "" : $": {execution.Error}")
            + (execution.DryRun ? " (dry run: nothing was touched)" : "");
        var steps = execution.Steps.Take(MostSteps)
            .Select(s =>
                $"step {s.Path}: {s.Status.ToString().ToLowerInvariant()}"
                    + (s.Attempts > 1 ? $" at try {s.Attempts}" : "")
                    + (s.EndedAt is { } end ? $" in {Rounded(end - s.StartedAt)}" : "")
                    + (s.Error is null ? "" : $": {s.Error}"))
            .Concat(execution.Steps.Length > MostSteps ? [$"and {execution.Steps.Length - MostSteps} steps more"] : []);
        return new StoryLine(execution.EndedAt ?? execution.StartedAt, "done", text, steps);
    }

    private static StoryLine Helped(Execution execution, IReadOnlyList<KeptJournalEntry> entries)
    {
        var judged = entries.FirstOrDefault(e => e.Entry.Kind == JournalKinds.Judged && e.Entry.Execution == execution.Id);
        return judged is not null
            ? new StoryLine(judged.Entry.At, "judged", judged.Entry.Summary)
            : new StoryLine(null, "judged", execution.Cause is null
                ? "nobody waits for an effect of it, so it is not judged"
                : execution.IsEnded
                    ? "it is not judged: its step gives no time to settle, the time is not over yet, or it did not succeed"
                    : "it is judged after its end");
    }

    private static IEnumerable<StoryLine> NowOf(JsonElement now)
    {
        if (now.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var episode in now.GetProperty("episodes").EnumerateArray())
        {
            foreach (var branch in episode.GetProperty("branches").EnumerateArray())
            {
                var details = branch.TryGetProperty("held_by", out var held)
                    ? held.EnumerateArray().Select(
                        h => $"{h.Text("restraint")}: {h.Text("because")}{(h.Text("until") is { } u ? $", until {Clock(u)}" : "")}")
                    : [];
                var until = branch.Text("until") is { } end ? $" until {Clock(end)}" : "";
                yield return new StoryLine(
                    null, "now",
                    $"`{episode.Text("target")}`, check `{episode.Text("check")}`: branch `{branch.Text("name")}` is "
                        + $"{Phase(branch.Text("phase"))} at step {branch.Whole("step")}, attempt {branch.Whole("attempt")}{until}",
                    details);
            }
        }

        foreach (var key in now.GetProperty("keys").EnumerateArray())
        {
            var history = key.GetProperty("history").EnumerateArray().Reverse().Take(5)
                .Select(h =>
                    $"{Clock(h.Text("last_at")!)}: {h.Text("outcome")}"
                        + (h.Whole("times") > 1 ? $" ({h.Whole("times")} times since {Clock(h.Text("first_at")!)})" : ""));
            yield return new StoryLine(
                null, "saw",
                $"`{key.Text("target")}`: {key.Whole("evaluations")} evaluations, {key.Whole("with_findings")} with findings; "
                    + $"last seen {Compact(key.GetProperty("saw"))}",
                history);
        }
    }

    private static IEnumerable<string> Signals(Binding binding)
    {
        if (!binding.Events.IsEmpty)
        {
            var events = binding.Events.Select(e => e.State is null ? $"`{e.Service}`" : $"`{e.Service}` in state `{e.State}`");
            yield return $"events: {string.Join(", ", events)}";
        }

        if (binding.Schedule is not null)
        {
            yield return $"schedule: {binding.Schedule}";
        }

        if (!binding.Operations.IsEmpty)
        {
            var operations = binding.Operations.Select(o => $"{o.Phase.ToString().ToLowerInvariant()} `{o.Operation}`");
            yield return $"operations: {string.Join(", ", operations)}";
        }
    }

    private static string Targets(int matched) =>
        matched == 1 ? "1 target" : string.Create(CultureInfo.InvariantCulture, $"{matched} targets");

    private static string Named(Execution execution) =>
        execution.Target is null ? execution.Action.ToString() : $"{execution.Action} on `{execution.Target}`";

    private static string Phase(string? phase) => phase switch
    {
        "held" => "held back",
        "awaitingapproval" => "waiting for an approval",
        "settling" => "giving its action time to show",
        var other => other ?? "",
    };

    private static string Compact(JsonElement value)
    {
        var members = value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().Select(m => $"{m.Name} {Plain(m.Value)}").ToList()
            : [];
        return members.Count == 0 ? "nothing yet" : string.Join(", ", members);
    }

    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"({Compact(value)})",
        JsonValueKind.String when DateTimeOffset.TryParseExact(
            value.GetString(), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) => Clock(value.GetString()!),
        _ => value.ToString(),
    };

    private static string Clock(string moment) =>
        DateTimeOffset.TryParse(moment, CultureInfo.InvariantCulture, out var at)
            ? at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : moment;

    private static string Rounded(TimeSpan took) =>
        Durations.Format(TimeSpan.FromMilliseconds(Math.Max(1, Math.Round(took.TotalMilliseconds))));
}
