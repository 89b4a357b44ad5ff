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
        Mover = new BranchMover(this);
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

    internal BranchMover Mover { get; }

    internal RemarkBook Remarks { get; } = new();

    internal List<Verdict> ScratchVerdicts { get; } = [];

    /// <summary>Takes a signal's way through the loop.</summary>
    public void Take(LoopPass pass)
    {
        Counters.Signals++;
        ClosedLoop.Run(pass, this, from: 0);
        RunLater();
    }

    /// <summary>A deferred program has said its verdict.</summary>
    public void Resume(LoopPass pass, Verdict verdict)
    {
        if (pass.Slot is { } slot)
        {
            slot.IsEvaluating = false;
        }

        // the binding went away or its policy changed meanwhile: the verdict counts no more, but an operation still waits for an answer
        if (!MatchStep.Renew(pass, Bindings, isSamePolicy: true))
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
        if (question.Next() is { } active)
        {
            // what is asked about may not be there yet, or no more
            var target = Targets.Find(question.Signal.Target) ?? new Target { Key = question.Signal.Target, Kind = "unknown" };
            var keyTarget = active.KeyTarget(target, Targets);
            Take(new LoopPass { Active = active, KeyTarget = keyTarget, Signal = question.Signal, At = now, Question = question });
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
    /// Somebody asks for an execution. Gives the one that stands in the way, or null when it was taken (it may wait its turn).
    /// </summary>
    public Execution? Request(Execution execution, string who, DateTimeOffset now, Action whenDurable) =>
        _admission.Request(execution, who, now, whenDurable);

    /// <summary>
    /// Somebody asks for an ended execution to go on: what was done stays done, what failed is tried again. Gives the execution that
    /// stands in the way, or null.
    /// </summary>
    public Execution? Resume(Execution execution, string who, DateTimeOffset now, Action whenDurable) =>
        _admission.Resume(execution, who, now, whenDurable);

    /// <summary>Withdraws an execution that still waits its turn, and gives it as it is now; null when there is none.</summary>
    public Execution? Withdraw(ExecutionId id, string who, DateTimeOffset now)
    {
        if (_admission.Withdraw(id) is not { } waiting)
        {
            return null;
        }

        var cancelled = waiting with { Status = ExecutionStatus.Cancelled, EndedAt = now, Error = $"cancelled by {who} before it began" };
        var changes = new ChangeSet();
        changes.Executions.Add(cancelled);
        changes.Journal.Add(new JournalEntry
        {
            At = now,
            Scope = waiting.Scope,
            Kind = JournalKinds.ExecutionEnded,
            Who = who,
            Summary = $"{waiting.Action}{(waiting.Target is null ? "" : $" on `{waiting.Target}`")} was cancelled before it began",
            Target = waiting.Target,
            Execution = id,
        });
        Commit(changes);
        Ended(cancelled, now);
        return cancelled;
    }

    /// <summary>An execution has ended, and is recorded as such.</summary>
    public void Ended(Execution execution, DateTimeOffset now)
    {
        Counters.Ended.AddOrUpdate(execution.Status, 1, (_, count) => count + 1);
        Ledger.Take(execution);
        var changes = new ChangeSet();
        Mover.Ended(execution, now, changes);
        _admission.Withdraw(execution.Id);
        var next = _admission.Next();
        Host.Commit(changes, () => next.ForEach(Host.Run));
        WakeHeld(execution.TargetKey?.Root);
        RunLater();
    }

    /// <summary>
    /// People answered a question, or its time has passed. Gives the question as it is now; null when it no longer waits.
    /// </summary>
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
            Episode = approval.Episode is { } asker ? Episodes.Find(asker)?.Id : null,
            Execution = approval.Execution,
            Data = Documents.Json.Object(("approval", approval.Id.Value)),
        });
        Mover.Decided(approval, now, changes);
        if (status != ApprovalStatus.Approved || approval.Episode is null)
        {
            // only a yes is looked at again, by the restraint that asked
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
        Remarks.Drop(scope, binding);
        _marks.Remove((scope, binding));
        Commit(changes);
        RunLater();
    }

    /// <summary>
    /// Targets have changed: takes the change, makes it durable, calls back. What waited for such a change is asked again.
    /// </summary>
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
        foreach (var root in changes.Targets.Select(t => t.Key).Concat(changes.RemovedTargets).Select(k => k.Root).Distinct())
        {
            WakeHeld(root);
        }

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
        foreach (var episode in Episodes.Living
            .Where(e => e.Key.Scope == active.Binding.Scope && e.Key.Binding == active.Binding.Name)
            .ToList())
        {
            var id = episode.Id;
            Later(() => Wake(id));
        }

        RunLater();
    }

    /// <summary>A schedule begins: what falls due from now on is not missed, also when nothing runs at that time.</summary>
    public void Begin(Scope scope, string binding, DateTimeOffset now) => _marks[(scope, binding)] = now;

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

    /// <summary>Takes up what lived before a restart.</summary>
    internal void Restore(Episode episode, Incident? incident)
    {
        if (incident is not null)
        {
            Episodes.Put(incident);
        }

        Episodes.Put(episode);
        ArmEpisode(episode);
    }

    /// <summary>After a restart: everything that waits is asked again.</summary>
    internal void WakeAll()
    {
        WakeHeld(null);
        RunLater();
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
        var keyTarget = Targets.Find(origin) ?? new Target { Key = origin, Kind = "unknown" };
        var pass = new LoopPass { Active = active, KeyTarget = keyTarget, At = Ids.Now };
        var isFailure = episode.Key.Check == RestrainStep.FailureCheck;
        pass.Subjects.Add(new Subject { Before = episode, Episode = episode, NoEscalation = isFailure });
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

        if (pass.HasChanges)
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

    /// <summary>Takes the target for the execution; false when it must wait for another one that has it.</summary>
    internal bool Admit(Execution execution, DateTimeOffset now) => _admission.Admit(execution, now);

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
            _timers.Enqueue(now => Mover.Due(id, now), until);
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
        if (slot.ArmedFor is not { } armed
            || armed > now
            || Programs.Find(slot.Active.Binding.Scope, slot.Active.Binding.Name, slot.Target.Key.Path) != slot)
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
