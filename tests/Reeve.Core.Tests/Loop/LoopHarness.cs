using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Matching;
using Reeve.Core.Policies;
using Reeve.Core.Restraints;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Time;

namespace Reeve.Core.Tests.Loop;

/// <summary>
/// The closed loop in virtual time: changes become durable in order, executions run until the test ends them, and a crash leaves
/// nothing but what was durable.
/// </summary>
internal sealed class LoopHarness : ILoopHost
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly Queue<(ChangeSet Changes, Action? WhenDurable)> _pending = new();
    private readonly Dictionary<string, ScriptedProgram> _programs = [];
    private readonly Random _random = new(7);
    private IReadOnlyList<Silence> _silences = [];
    private long _sequence;

    public LoopHarness()
    {
        Time = new VirtualTime(Start);
        Owner = NewOwner();
        AddGroup("shop/web", 3, new Capacity(1, 5, 3));
    }

    public VirtualTime Time { get; }

    public LoopOwner Owner { get; private set; }

    public TargetDirectory Targets { get; private set; } = new();

    public BindingIndex Bindings { get; } = new();

    public KeptRecords Kept { get; } = new();

    /// <summary>What runs now, in order of its start.</summary>
    public List<Execution> Running { get; } = [];

    /// <summary>All that was ever run, also again after a crash.</summary>
    public List<Execution> Ran { get; } = [];

    /// <summary>The passes that wait for the verdict of a deferred program.</summary>
    public List<LoopPass> Deferred { get; } = [];

    /// <summary>The answers that were handed on.</summary>
    public List<Approval> Answers { get; } = [];

    /// <summary>Do changes wait for <see cref="Flush"/> to become durable?</summary>
    public bool HoldsWrites { get; set; }

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>What was started so far, as text: action, target, attempt.</summary>
    public IEnumerable<string> Started =>
        Kept.Executions.OrderBy(e => e.Id.Value, StringComparer.Ordinal).Select(e => $"{e.Action} {e.Target} #{e.Cause?.Attempt}");

    public Episode Episode => Assert.Single(Owner.Episodes.Living);

    public BranchState Branch => Assert.Single(Episode.Branches);

    public Incident Incident => Assert.Single(Kept.Incidents);

    public IEnumerable<string> JournalKinds => Kept.Journal.Select(j => j.Kind);

    public void Commit(ChangeSet changes, Action? whenDurable) => _pending.Enqueue((changes, whenDurable));

    public void Run(Execution execution)
    {
        // only what is durable may run, and nothing twice
        Assert.True(Kept.HasExecution(execution.Id));
        Assert.DoesNotContain(Running, e => e.Id == execution.Id);
        Running.Add(execution);
        Ran.Add(execution);
    }

    public void Decided(Approval approval) => Answers.Add(approval);

    public void Defer(LoopPass pass, LoopOwner owner) => Deferred.Add(pass);

    /// <summary>Makes durable what waits, or only the first so many.</summary>
    public void Flush(int most = int.MaxValue)
    {
        while (most-- > 0 && _pending.TryDequeue(out var next))
        {
            Kept.Write(next.Changes);
            next.WhenDurable?.Invoke();
        }
    }

    public void AddGroup(string path, int members, Capacity capacity)
    {
        var changes = new ChangeSet();
        var key = new TargetKey(Scope.Default, path);
        for (var parent = key.Parent; parent is { } up; parent = up.Parent)
        {
            changes.Targets.Insert(0, new Target { Key = up, Kind = "deployment", Declared = true });
        }

        changes.Targets.Add(new Target { Key = key, Kind = TargetKinds.Group, Declared = true, Capacity = capacity });
        for (var i = 1; i <= members; i++)
        {
            changes.Targets.Add(new Target
            {
                Key = key.Child($"{key.Name}-{i}"),
                Kind = TargetKinds.Instance,
                State = TargetState.Started,
            });
        }

        Owner.Change(changes, Now, null);
        Done();
    }

    public ScriptedProgram Bind(string name, Func<Binding, Binding>? how = null, long policyRevision = 1, IProgram? program = null)
    {
        var binding = new Binding
        {
            Scope = Scope.Default,
            Name = name,
            Policy = $"{name}-policy",
            Targets = new TargetSelector { Path = "shop" },
            Events = [new EventFilter("health")],
            Escalation = [Act(Do("heal"))],
            Restraints = new RestraintSettings(),
        };
        binding = how?.Invoke(binding) ?? binding;
        var scripted = _programs.TryGetValue(name, out var known) ? known : _programs[name] = new ScriptedProgram();
        var policy = new Policy(binding.Scope, binding.Policy, "scripted-1.0", Json.EmptyObject, policyRevision);
        var type = new PolicyType { Name = "scripted", Version = "1.0", Engine = "scripted", Properties = null! };
        var active = new ActiveBinding(binding, policy, type, program ?? scripted);
        Bindings.Put(active);
        if (binding.Enabled)
        {
            Owner.Changed(active);
        }
        else
        {
            Owner.Terminate(binding.Scope, name, "the binding was disabled", Now);
        }

        Done();
        return scripted;
    }

    public void Unbind(string name)
    {
        Bindings.Remove(Scope.Default, name);
        Owner.Terminate(Scope.Default, name, "the binding was removed", Now);
        Done();
    }

    public static Branch Act(params ImmutableArray<EscalationStep> steps) => new("main", steps);

    public static EscalationStep Do(string operation, string? target = null, string inputs = "{}") =>
        new(new ActionSpec(ActionKind.Operation, operation, Json.Parse(inputs), target));

    public static EscalationStep Call(string actor, string inputs = "{}") =>
        new(new ActionSpec(ActionKind.Actor, actor, Json.Parse(inputs)));

    public static EscalationStep Ask(string message, TimeSpan? timeout = null) =>
        new(new ActionSpec(ActionKind.Approval, "approval", Json.Object(("message", message)))) { Timeout = timeout };

    public void Bad(string target = "shop/web/web-1", string state = "bad") => See(target, state);

    public void Good(string target = "shop/web/web-1") => See(target, "good");

    public void See(string target, string state, string service = "health")
    {
        var seen = new Event { Target = target, Service = service, State = state, Time = Now };
        var signal = new EventSignal { Scope = Scope.Default, At = Now, Event = seen, Sequence = ++_sequence };
        var ways = new List<LoopPass>();
        var wanting = new List<ActiveBinding>();
        var version = Targets.Version;
        var resolved = Targets.Resolve(Scope.Default, target)!;
        Bindings.Match(resolved, seen, wanting);
        MatchStep.Event(signal, resolved, version, wanting, Targets, ways);
        ways.ForEach(w => Owner.Take(w));
        Done();
    }

    public void Tick(string binding)
    {
        var signal = new TickSignal { Scope = Scope.Default, At = Now, DueAt = Now };
        foreach (var way in MatchStep.Tick(signal, Bindings.Find(Scope.Default, binding)!, Targets))
        {
            Owner.Take(way);
        }

        Done();
    }

    /// <summary>Asks the policies about an operation, as an execution does before it begins.</summary>
    public OperationQuestion Question(string operation, string target = "shop/web", string data = "{}")
    {
        var key = new TargetKey(Scope.Default, target);
        var signal = new OperationSignal
        {
            Scope = Scope.Default,
            At = Now,
            Execution = new("exe-asked"),
            Operation = operation,
            Target = key,
            Phase = OperationPhase.Before,
            Inputs = Json.EmptyObject,
            Data = Json.Parse(data),
            RequestedBy = "ann",
        };
        var about = Targets.Find(key) ?? new Target { Key = key, Kind = "unknown" };
        var question = new OperationQuestion(signal, Bindings.Match(about, operation, OperationPhase.Before));
        Owner.Ask(question, Now);
        Done();
        return question;
    }

    public void Resume(Verdict verdict)
    {
        var pass = Deferred[0];
        Deferred.RemoveAt(0);
        Owner.Resume(pass, verdict);
        Done();
    }

    public Execution Succeed() => End(ExecutionStatus.Succeeded);

    public Execution Fail() => End(ExecutionStatus.Failed);

    public Execution End(ExecutionStatus status, Execution? which = null)
    {
        var ended = MarkEnded(status, which);
        Owner.Ended(ended, Now);
        Done();
        return ended;
    }

    /// <summary>The worker has recorded the end, and dies before it can say so.</summary>
    public Execution MarkEnded(ExecutionStatus status, Execution? which = null)
    {
        which ??= Running[0];
        Assert.True(Running.RemoveAll(r => r.Id == which.Id) == 1);
        var ended = which with
        {
            Status = status,
            StartedAt = which.CreatedAt,
            EndedAt = Now,
            Error = status == ExecutionStatus.Failed ? "it broke" : null,
        };
        var changes = new ChangeSet();
        changes.Executions.Add(ended);
        Commit(changes, null);
        Done();
        return ended;
    }

    /// <summary>Somebody asks for an operation; gives what stands in the way.</summary>
    public Execution? Request(
        string id, string operation, string target, OverlapRule rule = OverlapRule.Queue, DateTimeOffset? at = null, string? parent = null)
    {
        var execution = new Execution
        {
            Id = new(id),
            Scope = Scope.Default,
            Action = new ActionSpec(ActionKind.Operation, operation, Json.EmptyObject),
            Target = target,
            IdempotencyKey = id,
            OnOverlap = rule,
            CreatedAt = Now,
            CreatedBy = "ann",
            ScheduledFor = at,
            Parent = parent is null ? null : new(parent),
        };
        var holder = Owner.Request(execution, "ann", Now, () => { });
        Done();
        return holder;
    }

    public Approval? Decide(ApprovalStatus status, string who = "ann")
    {
        var waiting = Assert.Single(Kept.Approvals, a => a.Status == ApprovalStatus.Pending);
        var decided = Owner.Decide(waiting.Subject, status, who, null, Now);
        Done();
        return decided;
    }

    public void Silence(params IReadOnlyList<Silence> silences)
    {
        _silences = silences;
        Owner.Take(silences);
        Done();
    }

    public void Change(string target, Func<Target, Target> how)
    {
        var changes = new ChangeSet();
        changes.Targets.Add(how(Targets.Find(new TargetKey(Scope.Default, target))!));
        Owner.Change(changes, Now, null);
        Done();
    }

    public void RemoveTarget(string target)
    {
        var changes = new ChangeSet();
        changes.RemovedTargets.Add(new TargetKey(Scope.Default, target));
        Owner.Change(changes, Now, null);
        Done();
    }

    /// <summary>Moves the clock; timers run when they are due.</summary>
    public void Pass(TimeSpan by) => PassUntil(Now + by);

    public void PassUntil(DateTimeOffset end)
    {
        while (Owner.NextTimer is { } due && due <= end)
        {
            Time.AdvanceTo(due > Now ? due : Now);
            Owner.RunTimers(Now);
            Done();
        }

        Time.AdvanceTo(end);
    }

    public void Checkpoint()
    {
        var changes = new ChangeSet();
        Owner.Checkpoint(Now, changes);
        Commit(changes, null);
        Done();
    }

    /// <summary>The process dies and starts again with what was durable.</summary>
    public IReadOnlyList<Execution> Crash()
    {
        _pending.Clear();
        Running.Clear();
        Deferred.Clear();
        var state = Kept.Load();
        Targets = new TargetDirectory();
        foreach (var target in state.Targets)
        {
            Targets.Put(target);
        }

        Owner = NewOwner();
        var resumed = new LoopRestart(Owner).Restore(state, _silences, Now);
        Done();
        foreach (var execution in resumed)
        {
            Run(execution);
        }

        Owner.RunTimers(Now);
        Done();
        return resumed;
    }

    private LoopOwner NewOwner() => new(this, new IdSource(Time, _random), Targets, Bindings);

    private void Done()
    {
        if (!HoldsWrites)
        {
            Flush();
        }
    }
}
