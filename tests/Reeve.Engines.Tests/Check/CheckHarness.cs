using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Policies;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Engines.Check;

namespace Reeve.Engines.Tests.Check;

/// <summary>
/// A check on one target. What runs programs and workflows is a double here: the real ones live in projects that an engine does not see,
/// and are tested there.
/// </summary>
internal sealed class CheckHarness : IProgramRunner, IWorkflowRunner
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public ProgramOutcome Outcome { get; set; } = new(0, false, "", "", false, TimeSpan.FromMilliseconds(12));

    public string? Refused { get; set; }

    public ProgramCall? Called { get; private set; }

    public ExecutionStatus Status { get; set; } = ExecutionStatus.Succeeded;

    public string? Error { get; set; }

    public (string Workflow, string? Target, JsonElement Inputs, string Key, string By, TimeSpan Timeout)? Ran { get; private set; }

    public CheckEngine Engine => new(this, this);

    public static PolicyType OwnType(string source) => new()
    {
        Name = "disk",
        Version = "1.0",
        Engine = "check",
        Properties = CheckTypes.All[0].Properties,
        Source = Json.Parse(source),
    };

    public static Policy Policy(string type, string properties) => new(Scope.Default, "disk-free", type, Json.Parse(properties), 3);

    public Task<Verdict> RunAsync(string properties, Signal? signal = null) => RunAsync(CheckTypes.All[0], properties, signal);

    public async Task<Verdict> RunAsync(PolicyType type, string properties, Signal? signal = null)
    {
        var compiled = Engine.Compile(type, Policy(type.FullName, properties));
        Assert.Empty(compiled.Mistakes);
        var targets = new TargetDirectory();
        targets.Put(new Target { Key = new(Scope.Default, "shop/web"), Kind = "group", Capacity = new Capacity(1, 5, 2) });
        var target = new Target
        {
            Key = new(Scope.Default, "shop/web/web-1"),
            Kind = "instance",
            State = TargetState.Started,
            Properties = Json.Parse("""{"port":8080}"""),
        };
        targets.Put(target);
        var program = Assert.IsAssignableFrom<IDeferredProgram>(compiled.Program);
        signal ??= new TickSignal { Scope = Scope.Default, At = Now, DueAt = Now };
        return await program.EvaluateAsync(new EvaluationInput(Now, signal, new Facts(target, targets, "watch")), CancellationToken.None);
    }

    public string? Refusal(IReadOnlyList<string> command) => Refused;

    public Task<ProgramOutcome> RunAsync(ProgramCall call, CancellationToken cancellationToken)
    {
        Called = call;
        return Task.FromResult(Outcome);
    }

    public Task<Execution> RunAsync(
        Scope scope, string workflow, string? target, JsonElement inputs, string idempotencyKey, string createdBy, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        Ran = (workflow, target, inputs, idempotencyKey, createdBy, timeout);
        return Task.FromResult(new Execution
        {
            Id = new ExecutionId("exe-7"),
            Scope = scope,
            Action = new ActionSpec(ActionKind.Workflow, workflow, inputs),
            IdempotencyKey = idempotencyKey,
            CreatedAt = Now,
            CreatedBy = createdBy,
            Status = Status,
            Error = Error,
        });
    }
}
