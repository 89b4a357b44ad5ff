using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Matching;
using Reeve.Core.Policies;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Time;
using Reeve.Runtime.Schedules;
using Reeve.Server.Hosting;

namespace Reeve.Server.Simulation;

/// <summary>
/// The closed loop over documents and a history of events, in virtual time: the same steps, restraints and episodes as on a server, with
/// actions muted. An operation asks its policies before and tells them after; else an action that the loop starts does nothing and has
/// succeeded at once. Questions to people get the answer that is said, or wait. What waits for the outside (checks) is left out.
/// </summary>
public sealed class SimulatedLoop : ILoopHost
{
    private readonly Queue<(ChangeSet Changes, Action? WhenDurable)> _pending = new();
    private readonly Queue<Execution> _started = new();
    private readonly Queue<string> _asked = new();
    private readonly SortedDictionary<string, Approval> _questions = new(StringComparer.Ordinal);
    private readonly PriorityQueue<ActiveBinding, DateTimeOffset> _ticks = new();
    private readonly TargetDirectory _targets = new();
    private readonly BindingIndex _bindings = new();
    private readonly Action<JournalEntry> _tell;
    private readonly VirtualTime _time;
    private readonly LoopOwner _owner;
    private long _sequence;

    private SimulatedLoop(Parts parts, IReadOnlySet<ResourceKey> disabled, DateTimeOffset start, Action<JournalEntry> tell)
    {
        _tell = tell;
        _time = new VirtualTime(start);
        foreach (var target in parts.Runtime.Targets.All)
        {
            _targets.Put(target);
        }

        _owner = new LoopOwner(this, new IdSource(_time, new Random(1)), _targets, _bindings);
        _owner.Take(parts.Catalog.Silences);
        foreach (var idle in parts.Runtime.Bindings.All.OrderBy(b => b.Binding.Name, StringComparer.Ordinal))
        {
            var binding = idle.Binding;
            if (disabled.Contains(new ResourceKey(binding.Scope, ResourceKinds.Binding, binding.Name)))
            {
                continue;
            }

            if (idle.Program is IDeferredProgram)
            {
                LeftOut.Add(binding.Name);
                continue;
            }

            Begin(new ActiveBinding(binding with { Enabled = true }, idle.Policy, idle.Type, idle.Program));
        }

        Done();
    }

    /// <summary>The bindings whose policies wait for the outside, and so are left out.</summary>
    public List<string> LeftOut { get; } = [];

    /// <summary>How questions to people are answered: yes, no, or, when null, not at all.</summary>
    public bool? Approves { get; set; }

    /// <summary>The questions to people so far, as they stand.</summary>
    public IReadOnlyCollection<Approval> Questions => _questions.Values;

    /// <summary>How many operations a policy refused that was asked before.</summary>
    public int Refused { get; private set; }

    /// <summary>How many events were handed in, and how many of them no binding wanted.</summary>
    public (long Events, long Unmatched) Seen { get; private set; }

    /// <summary>What the loop has done, in numbers.</summary>
    public LoopCounters Counters => _owner.Counters;

    /// <summary>The virtual time.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Reads documents and puts their bindings to work; null with the mistakes when they are not sound.</summary>
    /// <param name="documents">Documents, as for <c>reeve apply</c>.</param>
    /// <param name="start">Where the clock stands at first.</param>
    /// <param name="processFolders">The folders that checks and process actors may name.</param>
    /// <param name="tell">Told of each entry of the journal, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<(SimulatedLoop? Loop, IReadOnlyList<Mistake> Mistakes)> OpenAsync(
        DocumentSet documents, DateTimeOffset start, IReadOnlyList<string> processFolders, Action<JournalEntry> tell,
        CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("reeve-simulation-");
        try
        {
            var disabled = new HashSet<ResourceKey>();
            await using var parts = await Parts.MakeAsync(
                new ReeveOptions { DataFolder = folder.FullName, ProcessFolders = processFolders }, cancellationToken);
            await parts.TakeUpAsync(NullLogger.Instance, cancellationToken);

            // read, checked and compiled as on a server, but not let loose: what acts is the loop in virtual time, and only there
            var idle = documents with { Documents = [.. documents.Documents.Select(d => Idle(d, disabled))] };
            var outcome = await parts.Catalog.ApplyAsync(idle, Scope.Default, "simulation", dryRun: false, cancellationToken);
            return outcome.Succeeded ? (new SimulatedLoop(parts, disabled, start, tell), []) : (null, outcome.Mistakes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Moves the clock to an event's time, unless that is past, and hands the event in; false when no binding wants it.</summary>
    public bool Offer(Event seen)
    {
        AdvanceTo(seen.Time);
        var (events, unmatched) = Seen;
        var wanting = new List<ActiveBinding>();
        var version = _targets.Version;
        if (_targets.Resolve(Scope.Default, seen.Target) is { } target)
        {
            if (seen.Service == WellKnownServices.State && Enum.TryParse<TargetState>(seen.State, ignoreCase: true, out var state))
            {
                _owner.Observe(target.Key, state, seen.Description, Now);
                Done();
            }

            _bindings.Match(target, seen, wanting);
            var signal = new EventSignal { Scope = Scope.Default, At = Now, Event = seen, Sequence = ++_sequence };
            var ways = new List<LoopPass>();
            MatchStep.Event(signal, target, version, wanting, _targets, ways);
            ways.ForEach(_owner.Take);
            Done();
        }

        Seen = (events + 1, unmatched + (wanting.Count == 0 ? 1 : 0));
        return wanting.Count > 0;
    }

    /// <summary>Moves the clock; timers and schedules that fall due on the way run, each at its time.</summary>
    public void AdvanceTo(DateTimeOffset end)
    {
        while (Next() is { } due && due <= end)
        {
            _time.AdvanceTo(due > Now ? due : Now);
            _owner.RunTimers(Now);
            while (_ticks.TryPeek(out var active, out var at) && at <= Now)
            {
                _ticks.Dequeue();
                Tick(active, at);
            }

            Done();
        }

        if (end > Now)
        {
            _time.AdvanceTo(end);
        }
    }

    void ILoopHost.Commit(ChangeSet changes, Action? whenDurable) => _pending.Enqueue((changes, whenDurable));

    void ILoopHost.Run(Execution execution) => _started.Enqueue(execution);

    void ILoopHost.Decided(Approval approval)
    {
        // nobody waits for an answer outside of the loop
    }

    void ILoopHost.Defer(LoopPass pass, LoopOwner owner) => throw new InvalidOperationException("bindings that wait are left out");

    private static Document Idle(Document document, HashSet<ResourceKey> disabled)
    {
        if (document.Root.Text("kind") != ResourceKinds.Binding
            || !document.Root.TryGetProperty("spec", out var spec) || spec.ValueKind != JsonValueKind.Object
            || !document.Root.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
        {
            return document;
        }

        if (spec.TryGetProperty("enabled", out var enabled) && enabled.ValueKind != JsonValueKind.True)
        {
            disabled.Add(new ResourceKey(Scope.Default, ResourceKinds.Binding, metadata.Text("name") ?? ""));
            return document;
        }

        var root = System.Text.Json.Nodes.JsonObject.Create(document.Root)!;
        root["spec"]!["enabled"] = false;
        return document with { Root = Json.From(root) };
    }

    private void Begin(ActiveBinding active)
    {
        _bindings.Put(active);
        _owner.Changed(active);
        if (active.Binding.Schedule is not null)
        {
            _owner.Begin(active.Binding.Scope, active.Binding.Name, Now);
            Plan(active, Now);
        }
    }

    private void Plan(ActiveBinding active, DateTimeOffset after)
    {
        if (ScheduleClock.Next(active.Binding.Schedule!, after, $"{active.Binding.Scope}/{active.Binding.Name}") is { } due)
        {
            _ticks.Enqueue(active, due);
        }
    }

    private void Tick(ActiveBinding active, DateTimeOffset due)
    {
        var signal = new TickSignal { Scope = active.Binding.Scope, At = Now, DueAt = due };
        foreach (var way in MatchStep.Tick(signal, active, _targets))
        {
            _owner.Take(way);
        }

        Plan(active, due);
    }

    private DateTimeOffset? Next() => (_owner.NextTimer, _ticks.TryPeek(out _, out var tick)) switch
    {
        ({ } timer, true) => timer < tick ? timer : tick,
        (null, true) => tick,
        var (timer, _) => timer,
    };

    private void Note(Approval approval)
    {
        _questions[approval.Id.Value] = approval;
        if (Approves is not null && approval.Status == ApprovalStatus.Pending)
        {
            _asked.Enqueue(approval.Subject);
        }
    }

    private void End(Execution started)
    {
        var ended = started with { Status = ExecutionStatus.Succeeded, StartedAt = Now, EndedAt = Now };
        if (started is { Action.Kind: ActionKind.Operation, TargetKey: { } target })
        {
            var question = new SimulatedOperation(started, _targets.Find(target), _bindings, Now);
            if (question.Ask(_owner) is { } why)
            {
                Refused++;
                ended = ended with { Status = ExecutionStatus.Failed, Error = why };
                // behind what the policy that refused it has said
                var refusal = new ChangeSet();
                refusal.Journal.Add(question.Refused(why));
                _pending.Enqueue((refusal, null));
            }
            else
            {
                question.Tell(_owner);
            }
        }

        _owner.Ended(ended, Now);
    }

    // what is decided becomes durable at once, and what was started has ended, until nothing follows any more
    private void Done()
    {
        while (true)
        {
            if (_pending.TryDequeue(out var next))
            {
                next.Changes.Journal.ForEach(_tell);
                next.Changes.Approvals.ForEach(Note);
                next.WhenDurable?.Invoke();
            }
            else if (_asked.TryDequeue(out var subject))
            {
                _owner.Decide(
                    subject, Approves == true ? ApprovalStatus.Approved : ApprovalStatus.Denied, "simulation", null, Now);
            }
            else if (_started.TryDequeue(out var execution))
            {
                End(execution);
            }
            else
            {
                return;
            }
        }
    }
}
