using System.Collections.Concurrent;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Runtime.Partitions;
using Reeve.Runtime.Schedules;
using Reeve.Runtime.Workers;

namespace Reeve.Runtime;

/// <summary>The closed loop at work in one process: the door for signals, the owner's mailbox, schedules, workers, checkpoints.</summary>
public sealed class LoopRuntime : ILoopHost, ISignalSink, IAsyncDisposable
{
    [ThreadStatic]
    private static List<ActiveBinding>? _scratch;

    [ThreadStatic]
    private static List<LoopPass>? _ways;

    private readonly RuntimeOptions _options;
    private readonly IChangeStore _store;
    private readonly OwnerMailbox _mailbox;
    private readonly ExecutionWorkers _workers;
    private readonly RuntimeContext _context;
    private readonly Scheduler _scheduler;
    private readonly SemaphoreSlim _deferred;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _checkpoints;
    private readonly SteadyClock _time;
    private long _sequence;
    private int _unwritten;
    private int _checkpointing;
    private bool _begun;
    private volatile bool _accepting;

    /// <summary>Makes a runtime over its stores; nothing runs before <see cref="StartAsync"/>.</summary>
    public LoopRuntime(RuntimeOptions options, SteadyClock time, IdSource ids, IChangeStore store, IRecordReader reader)
    {
        _options = options;
        _time = time;
        _store = store;
        Ids = ids;
        Owner = new LoopOwner(this, ids, Targets, Bindings);
        _mailbox = new OwnerMailbox(Owner, options.QueueCapacity, time);
        _mailbox.Failed += bug => Failed?.Invoke(bug);
        _context = new RuntimeContext(this, reader, options);
        WorkflowRunner = new WorkflowRunner(_context);
        _workers = new ExecutionWorkers(_context, Ended);
        _scheduler = new Scheduler(time, Due);
        _deferred = new SemaphoreSlim(options.MaxDeferred);
        _checkpoints = time.CreateTimer(_ => Checkpoint(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        time.Jumped += Jumped;
    }

    /// <summary>A bug was caught; for the log.</summary>
    public event Action<Exception>? Failed;

    /// <summary>All targets.</summary>
    public TargetDirectory Targets { get; } = new();

    /// <summary>All bindings.</summary>
    public BindingIndex Bindings { get; } = new();

    /// <summary>All workflows, by scope and name.</summary>
    public ConcurrentDictionary<(Scope Scope, string Name), Workflow> Workflows { get; } = new();

    /// <summary>The actors by name; filled before the start.</summary>
    public ConcurrentDictionary<string, IActor> Actors { get; } = new(StringComparer.Ordinal);

    /// <summary>The drivers by name; filled before the start.</summary>
    public ConcurrentDictionary<string, IDriver> Drivers { get; } = new(StringComparer.Ordinal);

    /// <summary>The rooms whose targets have operations of their own; filled before the start.</summary>
    public List<IRoomOperations> Rooms { get; } = [];

    /// <summary>Runs workflows for programs that wait for their outcome.</summary>
    public IWorkflowRunner WorkflowRunner { get; }

    /// <summary>Where ids come from.</summary>
    public IdSource Ids { get; }

    /// <summary>The loop's clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>How the store is.</summary>
    public StoreHealth StoreHealth => _store.Health;

    /// <summary>Does it take signals?</summary>
    public bool IsReady => _accepting && _store.Health.IsWell;

    /// <summary>What the loop has done, in numbers.</summary>
    public LoopCounters Counters => Owner.Counters;

    /// <summary>Numbers of the moment: events waiting, sets of changes not yet on disk, executions at work, schedules.</summary>
    public (int Events, int Unwritten, int Executions, int Schedules) Load =>
        (_mailbox.Waiting, _unwritten, _workers.Count, _scheduler.Count);

    internal LoopOwner Owner { get; }

    internal ExecutionWorkers Workers => _workers;

    internal IChangeStore Store => _store;

    internal OwnerMailbox Mailbox => _mailbox;

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Takes up what lived before, then begins. Bindings, workflows, actors and drivers are put in before.</summary>
    public Task StartAsync(LoopState state, IReadOnlyList<Silence> silences)
    {
        var now = Now;
        foreach (var target in state.Targets)
        {
            Targets.Put(target);
        }

        var resumed = new LoopRestart(Owner).Restore(state, silences, now);
        var marks = state.Schedules.ToDictionary(m => (m.Scope, m.Binding), m => (DateTimeOffset?)m.LastDue);
        foreach (var active in Bindings.All)
        {
            if (active.Binding is { Enabled: true, Schedule: { } schedule })
            {
                var (scope, name) = (active.Binding.Scope, active.Binding.Name);
                var mark = marks.GetValueOrDefault((scope, name));
                _scheduler.Put(scope, name, schedule, mark);
                if (mark is null)
                {
                    Owner.Begin(scope, name, now);
                }
            }
        }

        var changes = new ChangeSet();
        changes.Journal.Add(RuntimeJournal.Started(state, resumed, now));
        Commit(changes, null);
        _begun = true;
        _mailbox.Start();
        _accepting = true;
        foreach (var execution in resumed)
        {
            Run(execution);
        }

        _scheduler.Start();
        _checkpoints.Change(_options.CheckpointInterval, _options.CheckpointInterval);
        return _mailbox.FlushAsync();
    }

    /// <inheritdoc/>
    public OfferOutcome Offer(Scope scope, Event seen)
    {
        if (!_accepting || !_store.Health.IsWell)
        {
            return OfferOutcome.Unavailable;
        }

        // most events end here: nobody listens to their service, in their scope or where they are, or nobody knows their target
        var isState = seen.Service == WellKnownServices.State;
        var version = Targets.Version;
        if ((!isState && !MatchStep.MayBeWanted(scope, seen, Bindings, Targets)) || Targets.Resolve(scope, seen.Target) is not { } target)
        {
            return OfferOutcome.Unmatched;
        }

        var wanting = _scratch ??= [];
        wanting.Clear();
        Bindings.Match(target, seen, wanting);
        if (wanting.Count == 0 && !isState)
        {
            return OfferOutcome.Unmatched;
        }

        var now = Now;
        if (seen.Time > now + _options.MaxFuture || seen.Time < now - _options.MaxPast)
        {
            return OfferOutcome.AbsurdTime;
        }

        if (isState)
        {
            Observe(target.Key, seen, now);
        }

        if (wanting.Count == 0)
        {
            return OfferOutcome.Unmatched;
        }

        if (_unwritten > _options.MaxUnwritten)
        {
            return OfferOutcome.Full;
        }

        var signal = new EventSignal { Scope = scope, At = now, Event = seen, Sequence = Interlocked.Increment(ref _sequence) };
        var ways = _ways ??= [];
        ways.Clear();
        MatchStep.Event(signal, target, version, wanting, Targets, ways);
        if (LoopTraces.Now is { } trace)
        {
            // no lambda: what it captures would be allocated for each event, also for those that nobody wants
            foreach (var way in ways)
            {
                way.Trace = trace;
            }
        }

        return _mailbox.TryOffer(ways[0]) ? OfferOutcome.Accepted : OfferOutcome.Full;
    }

    /// <summary>Puts a binding to work, in the place of an older one of the same name.</summary>
    public void Put(ActiveBinding active)
    {
        var binding = active.Binding;
        Bindings.Put(active);
        if (!_accepting)
        {
            return;
        }

        if (binding is { Enabled: true, Schedule: { } schedule })
        {
            if (_scheduler.Put(binding.Scope, binding.Name, schedule, null))
            {
                _mailbox.Post(o => o.Begin(binding.Scope, binding.Name, Now));
            }
        }
        else
        {
            _scheduler.Remove(binding.Scope, binding.Name);
        }

        _mailbox.Post(o =>
        {
            if (binding.Enabled)
            {
                o.Changed(active);
            }
            else
            {
                o.Terminate(binding.Scope, binding.Name, "the binding was disabled", Now);
            }
        });
    }

    /// <summary>Takes a binding out of work; its incidents are terminated.</summary>
    public void Remove(Scope scope, string binding)
    {
        Bindings.Remove(scope, binding);
        _scheduler.Remove(scope, binding);
        _mailbox.Post(o => o.Terminate(scope, binding, "the binding was removed", Now));
    }

    /// <summary>Takes changed targets over that are durable already.</summary>
    public Task AdoptAsync(ChangeSet changes) => _mailbox.AskAsync(o =>
    {
        o.Adopt(changes, Now);
        return true;
    });

    /// <summary>The silences have changed.</summary>
    public void Silence(IReadOnlyList<Silence> silences) => _mailbox.Post(o => o.Take(silences));

    /// <summary>Asks for an execution; done when it is durable. Gives the execution that stands in its way, or null.</summary>
    public Task<Execution?> RequestAsync(Execution execution, string who, CancellationToken cancellationToken) =>
        TakenAsync((o, durable) => o.Request(execution, who, Now, durable), cancellationToken);

    /// <summary>
    /// Lets an execution that failed or was cancelled go on; done when that is durable. Gives it as it is now, and the execution that
    /// stands in its way, or null.
    /// </summary>
    public async Task<(Execution Resumed, Execution? Holder)> ResumeAsync(Execution ended, string who, CancellationToken cancellationToken)
    {
        var resumed = ended.ToResume();
        return (resumed, await TakenAsync((o, durable) => o.Resume(resumed, who, Now, durable), cancellationToken));
    }

    /// <summary>Asks an execution to stop; false when it has ended.</summary>
    public async Task<bool> CancelAsync(ExecutionId id, string who)
    {
        var (isAtWork, withdrawn) = await _mailbox.AskAsync(
            o => _workers.Cancel(id) ? (true, (Execution?)null) : (false, o.Withdraw(id, who, Now)));
        if (withdrawn is not null)
        {
            // no worker will say so
            Tell(withdrawn);
        }

        return isAtWork || withdrawn is not null;
    }

    /// <summary>Answers a question; done when that is durable. Null when nobody waits for it.</summary>
    public async Task<Approval?> DecideAsync(
        string subject, ApprovalStatus status, string who, string? comment, CancellationToken cancellationToken)
    {
        var decided = await _mailbox.AskAsync(o => o.Decide(subject, status, who, comment, Now)).WaitAsync(cancellationToken);
        await WrittenAsync(cancellationToken);
        return decided;
    }

    /// <summary>Asks the owner something, between its messages.</summary>
    public Task<T> AskAsync<T>(Func<LoopOwner, T> question) => _mailbox.AskAsync(question);

    /// <summary>Done when all that was offered before has been evaluated and written.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _mailbox.FlushAsync().WaitAsync(cancellationToken);
        await WrittenAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Commit(ChangeSet changes, Action? whenDurable)
    {
        Interlocked.Increment(ref _unwritten);
        _ = CommitAsync(changes, whenDurable);
    }

    /// <inheritdoc/>
    public void Run(Execution execution) => _workers.Run(execution);

    /// <inheritdoc/>
    public void Decided(Approval approval) => _workers.Decided(approval);

    /// <inheritdoc/>
    public void Defer(LoopPass pass, LoopOwner owner) => _ = DeferAsync(pass);

    /// <summary>Refuses new signals, finishes what waits, keeps the states; executions go on after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        _accepting = false;
        await _stop.CancelAsync();
        _scheduler.Dispose();
        await _checkpoints.DisposeAsync();
        await _workers.DisposeAsync();
        if (_begun)
        {
            await _mailbox.FlushAsync();
            var changes = await _mailbox.AskAsync(Collect);
            if (!changes.IsEmpty && _store.Health.IsWell)
            {
                await _store.CommitAsync(changes, CancellationToken.None);
            }
        }

        await _mailbox.DisposeAsync();
        _stop.Dispose();
    }

    private void Ended(Execution ended)
    {
        _mailbox.Post(o => o.Ended(ended, Now));
        Tell(ended);
    }

    private void Tell(Execution ended) => Rooms.FirstOrDefault(r => r.Claims(ended))?.Ended(ended);

    private async Task<Execution?> TakenAsync(Func<LoopOwner, Action, Execution?> ask, CancellationToken cancellationToken)
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holder = await _mailbox.AskAsync(o => ask(o, durable.SetResult)).WaitAsync(cancellationToken);
        if (holder is null)
        {
            await durable.Task.WaitAsync(cancellationToken);
        }

        return holder;
    }

    private void Observe(TargetKey key, Event seen, DateTimeOffset now)
    {
        if (Enum.TryParse<TargetState>(seen.State, ignoreCase: true, out var state))
        {
            _mailbox.Post(o => o.Observe(key, state, seen.Description, now));
        }
    }

    private async Task CommitAsync(ChangeSet changes, Action? whenDurable)
    {
        try
        {
            await _store.CommitAsync(changes, CancellationToken.None);
            whenDurable?.Invoke();
        }
        catch (Exception bug)
        {
            Failed?.Invoke(bug);
        }
        finally
        {
            Interlocked.Decrement(ref _unwritten);
        }
    }

    // sets become durable in the order of the calls, so an empty one after all others is done when they are
    private Task WrittenAsync(CancellationToken cancellationToken) => _store.CommitAsync(new ChangeSet(), cancellationToken);

    private void Due(Scope scope, string name, DateTimeOffset due)
    {
        if (Bindings.Find(scope, name) is not { } active)
        {
            return;
        }

        var signal = new TickSignal { Scope = scope, At = Now, DueAt = due };
        _mailbox.Post(o =>
        {
            foreach (var way in MatchStep.Tick(signal, active, Targets))
            {
                o.Take(way);
            }
        });
    }

    private async Task DeferAsync(LoopPass pass)
    {
        Verdict verdict;
        try
        {
            await _deferred.WaitAsync(_stop.Token);
            try
            {
                verdict = await EvaluateAsync((IDeferredProgram)pass.Active.Program, pass);
            }
            finally
            {
                _deferred.Release();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }

        _mailbox.Post(o => o.Resume(pass, verdict));
    }

    private async Task<Verdict> EvaluateAsync(IDeferredProgram program, LoopPass pass)
    {
        using var limit = new CancellationTokenSource(program.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, limit.Token);
        try
        {
            return await program.EvaluateAsync(new EvaluationInput(Now, pass.Signal, pass.Facts!), both.Token).WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return Verdict.Failed($"timed out after {Core.Time.Durations.Format(program.Timeout)}");
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            return Verdict.Failed($"failed unexpectedly: {bug.Message}");
        }
    }

    private ChangeSet Collect(LoopOwner owner)
    {
        var changes = new ChangeSet();
        owner.Checkpoint(Now, changes);
        return changes;
    }

    private void Checkpoint()
    {
        // one at a time: while the store is away the states wait in memory, and the next checkpoint has the newer ones anyway
        if (_store.Health.IsWell && Interlocked.Exchange(ref _checkpointing, 1) == 0)
        {
            _mailbox.Post(o =>
            {
                var changes = Collect(o);
                if (changes.IsEmpty)
                {
                    Volatile.Write(ref _checkpointing, 0);
                }
                else
                {
                    Commit(changes, () => Volatile.Write(ref _checkpointing, 0));
                }
            });
        }
    }

    private void Jumped(TimeSpan by)
    {
        var changes = new ChangeSet();
        changes.Journal.Add(RuntimeJournal.Jumped(by, Now));
        Commit(changes, null);
        _scheduler.Look();
    }
}
