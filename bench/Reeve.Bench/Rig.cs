using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Matching;
using Reeve.Core.Policies;
using Reeve.Core.Policies.Properties;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Time;
using Reeve.Runtime;
using Reeve.Storage;
using Reeve.TestKit;

namespace Reeve.Bench;

/// <summary>A runtime on a real store, to be filled and started.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly Store _store;

    private Rig(TempFolder folder, Store store)
    {
        _folder = folder;
        _store = store;
        var clock = new SteadyClock(TimeProvider.System);
        Runtime = new LoopRuntime(new RuntimeOptions(), clock, new IdSource(clock, new Random(7)), store.Changes, store.Records);
        Runtime.Failed += bug => Console.Error.WriteLine(bug);
    }

    /// <summary>The runtime.</summary>
    public LoopRuntime Runtime { get; }

    /// <summary>Opens a store: SQLite in a folder of its own, or the database that is named.</summary>
    public static async Task<Rig> OpenAsync(string? database, CancellationToken cancellationToken)
    {
        var folder = new TempFolder();
        var options = new StoreOptions { DataFolder = folder.Path, Database = database };
        return new Rig(folder, await Store.OpenAsync(options, TimeProvider.System, cancellationToken));
    }

    /// <summary>Starts with what was put in.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var state = await _store.LoopState.LoadAsync(Runtime.Time.GetUtcNow(), cancellationToken);
        await Runtime.StartAsync(state, []);
    }

    /// <summary>Puts a target in.</summary>
    public void Put(string path) =>
        Runtime.Targets.Put(new Target
        {
            Key = new TargetKey(Scope.Default, path),
            Kind = TargetKinds.Instance,
            State = TargetState.Started,
        });

    /// <summary>Puts a binding in; with an actor it has one branch with one step that calls it.</summary>
    public void Bind(string name, string path, IProgram program, string? service = null, Schedule? schedule = null, string? actor = null)
    {
        var type = new PolicyType { Name = "bench", Version = "1.0", Engine = "bench", Properties = PropertySchema.Map() };
        var policy = new Policy(Scope.Default, "bench", type.FullName, Json.EmptyObject, 1);
        var binding = new Binding
        {
            Scope = Scope.Default,
            Name = name,
            Policy = policy.Name,
            Targets = new TargetSelector { Path = path },
            Events = service is null ? [] : [new EventFilter(service)],
            Schedule = schedule,
            Escalation = actor is null
                ? []
                : [new Branch("main", [new EscalationStep(new ActionSpec(ActionKind.Actor, actor, Json.EmptyObject))])],
        };
        Runtime.Put(new ActiveBinding(binding, policy, type, program));
    }

    /// <summary>An event of now.</summary>
    public static Event Seen(string target, string service, double metric) =>
        new() { Target = target, Service = service, Metric = metric, Time = TimeProvider.System.GetUtcNow() };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Runtime.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>An inline program without state that answers each signal with one function.</summary>
internal sealed class Answering(Func<EvaluationInput, Verdict?> answer) : IInlineProgram, IProgramInstance
{
    /// <inheritdoc/>
    public DateTimeOffset? NextTimer => null;

    /// <inheritdoc/>
    public bool IsIdle => true;

    /// <inheritdoc/>
    public IProgramInstance Open(JsonElement saved) => this;

    /// <inheritdoc/>
    public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
    {
        if (answer(input) is { } verdict)
        {
            verdicts.Add(verdict);
        }
    }

    /// <inheritdoc/>
    public void OnTimer(in EvaluationInput input, List<Verdict> verdicts)
    {
    }

    /// <inheritdoc/>
    public JsonElement Save() => default;

    /// <inheritdoc/>
    public JsonElement Describe() => Json.EmptyObject;
}

/// <summary>An actor that does nothing but say when it was called.</summary>
internal sealed class NotingActor(Action<ActorCall> noted) : IActor
{
    /// <inheritdoc/>
    public string Name => "note";

    /// <inheritdoc/>
    public IEnumerable<string> Check(JsonElement inputs) => [];

    /// <inheritdoc/>
    public Task<ActorOutcome> ActAsync(ActorCall call, CancellationToken cancellationToken)
    {
        noted(call);
        return Task.FromResult(ActorOutcome.Done());
    }
}
