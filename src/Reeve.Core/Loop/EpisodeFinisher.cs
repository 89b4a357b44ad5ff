using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// Ends episodes: judges what settled, withdraws what was asked, resolves or terminates the incident, begins the resolution.
/// </summary>
public sealed class EpisodeFinisher(LoopOwner owner)
{
    /// <summary>A pass found the subject cleared: what settled has helped; if nothing runs any more, the episode is finished.</summary>
    public void Cleared(Subject subject, DateTimeOffset now, ChangeSet changes)
    {
        foreach (var branch in subject.Before!.Branches)
        {
            if (branch.Phase == BranchPhase.Settling && branch.Execution is { } execution)
            {
                owner.Mover.Judge(execution, Effect.Effective, "the finding cleared within the settle time", now, changes);
            }
        }

        Withdraw(subject.Before, now, changes);
        subject.Episode = FinishIfQuiet(subject.Episode, now, changes);
        changes.Episodes.Add(subject.Episode);
    }

    /// <summary>The episode has cleared and nothing of it runs: resolves its incident and begins the resolution, or ends it.</summary>
    public Episode FinishIfQuiet(Episode episode, DateTimeOffset now, ChangeSet changes)
    {
        if (episode.ClearedAt is null || episode.EndedAt is not null || EpisodeMachine.IsRunning(episode))
        {
            return episode;
        }

        if (episode.Resolving)
        {
            return episode.Branches.All(b => b.IsOver) ? episode with { EndedAt = now } : episode;
        }

        End(episode, IncidentStatus.Resolved, JournalKinds.IncidentResolved, "nothing is found any more", now, changes);
        var binding = owner.Bindings.Find(episode.Key.Scope, episode.Key.Binding)?.Binding;
        var isFailure = episode.Key.Check == RestrainStep.FailureCheck;
        var finished = EpisodeMachine.Finish(episode, isFailure ? null : binding, now);
        if (finished.EndedAt is null)
        {
            owner.Later(() => owner.Wake(finished.Id));
        }

        return finished;
    }

    /// <summary>The binding went away, or the target did: nothing more is done, and what runs runs on.</summary>
    public void Terminate(Episode episode, IncidentStatus status, string why, DateTimeOffset now, ChangeSet changes)
    {
        Withdraw(episode, now, changes);
        var kind = status == IncidentStatus.Terminated ? JournalKinds.IncidentTerminated : JournalKinds.IncidentResolved;
        End(episode, status, kind, why, now, changes);
        var ended = episode with { EndedAt = now, ClearedAt = episode.ClearedAt ?? now };
        owner.Episodes.Put(ended);
        owner.Ledger.Forget(episode.Key);
        owner.Mover.Forget(episode);
        changes.Episodes.Add(ended);
    }

    /// <summary>A target is gone: episodes about it or from it end, except where something runs for them, which ends first.</summary>
    public void TargetGone(TargetKey gone, DateTimeOffset now, ChangeSet changes)
    {
        foreach (var episode in owner.Episodes.Under(gone.Root).ToList())
        {
            var about = new TargetKey(episode.Key.Scope, episode.Key.Target);
            var from = new TargetKey(episode.Key.Scope, episode.Origin);
            if (!gone.Covers(about) && !gone.Covers(from))
            {
                continue;
            }

            if (!EpisodeMachine.IsRunning(episode))
            {
                Terminate(episode, IncidentStatus.Resolved, "the target is gone", now, changes);
            }
            else if (episode.Stands)
            {
                var cleared = EpisodeMachine.Clear(episode, now);
                owner.Episodes.Put(cleared);
                changes.Episodes.Add(cleared);
            }
        }
    }

    private void End(Episode episode, IncidentStatus status, string kind, string why, DateTimeOffset now, ChangeSet changes)
    {
        if (owner.Episodes.IncidentOf(episode.Id) is not { } incident)
        {
            return;
        }

        incident = incident with { Status = status, EndedAt = now, ChangedAt = now };
        owner.Episodes.Put(incident);
        changes.Incidents.Add(incident);
        changes.Journal.Add(new JournalEntry
        {
            At = now,
            Scope = episode.Key.Scope,
            Kind = kind,
            Who = status == IncidentStatus.Terminated ? "system" : $"policy/{incident.Policy}",
            Summary = $"{incident.Summary}: {why}",
            Target = episode.Key.Target,
            Binding = episode.Key.Binding,
            Policy = incident.Policy,
            PolicyRevision = incident.PolicyRevision,
            Incident = incident.Id,
            Episode = episode.Id,
            Data = Json.Object(("why", why)),
        });
    }

    private void Withdraw(Episode episode, DateTimeOffset now, ChangeSet changes)
    {
        foreach (var approval in owner.Ledger.PendingApprovals.Where(a => episode.Branches.Any(b => b.Approval == a.Id)).ToList())
        {
            var withdrawn = approval with { Status = ApprovalStatus.Withdrawn, DecidedAt = now, Comment = "the finding has cleared" };
            owner.Ledger.ForgetApproval(approval.Subject);
            changes.Approvals.Add(withdrawn);
        }
    }
}
