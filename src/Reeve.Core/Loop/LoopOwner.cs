using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// Owns the keys and the decisions of some roots of targets: program states, episodes, the ledger. One thread at a time calls it, so it
/// has no locks; the runtime gives it a mailbox, a simulation calls it directly.
/// </summary>
public sealed class LoopOwner
{
    private readonly PriorityQueue<Action<DateTimeOffset>, DateTimeOffset> _timers = new();
    private readonly Queue<Action> _later = new();
    private readonly BranchMover _mover;
    private readonly Admission _admission;
    private readonly Dictionary<(Scope Scope, string Binding), DateTimeOffset> _marks = [];

    /// <summary>Makes an owner of nothing yet.</summary>
    public LoopOwner(ILoopHost host, IdSource ids, TargetDirectory targets, BindingIndex bindings)
    {
        Host = host;
        Ids = ids;
        Targets = targets;
        Bindings = bindings;
        Programs = new ProgramTable(ArmProgram);
        Finisher = new EpisodeFinisher(this);
        _mover = new BranchMover(this);
        _admission = new Admission(this);
    }

    /// <summary>What it needs done outside.</summary>
    public ILoopHost Host { get; }

    /// <summary>Where ids come from.</summary>
    public IdSource Ids { get; }

    /// <summary>All targets.</summary>
    public TargetDirectory Targets { get; }

    /// <summary>All bindings.</summary>
    public BindingIndex Bindings { get; }

    /// <summary>The program states.</summary>
    public ProgramTable Programs { get; }

    /// <summary>The living episodes.</summary>
    public EpisodeTable Episodes { get; } = new();

    /// <summary>What was done and is being done.</summary>
    public ActionLedger Ledger { get; } = new();

    /// <summary>What it has done, in numbers.</summary>
    public LoopCounters Counters { get; } = new();

    /// <summary>When it wants to be called by <see cref="RunTimers"/> next; null for never.</summary>
    public DateTimeOffset? NextTimer => _timers.TryPeek(out _, out var due) ? due : null;

    internal EpisodeFinisher Finisher { get; }

    internal List<Verdict> ScratchVerdicts { get; } = [];

    /// <summary>Takes a signal's way through the loop.</summary>
    public void Take(LoopPass pass)
    {
        Counters.Signals++;
        ClosedLoop.Run(pass, this, ClosedLoop.AfterMatch);
        RunLater();
    }

    /// <summary>A deferred program has said its verdict.</summary>
    public void Resume(LoopPass pass, Verdict verdict)
    {
        if (pass.Slot is { } slot)
        {
            slot.IsEvaluating = false;
        }

        // the binding went away or changed meanwhile: its verdict counts no more, but an operation still waits for an answer
        if (Bindings.Find(pass.Active.Binding.Scope, pass.Active.Binding.Name) is not { } current || current.Policy != pass.Active.Policy)
        {
            Done(pass);
        }
        else
        {
            pass.Verdict = verdict;
            ClosedLoop.Run(pass, this, ClosedLoop.AtRestrain);
        }

        RunLater();
    }

    /// <summary>Asks the next policy about an operation.</summary>
    public void Ask(OperationQuestion question, DateTimeOffset now)
    {
        if (question.Next() is { } active && Targets.Find(question.Signal.Target) is { } target)
        {
            Take(new LoopPass { Active = active, KeyTarget = active.KeyTarget(target, Targets), Signal = question.Signal, At = now, Question = question });
        }
    }

    /// <summary>Runs the timers that are due, in order of time.</summary>
    public void RunTimers(DateTimeOffset now)
    {
        while (_timers.TryPeek(out _, out var due) && due <= now)
        {
            _timers.Dequeue()(now);
            RunLater();
        }
    }

    /// <summary>
    /// Somebody asks for an execution, a new one or an ended one that is to go on (<paramref name="kind"/> says which in the journal). Gives the
    /// execution that stands in the way, or null when it was taken (it may wait its turn).
    /// </summary>
    public Execution? Request(Execution execution, string who, DateTimeOffset now, Action whenDurable, string kind = JournalKinds.ExecutionCreated)
    {
        if (execution.TargetKey is { } target && execution.HoldsTarget && execution.OnOverlap == OverlapRule.Refuse && Ledger.HolderOf(target) is { } holder)
        {
            return holder;
        }

        var changes = new ChangeSet();
        changes.Executions.Add(execution);
        changes.Journal.Add(new JournalEntry
        {
            At = now,
            Scope = execution.Scope,
            Kind = kind,
            Who = who,
            Summary = $"{execution.Action}{(execution.Target is null ? "" : $" on `{execution.Target}`")}{(execution.DryRun ? " (dry run)" : "")}",
            Target = execution.Target,
            Binding = execution.Cause?.Binding,
            Incident = execution.Cause?.Incident,
            Episode = execution.Cause?.Episode,
            Execution = execution.Id,
        });
        var starts = Admit(execution);
        Host.Commit(changes, () =>
        {
            whenDurable();
            if (starts)
            {
                Host.Run(execution);
            }
        });
        return null;
    }

    /// <summary>Withdraws an execution that has not begun; false when there is none.</summary>
    public bool Withdraw(ExecutionId id, string who, DateTimeOffset now)
    {
        if (_admission.Withdraw(id) is not { } waiting)
        {
            return false;
        }

        var cancelled = waiting with { Status = ExecutionStatus.Cancelled, EndedAt = now, Error = $"cancelled by {who} before it began" };
        var changes = new ChangeSet();
        changes.Executions.Add(cancelled);
        Commit(changes);
        Ended(cancelled, now);
        return true;
    }

    /// <summary>An execution has ended, and is recorded as such.</summary>
    public void Ended(Execution execution, DateTimeOffset now)
    {
        Ledger.Take(execution);
        _admission.Forget(execution.Id);
        var changes = new ChangeSet();
        if (execution.Cause is { } cause && Episodes.Find(cause.Episode) is { } episode)
        {
            _mover.Ended(execution, cause, episode, now, changes);
        }

        _admission.StartQueued();
        Commit(changes);
        WakeHeld(execution.TargetKey?.Root);
        RunLater();
    }

    /// <summary>People answered a question, or its time has passed. Gives the question as it is now; null when it no longer waits.</summary>
    public Approval? Decide(string subject, ApprovalStatus status, string who, string? comment, DateTimeOffset now)
    {
        if (Ledger.ApprovalOf(subject) is not { Status: ApprovalStatus.Pending } approval)
        {
            return null;
        }

        approval = approval with { Status = status, DecidedBy = who, DecidedAt = now, Comment = comment };
        Ledger.Take(approval);
        var changes = new ChangeSet();
        changes.Approvals.Add(approval);
        changes.Journal.Add(new JournalEntry
        {
            At = now,
            Scope = approval.Scope,
            Kind = JournalKinds.ApprovalDecided,
            Who = who,
            Summary = $"{status.ToString().ToLowerInvariant()}: {approval.Message}{(comment is null ? "" : $" ({comment})")}",
            Target = approval.Target,
            Binding = approval.Episode?.Binding,
            Incident = approval.Incident,
            Execution = approval.Execution,
            Data = Documents.Json.Object(("approval", approval.Id.Value)),
        });
        if (approval.Episode is { } key && Episodes.Find(key) is { } episode)
        {
            _mover.Answered(approval, episode, now, changes);
        }
        else
        {
            Ledger.ForgetApproval(subject);
        }

        Host.Commit(changes, () => Host.Decided(approval));
        RunLater();
        return approval;
    }

    /// <summary>A question is asked by a workflow's step, not by the loop.</summary>
    public void Take(Approval approval)
    {
        Ledger.Take(approval);
        if (approval.ExpiresAt is not null)
        {
            ArmApproval(approval);
        }
    }

    /// <summary>The binding was removed or disabled: its incidents are terminated, its keys dropped. What runs, runs on.</summary>
    public void Terminate(Scope scope, string binding, string why, DateTimeOffset now)
    {
        var changes = new ChangeSet();
        foreach (var episode in Episodes.Living.Where(e => e.Key.Scope == scope && e.Key.Binding == binding).ToList())
        {
            Finisher.Terminate(episode, IncidentStatus.Terminated, why, now, changes);
        }

        Programs.Drop(scope, binding);
        _marks.Remove((scope, binding));
        Commit(changes);
        RunLater();
    }

    /// <summary>Targets have changed: takes the change, makes it durable, calls back. What waited for such a change is asked again.</summary>
    public void Change(ChangeSet changes, DateTimeOffset now, Action? whenDurable)
    {
        Host.Commit(changes, whenDurable);
        Adopt(changes, now);
    }

    /// <summary>Targets have changed, and that is durable already.</summary>
    public void Adopt(ChangeSet changes, DateTimeOffset now)
    {
        foreach (var target in changes.Targets)
        {
            Targets.Put(target);
        }

        var ended = new ChangeSet();
        foreach (var gone in changes.RemovedTargets)
        {
            Targets.Remove(gone);
            Programs.Drop(gone);
            Finisher.TargetGone(gone, now, ended);
        }

        Commit(ended);
        WakeHeld(changes.Targets.Count > 0 ? changes.Targets[0].Key.Root : changes.RemovedTargets.Count > 0 ? changes.RemovedTargets[0].Root : null);
        RunLater();
    }

    /// <summary>A driver or an agent saw the state of a target; a change is recorded.</summary>
    public void Observe(TargetKey key, TargetState state, string? reason, DateTimeOffset now)
    {
        // while an execution works on it, the execution says what the state is
        if (Targets.Find(key) is not { } target || target.State == state || Ledger.HolderOf(key) is not null && state != TargetState.Failed)
        {
            return;
        }

        var changes = new ChangeSet();
        changes.Targets.Add(target with { State = state, StateReason = reason, StateSince = now });
        changes.Journal.Add(new JournalEntry
        {
            At = now,
            Scope = key.Scope,
            Kind = JournalKinds.TargetChanged,
            Who = "system",
            Summary = $"`{key}` is {state.ToString().ToLowerInvariant()}{(reason is null ? "" : $": {reason}")}",
            Target = key.Path,
        });
        Change(changes, now, null);
    }

    /// <summary>The silences have changed: what they held back is asked again.</summary>
    public void Take(IReadOnlyList<Silence> silences)
    {
        Ledger.Take(silences);
        WakeHeld(null);
        RunLater();
    }

    /// <summary>A binding was put or changed: what its restraints held back is asked again.</summary>
    public void Changed(ActiveBinding active)
    {
        foreach (var episode in Episodes.Living.Where(e => e.Key.Scope == active.Binding.Scope && e.Key.Binding == active.Binding.Name).ToList())
        {
            var id = episode.Id;
            Later(() => Wake(id));
        }

        RunLater();
    }

    /// <summary>Adds what is to be kept of program states and schedules since the last call.</summary>
    public void Checkpoint(DateTimeOffset now, ChangeSet into)
    {
        Programs.Checkpoint(now, into);
        foreach (var ((scope, binding), due) in _marks)
        {
            into.Schedules.Add(new ScheduleMark(scope, binding, due));
        }

        _marks.Clear();
    }

    /// <summary>Takes up what lived before a restart. Executions are run again by the caller, with <see cref="Readmit"/> first.</summary>
    public void Restore(Episode episode, Incident? incident)
    {
        if (incident is not null)
        {
            Episodes.Put(incident);
        }

        Episodes.Put(episode);
        ArmEpisode(episode);
    }

    /// <summary>After a restart: is this unended execution to run now? Else it waits its turn behind another.</summary>
    public bool Readmit(Execution execution) => Admit(execution);

    /// <summary>After a restart: an ended execution; its episode may not have heard of the end.</summary>
    public void Reconcile(Execution ended, DateTimeOffset now)
    {
        Ledger.Take(ended);
        if (ended.Cause is { } cause && Episodes.Find(cause.Episode) is { } episode)
        {
            var branch = episode.Branches.FirstOrDefault(b => b.Execution == ended.Id);
            if (branch?.Phase == BranchPhase.Settling)
            {
                _mover.AwaitJudgement(ended);
            }
            else if (branch?.Phase == BranchPhase.Running)
            {
                Ended(ended, now);
            }
        }
    }

    /// <summary>Asks again what an episode's restraints say; after a restart, for each living one.</summary>
    public void Wake(EpisodeId id)
    {
        if (Episodes.Find(id) is not { } episode || episode.Branches.All(b => b.Phase is not (BranchPhase.Ready or BranchPhase.Held))
            || Bindings.Find(episode.Key.Scope, episode.Key.Binding) is not { } active || active.Binding.Repeat == RepeatRule.Signal)
        {
            return;
        }

        var origin = new TargetKey(episode.Key.Scope, episode.Origin);
        var pass = new LoopPass { Active = active, KeyTarget = Targets.Find(origin) ?? new Target { Key = origin, Kind = "unknown" }, At = Ids.Now };
        pass.Subjects.Add(new Subject { Before = episode, Episode = episode, NoEscalation = episode.Key.Check == RestrainStep.FailureCheck });
        ClosedLoop.Run(pass, this, ClosedLoop.AtRestrain);
    }

    /// <summary>Does this after the current message, so that a step never runs inside a step.</summary>
    internal void Later(Action action) => _later.Enqueue(action);

    /// <summary>The pass is over: writes, then starts, then answers and marks.</summary>
    internal void Done(LoopPass pass)
    {
        if (pass.Signal is TickSignal tick)
        {
            _marks[(pass.Active.Binding.Scope, pass.Active.Binding.Name)] = tick.DueAt;
        }

        if (!pass.Changes.IsEmpty)
        {
            var starts = pass.Starts;
            Host.Commit(pass.Changes, starts.Count == 0 ? null : () =>
            {
                foreach (var execution in starts)
                {
                    Host.Run(execution);
                }
            });
        }

        if (pass.Question is { } question)
        {
            if (pass.Verdict is null)
            {
                question.Take(pass.Active, default);
            }

            if (!question.Answer.IsCompleted)
            {
                Later(() => Ask(question, pass.At));
            }
        }
    }

    /// <summary>Takes the target for the execution; false when it must wait.</summary>
    internal bool Admit(Execution execution) => _admission.Admit(execution);

    /// <summary>Marks an execution as having helped or not.</summary>
    internal void Judge(ExecutionId id, Effect effect, string why, DateTimeOffset now, ChangeSet changes) => _mover.Judge(id, effect, why, now, changes);

    /// <summary>Does this at a time.</summary>
    internal void At(DateTimeOffset due, Action<DateTimeOffset> action) => _timers.Enqueue(action, due);

    internal void ArmEpisode(Episode episode)
    {
        foreach (var branch in episode.Branches)
        {
            ArmBranch(episode.Id, branch);
        }
    }

    internal void ArmBranch(EpisodeId id, BranchState branch)
    {
        if (branch.Until is { } until && branch.Phase is BranchPhase.Held or BranchPhase.Settling)
        {
            _timers.Enqueue(now => _mover.Due(id, now), until);
        }
    }

    internal void ArmApproval(Approval approval)
    {
        var subject = approval.Subject;
        _timers.Enqueue(now => Decide(subject, ApprovalStatus.Expired, "system", null, now), approval.ExpiresAt!.Value);
    }

    private void ArmProgram(ProgramSlot slot)
    {
        _timers.Enqueue(now => ProgramDue(slot, now), slot.ArmedFor!.Value);
    }

    private void ProgramDue(ProgramSlot slot, DateTimeOffset now)
    {
        if (slot.ArmedFor is not { } armed || armed > now || Programs.Find(slot.Active.Binding.Scope, slot.Active.Binding.Name, slot.Target.Key.Path) != slot)
        {
            return;
        }

        slot.ArmedFor = null;
        if (slot.Instance?.NextTimer is not { } next)
        {
            return;
        }

        if (next > now)
        {
            Programs.Arm(slot);
            return;
        }

        Take(new LoopPass { Active = slot.Active, KeyTarget = slot.Target, At = now, IsTimer = true });
    }

    private void WakeHeld(string? root)
    {
        foreach (var episode in root is null ? Episodes.Living : Episodes.Under(root))
        {
            if (episode.Branches.Any(b => b.Phase is BranchPhase.Held or BranchPhase.Ready))
            {
                var id = episode.Id;
                Later(() => Wake(id));
            }
        }
    }

    internal void Commit(ChangeSet changes)
    {
        if (!changes.IsEmpty)
        {
            Host.Commit(changes, null);
        }
    }

    private void RunLater()
    {
        while (_later.TryDequeue(out var action))
        {
            action();
        }
    }
}
