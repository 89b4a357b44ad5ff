using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Signals;

namespace Reeve.Core.Loop;

/// <summary>
/// Act: starts what is allowed, as durable executions; notes what is held and when to ask again; asks people. For an operation that
/// waits, hands over the verdict. A binding that observes is muted here, and only here.
/// </summary>
public sealed class ActStep : ILoopStep
{
    /// <inheritdoc/>
    public string Name => "act";

    /// <inheritdoc/>
    public StepOutcome Run(LoopPass pass, LoopOwner owner)
    {
        AnswerOperation(pass);
        foreach (var subject in pass.Subjects)
        {
            if (subject.Decisions.Count > 0)
            {
                Act(pass, subject, owner);
            }
        }

        return StepOutcome.Continue;
    }

    private static void Act(LoopPass pass, Subject subject, LoopOwner owner)
    {
        var isNews = false;
        foreach (var decided in subject.Decisions)
        {
            // what was started a moment ago counts against what comes after it
            var decision = pass.Changes.Executions.Count == 0
                ? decided
                : RestrainStep.Decide(pass, subject, decided.Branch, owner) ?? decided;
            var branch = subject.Episode.Branches[decision.Branch];
            var moved = Move(pass, subject, decision, branch, owner);
            subject.Episode = subject.Episode with { Branches = subject.Episode.Branches.SetItem(decision.Branch, moved) };
            isNews |= moved.Phase != branch.Phase || moved.Approval != branch.Approval || Names(moved.HeldBy) != Names(branch.HeldBy);
            if (moved.Until != branch.Until)
            {
                owner.ArmBranch(subject.Episode.Id, moved);
            }
        }

        if (subject.Episode.Resolving && subject.Episode.Branches.All(b => b.IsOver))
        {
            subject.Episode = subject.Episode with { EndedAt = pass.At };
        }

        owner.Episodes.Put(subject.Episode);

        // an action that is held for the same reasons as before is nothing to write down again, however often it is asked
        if (isNews || subject.Episode.EndedAt is not null)
        {
            pass.Changes.Episodes.RemoveAll(e => e.Id == subject.Episode.Id);
            pass.Changes.Episodes.Add(subject.Episode);
        }
    }

    private static BranchState Move(LoopPass pass, Subject subject, Decision decision, BranchState branch, LoopOwner owner)
    {
        if (decision.Problem is { } problem)
        {
            pass.Changes.Journal.Add(IncidentStep.Entry(
                JournalKinds.BranchEnded, pass, subject, $"{decision.Action} cannot be started: {problem}"));
            return EpisodeMachine.Over(branch, BranchPhase.Stopped);
        }

        // nobody is asked about what would not be done anyway
        var observes = pass.Active.Binding.Mode == BindingMode.Observe;
        if (decision.IsHeld && !(observes && decision.IsHeldByApprovalOnly))
        {
            return Hold(pass, subject, decision, branch, owner);
        }

        if (observes)
        {
            pass.Changes.Journal.Add(IncidentStep.Entry(
                JournalKinds.Muted, pass, subject,
                $"would start {decision.Action} on `{decision.Target.Key}`: {subject.Episode.Summary}",
                w => WriteDecision(w, decision)));
            owner.Counters.Muted++;
            return EpisodeMachine.IsLast(subject.Episode, branch, pass.Active.Binding)
                ? EpisodeMachine.Over(branch, BranchPhase.Done)
                : EpisodeMachine.Over(branch, BranchPhase.Stopped);
        }

        return decision.Action.Kind == ActionKind.Approval
            ? Ask(pass, subject, decision, branch, owner)
            : Start(pass, subject, decision, branch, owner);
    }

    private static BranchState Start(LoopPass pass, Subject subject, Decision decision, BranchState branch, LoopOwner owner)
    {
        var active = pass.Active;
        var episode = subject.Episode;
        var execution = new Execution
        {
            Id = new(owner.Ids.Next("exe")),
            Scope = active.Binding.Scope,
            Action = decision.Action,
            Target = decision.Target.Key.Path,
            IdempotencyKey = decision.Key,
            OnOverlap = OverlapRule.Queue,
            CreatedAt = pass.At,
            CreatedBy = $"policy/{active.Policy.Name}",
            Trace = pass.Trace,
            Cause = new Cause(
                active.Binding.Name, active.Policy.Name, active.Policy.Revision,
                episode.Id, episode.Incident, episode.Key.Check, episode.Key.Target,
                branch.Name, branch.Step, branch.Attempt, episode.Summary, decision.Context),
        };
        pass.Changes.Executions.Add(execution);
        var entry = IncidentStep.Entry(
            JournalKinds.Acted, pass, subject,
            $"{decision.Action} on `{decision.Target.Key}`: {episode.Summary}",
            w => WriteDecision(w, decision));
        pass.Changes.Journal.Add(entry with { Execution = execution.Id });
        owner.Ledger.ForgetApproval(decision.Key);
        owner.Counters.Acted++;
        if (owner.Admit(execution, pass.At))
        {
            pass.Starts.Add(execution);
        }

        return EpisodeMachine.Started(branch, execution.Id);
    }

    private static BranchState Hold(LoopPass pass, Subject subject, Decision decision, BranchState branch, LoopOwner owner)
    {
        var asked = branch.Approval;
        if (decision.IsHeldByApprovalOnly && pass.Active.Binding.Restraints.Approval is { } settings
            && owner.Ledger.ApprovalOf(decision.Key) is not { Status: ApprovalStatus.Pending or ApprovalStatus.Approved })
        {
            var message = settings.Message ?? $"may {decision.Action} start on `{decision.Target.Key}`? {subject.Episode.Summary}";
            asked = Request(pass, subject, decision.Key, message, settings.Timeout, owner).Id;
        }

        var heldBy = decision.HeldBy();
        var isNews = Names(branch.HeldBy) != Names(heldBy);
        if (isNews)
        {
            var reasons = string.Join(
                "; ", decision.Answers.Where(a => a.Answer.IsHeld).Select(a => $"{a.Restraint}: {a.Answer.Because!.Text}"));
            pass.Changes.Journal.Add(IncidentStep.Entry(
                JournalKinds.Held, pass, subject,
                $"{decision.Action} on `{decision.Target.Key}` is held back: {reasons}",
                w => WriteDecision(w, decision)));
            owner.Counters.Held++;
            foreach (var (restraint, _) in decision.Answers.Where(a => a.Answer.IsHeld))
            {
                owner.Counters.HeldBy.AddOrUpdate(restraint, 1, (_, count) => count + 1);
            }
        }

        return branch with
        {
            Phase = BranchPhase.Held,
            Approval = asked,
            Until = decision.Until,
            HeldBy = heldBy,
            HeldSince = branch.HeldSince ?? pass.At,
        };
    }

    private static BranchState Ask(LoopPass pass, Subject subject, Decision decision, BranchState branch, LoopOwner owner)
    {
        var message = decision.Action.Inputs.Text("message") ?? subject.Episode.Summary;
        var approval = Request(pass, subject, decision.Key, message, decision.Step.Timeout, owner);
        return branch with
        {
            Phase = BranchPhase.AwaitingApproval,
            Approval = approval.Id,
            Until = approval.ExpiresAt,
            HeldBy = Json.Null,
            HeldSince = null,
        };
    }

    private static Approval Request(LoopPass pass, Subject subject, string key, string message, TimeSpan? timeout, LoopOwner owner)
    {
        var approval = new Approval
        {
            Id = new(owner.Ids.Next("apr")),
            Scope = pass.Active.Binding.Scope,
            Subject = key,
            Message = message,
            Target = subject.Episode.Key.Target,
            Incident = subject.Episode.Incident,
            Episode = subject.Episode.Key,
            RequestedAt = pass.At,
            ExpiresAt = timeout is { } time ? pass.At + time : null,
        };
        owner.Ledger.Take(approval);
        pass.Changes.Approvals.Add(approval);
        pass.Changes.Journal.Add(IncidentStep.Entry(
            JournalKinds.ApprovalRequested, pass, subject, $"asks: {message}", w => w.WriteString("approval", approval.Id.Value)));
        if (approval.ExpiresAt is not null)
        {
            owner.ArmApproval(approval);
        }

        return approval;
    }

    private static void WriteDecision(Utf8JsonWriter writer, Decision decision)
    {
        writer.WriteString("action", decision.Action.ToString());
        writer.WriteString("on", decision.Target.Key.Path);
        writer.WriteString("key", decision.Key);
        writer.WritePropertyName("inputs");
        decision.Action.Inputs.WriteTo(writer);
        writer.WritePropertyName("restraints");
        decision.AllAnswers().WriteTo(writer);
        writer.WritePropertyName("facts");
        decision.Context.WriteTo(writer);
    }

    private static string Names(JsonElement heldBy) => heldBy.ValueKind == JsonValueKind.Array
        ? string.Join(",", heldBy.EnumerateArray().Select(h => h.Text("restraint")))
        : "";

    private static void AnswerOperation(LoopPass pass)
    {
        if (pass.Question is not { } question || pass.Verdict is not { } verdict || pass.Signal is not OperationSignal signal)
        {
            return;
        }

        var active = pass.Active;
        var refusal = verdict.Operation?.Refusal;
        if (verdict.Failure is { } failure && active.Binding.OnFailure is FailureRule.Incident or FailureRule.Refuse)
        {
            refusal = $"policy `{active.Policy.Name}` could not be evaluated: {failure}";
        }

        var data = verdict.Operation?.Data ?? default;
        var mutes = active.Binding.Mode == BindingMode.Observe;
        if (refusal is not null || data.ValueKind == JsonValueKind.Object && data.EnumerateObject().Any())
        {
            pass.Changes.Journal.Add(new JournalEntry
            {
                At = pass.At,
                Scope = active.Binding.Scope,
                Kind = JournalKinds.OperationJudged,
                Who = $"policy/{active.Policy.Name}",
                Summary = (mutes ? "would have " : "")
                    + (refusal is not null ? $"refused {signal.Operation}: {refusal}" : $"changed {signal.Operation}"),
                Target = signal.Target.Path,
                Binding = active.Binding.Name,
                Policy = active.Policy.Name,
                PolicyRevision = active.Policy.Revision,
                Execution = signal.Execution,
                Data = data.ValueKind == JsonValueKind.Object ? data : Json.EmptyObject,
            });
        }

        if (refusal is not null && !mutes)
        {
            question.Refuse(active, refusal);
        }
        else
        {
            question.Take(active, mutes ? Json.EmptyObject : data);
        }
    }
}
