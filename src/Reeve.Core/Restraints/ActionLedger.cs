using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Targets;

namespace Reeve.Core.Restraints;

/// <summary>
/// What one owner's actions were and are: the executions under way, the last ones by binding and by target, when findings came, the
/// silences and the approvals. Rebuilt from the store at a start; only its owner touches it.
/// </summary>
public sealed class ActionLedger
{
    private readonly Dictionary<ExecutionId, Execution> _live = [];
    private readonly Dictionary<(Scope Scope, string Root), Dictionary<ExecutionId, Execution>> _holders = [];
    private readonly Dictionary<(Scope Scope, string Binding, string Target), Dictionary<(string Branch, int Step), LastAction>>
        _byBinding = [];
    private readonly Dictionary<TargetKey, LastAction> _byTarget = [];
    private readonly Dictionary<(Scope Scope, string Binding), Dictionary<ExecutionId, DateTimeOffset>> _starts = [];
    private readonly Dictionary<EpisodeKey, Queue<DateTimeOffset>> _findings = [];
    private readonly Dictionary<TargetKey, Settling> _settling = [];
    private readonly Dictionary<string, Approval> _approvals = new(StringComparer.Ordinal);
    private IReadOnlyList<Silence> _silences = [];

    /// <summary>How many start times and finding times are kept for each key: what a budget or an accumulation can count to.</summary>
    public const int MaxTimes = 10_000;

    /// <summary>The executions that have not ended.</summary>
    public IReadOnlyCollection<Execution> Live => _live.Values;

    /// <summary>An execution that has not ended, or null.</summary>
    public Execution? FindLive(ExecutionId id) => _live.GetValueOrDefault(id);

    /// <summary>Takes an execution as it is now: created, changed or ended.</summary>
    public void Take(Execution execution)
    {
        Keep(execution);
        if (execution.TargetKey is not { } target || execution.DryRun)
        {
            return;
        }

        var last = new LastAction(execution.Id, execution.Action, execution.CreatedAt, execution.EndedAt, execution.Cause?.Episode);
        if (execution.Action.Kind is ActionKind.Operation or ActionKind.Workflow && IsNewer(_byTarget.GetValueOrDefault(target), last))
        {
            _byTarget[target] = last;
        }

        if (execution.Cause is { } cause)
        {
            var key = (execution.Scope, cause.Binding, target.Path);
            if (!_byBinding.TryGetValue(key, out var steps))
            {
                _byBinding[key] = steps = [];
            }

            if (IsNewer(steps.GetValueOrDefault((cause.Branch, cause.Step)), last))
            {
                steps[(cause.Branch, cause.Step)] = last;
            }

            CountStart((execution.Scope, cause.Binding), execution);
        }
    }

    /// <summary>A finding came.</summary>
    public void TakeFinding(EpisodeKey key, DateTimeOffset at) => AddTime(_findings, key, at);

    /// <summary>An approval as it is now.</summary>
    public void Take(Approval approval) => _approvals[approval.Subject] = approval;

    /// <summary>The question that was asked about a subject is no longer of use.</summary>
    public void ForgetApproval(string subject) => _approvals.Remove(subject);

    /// <summary>The silences as they are now.</summary>
    public void Take(IReadOnlyList<Silence> silences) => _silences = silences;

    /// <summary>
    /// The last action of the binding on the target that the one in question comes after, or null. The other steps and branches of the
    /// same escalation belong to it and do not count; an earlier attempt of the same step does.
    /// </summary>
    public LastAction? LastOf(in RestraintQuestion question)
    {
        if (!_byBinding.TryGetValue((question.Binding.Scope, question.Binding.Name, question.Target.Key.Path), out var steps))
        {
            return null;
        }

        LastAction? last = null;
        foreach (var (step, action) in steps)
        {
            var isSibling = action.Episode == question.Episode.Id && step != (question.Branch.Name, question.Branch.Step);
            last = !isSibling && IsNewer(last, action) ? action : last;
        }

        return last;
    }

    /// <summary>The last operation or workflow of anybody on a target, or null.</summary>
    public LastAction? LastOn(TargetKey target) => _byTarget.GetValueOrDefault(target);

    /// <summary>An unended execution that holds the target, something above or something below; or null.</summary>
    public Execution? HolderOf(TargetKey target)
    {
        foreach (var execution in HoldersOf(target))
        {
            return execution;
        }

        return null;
    }

    /// <summary>The unended executions that hold the target, something above or something below.</summary>
    public IEnumerable<Execution> HoldersOf(TargetKey target)
    {
        if (_holders.TryGetValue((target.Scope, target.Root), out var holders))
        {
            foreach (var execution in holders.Values)
            {
                if (execution.TargetKey is { } held && held.Overlaps(target))
                {
                    yield return execution;
                }
            }
        }
    }

    /// <summary>An action has ended and gets time to show its effect.</summary>
    public void TakeSettling(TargetKey target, Settling settling) => _settling[target] = settling;

    /// <summary>The action that still gets time to show its effect on a target, or null.</summary>
    public Settling? SettlingOn(TargetKey target, DateTimeOffset now)
    {
        if (!_settling.TryGetValue(target, out var settling))
        {
            return null;
        }

        if (now < settling.Until)
        {
            return settling;
        }

        _settling.Remove(target);
        return null;
    }

    /// <summary>How many actions a binding started after an instant, and when the oldest of them was.</summary>
    public (int Count, DateTimeOffset Oldest) StartedSince(Scope scope, string binding, DateTimeOffset since) =>
        CountSince(_starts.GetValueOrDefault((scope, binding))?.Values, since);

    /// <summary>How many findings came after an instant, and when the oldest of them was.</summary>
    public (int Count, DateTimeOffset Oldest) FoundSince(EpisodeKey key, DateTimeOffset since) =>
        CountSince(_findings.GetValueOrDefault(key), since);

    /// <summary>The question asked about a subject, or null.</summary>
    public Approval? ApprovalOf(string subject) => _approvals.GetValueOrDefault(subject);

    /// <summary>All questions that wait for an answer.</summary>
    public IEnumerable<Approval> PendingApprovals => _approvals.Values.Where(a => a.Status == ApprovalStatus.Pending);

    /// <summary>The silences.</summary>
    public IReadOnlyList<Silence> Silences => _silences;

    /// <summary>Forgets what a removed binding did.</summary>
    public void Forget(EpisodeKey key) => _findings.Remove(key);

    private void Keep(Execution execution)
    {
        var root = (execution.Scope, execution.TargetKey?.Root ?? "");
        if (execution.IsEnded)
        {
            _live.Remove(execution.Id);
            if (_holders.TryGetValue(root, out var holders) && holders.Remove(execution.Id) && holders.Count == 0)
            {
                _holders.Remove(root);
            }

            return;
        }

        _live[execution.Id] = execution;
        if (execution.HoldsTarget)
        {
            if (!_holders.TryGetValue(root, out var holders))
            {
                _holders[root] = holders = [];
            }

            holders[execution.Id] = execution;
        }
    }

    // an execution is taken several times in its life and counts once; what was withdrawn before it began counts no more
    private void CountStart((Scope Scope, string Binding) key, Execution execution)
    {
        if (!_starts.TryGetValue(key, out var starts))
        {
            _starts[key] = starts = [];
        }

        if (execution.IsEnded && execution.StartedAt is null)
        {
            starts.Remove(execution.Id);
            return;
        }

        starts[execution.Id] = execution.CreatedAt;
        if (starts.Count > MaxTimes)
        {
            starts.Remove(starts.MinBy(s => s.Value).Key);
        }
    }

    private static bool IsNewer(LastAction? known, LastAction candidate) => known is null || candidate.StartedAt >= known.StartedAt;

    private static void AddTime<TKey>(Dictionary<TKey, Queue<DateTimeOffset>> into, TKey key, DateTimeOffset at) where TKey : notnull
    {
        if (!into.TryGetValue(key, out var times))
        {
            into[key] = times = new Queue<DateTimeOffset>();
        }

        times.Enqueue(at);
        if (times.Count > MaxTimes)
        {
            times.Dequeue();
        }
    }

    private static (int Count, DateTimeOffset Oldest) CountSince(IReadOnlyCollection<DateTimeOffset>? times, DateTimeOffset since)
    {
        var count = 0;
        var oldest = DateTimeOffset.MaxValue;
        foreach (var at in times ?? [])
        {
            if (at > since)
            {
                count++;
                oldest = at < oldest ? at : oldest;
            }
        }

        return (count, oldest);
    }
}

/// <summary>The last action of its kind.</summary>
public sealed record LastAction(
    ExecutionId Execution, ActionSpec Action, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, EpisodeId? Episode);

/// <summary>An action that gets time to show its effect on a target.</summary>
/// <param name="Binding">Whose action.</param>
/// <param name="Action">Which, in a word.</param>
/// <param name="Direction">+1 scaled out, −1 scaled in, 0 neither.</param>
/// <param name="Until">Until when.</param>
public sealed record Settling(string Binding, string Action, int Direction, DateTimeOffset Until);
