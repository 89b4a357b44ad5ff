using System.Text.Json;
using Reeve.Actors.Drivers;
using Reeve.Actors.Process;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Time;
using Reeve.Engines.Builtin;
using Reeve.Engines.Check;
using Reeve.Runtime.Catalog;
using Reeve.Storage;
using Reeve.TestKit;

namespace Reeve.Runtime.Tests;

/// <summary>
/// A whole runtime over a real SQLite store, in virtual time. A crash cuts the runtime off from its disk and its clock at one instant
/// and begins another one on the same folder; what the old one still had in its hands is lost, as with kill -9.
/// </summary>
internal sealed class RuntimeHarness : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(4);
    private readonly TempFolder _folder = new();
    private readonly RuntimeOptions _options = new();
    private int _seed = 1;
    private CutStore _cut = null!;

    /// <summary>The machine's clock.</summary>
    public VirtualTime Wall { get; private set; } = new();

    public SteadyClock Time { get; private set; } = null!;

    public Store Store { get; private set; } = null!;

    public LoopRuntime Runtime { get; private set; } = null!;

    public ResourceCatalog Catalog { get; private set; } = null!;

    public RecordingActor Actor { get; } = new();

    public List<Exception> Bugs { get; } = [];

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The documents that could not be put to work at the last start.</summary>
    public IReadOnlyList<(ResourceKey Key, Core.Errors.Mistake Mistake)> Problems { get; private set; } = [];

    public static async Task<RuntimeHarness> StartAsync(string? yaml = null, Action<RuntimeOptions>? options = null)
    {
        var harness = new RuntimeHarness();
        options?.Invoke(harness._options);
        await harness.BeginAsync();
        if (yaml is not null)
        {
            await harness.ApplyAsync(yaml);
        }

        return harness;
    }

    /// <summary>Applies documents that must be fine.</summary>
    public async Task<ApplyOutcome> ApplyAsync(string yaml)
    {
        var outcome = await TryApplyAsync(yaml);
        Assert.True(outcome.Succeeded, string.Join("\n", outcome.Mistakes.Select(m => $"{m.Path}: {m.Message}")));
        return outcome;
    }

    public Task<ApplyOutcome> TryApplyAsync(string yaml, bool dryRun = false) =>
        Catalog.ApplyAsync(DocumentReader.Read(yaml, "test.yaml"), Scope.Default, "tess", dryRun, default);

    public Task<ApplyOutcome> DeleteAsync(string kind, string name, long? revision = null) =>
        Catalog.DeleteAsync([new ResourceKey(Scope.Default, kind, name)], revision, "tess", dryRun: false, default);

    public Target? Find(string path) => Runtime.Targets.Find(new TargetKey(Scope.Default, path));

    public OfferOutcome Offer(string target, string service, double? metric = null, string? state = null, DateTimeOffset? at = null) =>
        Runtime.Offer(Scope.Default, new Event { Target = target, Service = service, Metric = metric, State = state, Time = at ?? Now });

    /// <summary>An execution as somebody may ask for it.</summary>
    public Execution New(ActionKind kind, string name, string? target = null, string inputs = "{}") => new()
    {
        Id = new(Runtime.Ids.Next("exe")),
        Scope = Scope.Default,
        Action = new ActionSpec(kind, name, JsonDocument.Parse(inputs).RootElement.Clone(), target),
        Target = target,
        IdempotencyKey = Runtime.Ids.Next("key"),
        CreatedAt = Now,
        CreatedBy = "tess",
    };

    /// <summary>Asks for an execution that nothing stands in the way of.</summary>
    public async Task<ExecutionId> RequestAsync(Execution execution)
    {
        Assert.Null(await Runtime.RequestAsync(execution, "tess", default));
        return execution.Id;
    }

    public Task<ExecutionId> RunAsync(string workflow, string? target = null, string inputs = "{}") =>
        RequestAsync(New(ActionKind.Workflow, workflow, target, inputs));

    public Task<ExecutionId> OperateAsync(string operation, string target, string inputs = "{}") =>
        RequestAsync(New(ActionKind.Operation, operation, target, inputs));

    /// <summary>The execution as it is on disk.</summary>
    public async Task<Execution> GetAsync(ExecutionId id) =>
        Assert.Single((await Store.Records.ExecutionsAsync(new RecordQuery { Tenant = "default", Id = id.Value }, default)).Items);

    public async Task<IReadOnlyList<Execution>> ExecutionsAsync() =>
        (await Store.Records.ExecutionsAsync(new RecordQuery { Tenant = "default", OldestFirst = true, Limit = 1000 }, default)).Items;

    public async Task<IReadOnlyList<Approval>> ApprovalsAsync() =>
        (await Store.Records.ApprovalsAsync(new RecordQuery { Tenant = "default", OldestFirst = true }, default)).Items;

    public async Task<IReadOnlyList<Incident>> IncidentsAsync() =>
        (await Store.Records.IncidentsAsync(new RecordQuery { Tenant = "default", OldestFirst = true }, default)).Items;

    public async Task<IReadOnlyList<JournalEntry>> JournalAsync(string? kind = null) =>
        [.. (await Store.Records.JournalAsync(
                new RecordQuery { Tenant = "default", Status = kind, OldestFirst = true, Limit = 1000 }, default))
            .Items.Select(k => k.Entry)];

    /// <summary>The end of an execution; the clock goes on by a step at a time meanwhile.</summary>
    public async Task<Execution> EndOfAsync(ExecutionId id, TimeSpan step = default)
    {
        Execution? found = null;
        await UntilAsync(async () => (found = await GetAsync(id)).IsEnded, step, () => $"{found?.Status} {Steps(found)}");
        return found!;
    }

    public async Task<Execution> EndOfRunAsync(string workflow, string? target = null, string inputs = "{}", TimeSpan step = default) =>
        await EndOfAsync(await RunAsync(workflow, target, inputs), step);

    public async Task<Execution> EndOfOperationAsync(string operation, string target, string inputs = "{}", TimeSpan step = default) =>
        await EndOfAsync(await OperateAsync(operation, target, inputs), step);

    /// <summary>A step of an execution, once its record says so; the clock stands still.</summary>
    public async Task<StepRecord> StepAsync(ExecutionId id, string path, StepStatus status, int attempts = 1)
    {
        StepRecord? step = null;
        await UntilAsync(
            async () => (step =
                (await GetAsync(id)).Steps.FirstOrDefault(s => s.Path == path)) is { } s && s.Status == status && s.Attempts >= attempts,
            default, () => $"{step}");
        return step!;
    }

    public Task UntilAsync(Func<bool> condition, TimeSpan step = default) => UntilAsync(() => Task.FromResult(condition()), step);

    /// <summary>Moves the clock on by a step at a time until the condition holds.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, TimeSpan step, Func<string>? state = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20),
                $"not within 20 s; {state?.Invoke()} {string.Join(", ", Bugs)}");
            if (step > TimeSpan.Zero)
            {
                await AdvanceAsync(step);
            }

            await Task.Delay(_pause, TimeProvider.System);
        }
    }

    /// <summary>Moves the clock on in one go; done when what that set off in the loop is on disk.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        Wall.Advance(by);
        await FlushAsync();
    }

    /// <summary>Moves the clock on in steps, so that what one step sets off has its time.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            await AdvanceAsync(step);
            await Task.Delay(_pause, TimeProvider.System);
        }
    }

    public async Task FlushAsync()
    {
        await Runtime.FlushAsync(default).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        await Runtime.FlushAsync(default).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
    }

    /// <summary>Everything that was not on disk is lost; it begins again after some time.</summary>
    public async Task CrashAsync(TimeSpan away = default)
    {
        _cut.Cut();
        await Store.DisposeAsync();
        Wall = new VirtualTime(Wall.GetUtcNow() + away);
        await BeginAsync();
    }

    /// <summary>Stops in order and begins again after some time.</summary>
    public async Task RestartAsync(TimeSpan away = default)
    {
        await StopAsync();
        Wall = new VirtualTime(Wall.GetUtcNow() + away);
        await BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
        Assert.Empty(Bugs);
    }

    private async Task StopAsync()
    {
        await Runtime.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        await Store.DisposeAsync();
    }

    private async Task BeginAsync()
    {
        Time = new SteadyClock(Wall);
        Actor.Time = Time;
        Store = await Store.OpenAsync(new StoreOptions { DataFolder = _folder.Path }, Time, default);
        _cut = new CutStore(Store.Changes);
        var runtime = new LoopRuntime(_options, Time, new IdSource(Time, new Random(_seed++)), _cut, Store.Records);
        runtime.Failed += bug => Bugs.Add(bug);
        runtime.Actors[Actor.Name] = Actor;
        var driver = new SimulatedDriver(Time);
        runtime.Drivers[driver.Name] = driver;
        var programs = new ProgramRunner(_folder.Path, [_folder.Path], Time);
        Runtime = runtime;
        Catalog = new ResourceCatalog(
            Store.Resources, runtime, [new BuiltinEngine(), new CheckEngine(programs, runtime.WorkflowRunner)],
            [.. BuiltinTypes.All, .. CheckTypes.All]);
        var state = await Store.LoopState.LoadAsync(Now - _options.Memory, default);
        foreach (var target in state.Targets)
        {
            runtime.Targets.Put(target);
        }

        Problems = await Catalog.LoadAsync(default);
        await runtime.StartAsync(state, Catalog.Silences);
    }

    private static string Steps(Execution? execution) =>
        string.Join("; ", execution?.Steps.Select(s => $"{s.Path} {s.Status} {s.Attempts} {s.Error}") ?? []);

    /// <summary>The disk, until it is cut off: then nothing that is handed in is ever written.</summary>
    private sealed class CutStore(IChangeStore disk) : IChangeStore
    {
        private readonly Lock _gate = new();
        private bool _isCut;

        public StoreHealth Health => disk.Health;

        public Task CommitAsync(ChangeSet changes, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                return _isCut ? new TaskCompletionSource().Task : disk.CommitAsync(changes, cancellationToken);
            }
        }

        public void Cut()
        {
            lock (_gate)
            {
                _isCut = true;
            }
        }
    }
}
