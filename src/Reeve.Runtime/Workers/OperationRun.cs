using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Journal;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Workers;

/// <summary>
/// Runs an operation on a target: asks the policies before (they may change or refuse it), plans and records the plan, does what the
/// plan says to each instance through its driver, tells the policies after. After a crash it goes on where its records end.
/// </summary>
internal sealed class OperationRun(ExecutionRecord record, IExecutionContext context)
{
    private const string BeforeStep = "before";
    private const string PlanStep = "plan";
    private const string ResizeStep = "resize";

    // a driver call is repeated a few times when the driver says that can help
    private static readonly RetrySettings DriverRetry = new(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), false);
    private static readonly TimeSpan DriverTimeout = TimeSpan.FromMinutes(1);

    private readonly StepRunner _steps = new(record, context.Time);

    /// <summary>Null when all went well, else what went wrong.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        if (context.Targets.Find(record.Value.TargetKey!.Value) is null && record.Step(PlanStep) is null)
        {
            return $"there is no target `{record.Value.Target}`";
        }

        var before = await _steps.RunAsync(BeforeStep, RetrySettings.Default, null, AskAsync, cancellationToken);
        if (before.Status == StepStatus.Failed)
        {
            return before.Error;
        }

        var planned = await _steps.RunAsync(PlanStep, RetrySettings.Default, null, _ => Task.FromResult(Plan(before)), cancellationToken);
        if (planned.Status == StepStatus.Failed)
        {
            return planned.Error;
        }

        var plan = OperationPlan.Read(planned.Output);
        if (!plan.Desired.IsEmpty && !record.Value.DryRun)
        {
            await _steps.RunAsync(ResizeStep, RetrySettings.Default, null, _ => ResizeAsync(plan), cancellationToken);
        }

        var error = record.Value.DryRun ? null : await ExecuteAsync(plan, cancellationToken);
        context.Tell(Signal(OperationPhase.After, planned.Output) with { Succeeded = error is null });
        return error;
    }

    private async Task<StepOutcome> AskAsync(CancellationToken cancellationToken)
    {
        var answer = await context.AskAsync(Signal(OperationPhase.Before, record.Value.Data)).WaitAsync(cancellationToken);
        return answer.Reason is { } reason
            ? StepOutcome.Failed($"refused by binding `{answer.RefusedBy}`: {reason}")
            : StepOutcome.Done(answer.Data);
    }

    private StepOutcome Plan(StepRecord before)
    {
        var execution = record.Value;
        var target = context.Targets.Find(execution.TargetKey!.Value)!;
        var action = execution.Action;
        if (OperationPlanner.Plan(action.Name, target, context.Targets, action.Inputs, before.Output, out var problem) is not { } plan)
        {
            return StepOutcome.Failed(problem!);
        }

        var undriven = plan.Instances.FirstOrDefault(i => DriverOf(i.Path) is null);
        if (undriven is not null)
        {
            return StepOutcome.Failed($"nothing drives `{undriven.Path}`: name a driver in `spec.driver` of it or of a target above it");
        }

        return StepOutcome.Done(plan.ToJson());
    }

    // The new number of wanted instances counts from now on: if the rest fails, the shortage is there for policies to see. It is written
    // after the plan that says it, and as a number, not as a step up or down: a crash between the two must not make it count twice.
    private async Task<StepOutcome> ResizeAsync(OperationPlan plan)
    {
        var changes = new ChangeSet();
        foreach (var (path, desired) in plan.Desired)
        {
            if (context.Targets.Find(Key(path)) is { Capacity: { } capacity } group)
            {
                changes.Targets.Add(group with { Capacity = capacity with { Desired = desired } });
            }
        }

        await context.ChangeTargetsAsync(changes);
        return StepOutcome.Done();
    }

    private async Task<string?> ExecuteAsync(OperationPlan plan, CancellationToken cancellationToken)
    {
        using var width = new SemaphoreSlim(context.Parallelism);
        var errors = await Task.WhenAll(plan.Instances.Select(async instance =>
        {
            await width.WaitAsync(cancellationToken);
            try
            {
                return await ExecuteAsync(instance, cancellationToken);
            }
            finally
            {
                width.Release();
            }
        }));
        var failed = errors.Where(e => e is not null).ToList();
        return failed.Count switch
        {
            0 => null,
            1 => failed[0],
            _ => $"{failed.Count} of {plan.Instances.Length} instances failed: {string.Join("; ", failed.Take(5))}",
        };
    }

    private async Task<string?> ExecuteAsync(InstancePlan plan, CancellationToken cancellationToken)
    {
        foreach (var verb in plan.Verbs)
        {
            var path = $"{plan.Path}/{verb.ToString().ToLowerInvariant()}";
            var ended = await _steps.RunAsync(path, DriverRetry, DriverTimeout, t => CallAsync(plan, verb, path, t), cancellationToken);
            if (ended.Status == StepStatus.Failed)
            {
                if (context.Targets.Find(Key(plan.Path)) is { } broken)
                {
                    await WriteAsync(
                        broken with { State = TargetState.Failed, StateReason = ended.Error, StateSince = context.Time.GetUtcNow() });
                }

                return $"`{plan.Path}`: {verb.ToString().ToLowerInvariant()}: {ended.Error}";
            }
        }

        if (plan.Removes)
        {
            var changes = new ChangeSet();
            changes.RemovedTargets.Add(Key(plan.Path));
            await context.ChangeTargetsAsync(changes);
        }

        return null;
    }

    private async Task<StepOutcome> CallAsync(InstancePlan plan, DriverVerb verb, string path, CancellationToken cancellationToken)
    {
        var execution = record.Value;
        var choice = DriverOf(plan.Path)!;
        if (!context.Drivers.TryGetValue(choice.Name, out var driver))
        {
            return StepOutcome.Failed(
                $"there is no driver `{choice.Name}`; there are {string.Join(", ", context.Drivers.Keys.Order(StringComparer.Ordinal))}");
        }

        var now = context.Time.GetUtcNow();
        var instance = context.Targets.Find(Key(plan.Path))
            ?? new Target { Key = Key(plan.Path), Kind = TargetKinds.Instance, CreatedAt = now, StateSince = now };
        if (StateDuring(verb) is { } during && (during != instance.State || plan.IsNew))
        {
            instance = instance with { State = during, StateReason = null, StateSince = now };
            await WriteAsync(instance);
        }

        var call = new DriverCall(verb, instance, choice.Config, execution.Action.Inputs, $"{execution.Id}/{path}");
        await context.Calls.WaitAsync(cancellationToken);
        DriverOutcome outcome;
        try
        {
            outcome = await driver.InvokeAsync(call, cancellationToken);
        }
        finally
        {
            context.Calls.Release();
        }

        if (!outcome.Succeeded)
        {
            return StepOutcome.Failed(outcome.Error ?? "failed without a reason", outcome.Transient);
        }

        instance = context.Targets.Find(instance.Key) ?? instance;
        await WriteAsync(instance with
        {
            State = outcome.State,
            StateReason = null,
            StateSince = context.Time.GetUtcNow(),
            Properties = Json.Merge(instance.Properties, outcome.Properties),
        });
        return StepOutcome.Done(outcome.Properties);
    }

    private Task WriteAsync(Target target)
    {
        var changes = new ChangeSet();
        changes.Targets.Add(target);
        return context.ChangeTargetsAsync(changes);
    }

    private static TargetState? StateDuring(DriverVerb verb) => verb switch
    {
        DriverVerb.Create or DriverVerb.Start => TargetState.Starting,
        DriverVerb.Stop or DriverVerb.Delete => TargetState.Stopping,
        _ => null,
    };

    private DriverChoice? DriverOf(string path)
    {
        var key = Key(path);
        return context.Targets.DriverOf(context.Targets.Find(key) ?? new Target { Key = key, Kind = TargetKinds.Instance });
    }

    private TargetKey Key(string path) => new(record.Value.Scope, path);

    private OperationSignal Signal(OperationPhase phase, JsonElement data)
    {
        var execution = record.Value;
        return new OperationSignal
        {
            Scope = execution.Scope,
            At = context.Time.GetUtcNow(),
            Execution = execution.Id,
            Operation = execution.Action.Name,
            Target = execution.TargetKey!.Value,
            Phase = phase,
            Inputs = execution.Action.Inputs,
            Data = data,
            RequestedBy = execution.CreatedBy,
        };
    }
}
