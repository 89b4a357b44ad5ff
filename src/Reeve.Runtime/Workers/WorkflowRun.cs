using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;

namespace Reeve.Runtime.Workers;

/// <summary>Runs the steps of a workflow: in order, side by side where branches say so, skipping what its condition leaves out.</summary>
internal sealed class WorkflowRun(ExecutionRecord record, Workflow workflow, IExecutionContext context)
{
    private readonly StepRunner _steps = new(record, context.Time);

    /// <summary>Null when all went well, else what went wrong where.</summary>
    public Task<string?> RunAsync(CancellationToken cancellationToken) => RunAsync(workflow.Steps, "", cancellationToken);

    private async Task<string?> RunAsync(ImmutableArray<WorkflowStep> steps, string prefix, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            var path = prefix + step.Name;
            var error = await RunAsync(step, path, cancellationToken);
            if (error is not null && !step.ContinueOnError)
            {
                return error;
            }
        }

        return null;
    }

    private async Task<string?> RunAsync(WorkflowStep step, string path, CancellationToken cancellationToken)
    {
        if (record.Step(path) is null && step.When is { } condition && !condition.Holds(References(path)))
        {
            var now = context.Time.GetUtcNow();
            await record.RecordAsync(
                new StepRecord(path) { Status = StepStatus.Skipped, StartedAt = now, EndedAt = now }, cancellationToken);
            return null;
        }

        if (record.Step(path) is { Status: StepStatus.Skipped })
        {
            return null;
        }

        if (!step.Parallel.IsEmpty)
        {
            var errors = await Task.WhenAll(step.Parallel.Select((branch, i) => RunAsync(branch, $"{path}/{i}/", cancellationToken)));
            return errors.FirstOrDefault(e => e is not null);
        }

        if (step.Wait is { } pause)
        {
            return await WaitAsync(path, pause, cancellationToken);
        }

        var ended = await ActAsync(step, path, cancellationToken);
        return ended.Status == StepStatus.Failed ? $"step `{path}`: {ended.Error}" : null;
    }

    private async Task<string?> WaitAsync(string path, TimeSpan pause, CancellationToken cancellationToken)
    {
        var step = record.Step(path);
        if (step?.Status == StepStatus.Succeeded)
        {
            return null;
        }

        var now = context.Time.GetUtcNow();
        step ??= new StepRecord(path) { Status = StepStatus.Waiting, StartedAt = now, Until = now + pause };
        await record.RecordAsync(step, cancellationToken);
        await _steps.PauseAsync(step.Until ?? now, cancellationToken);
        await record.RecordAsync(
            step with { Status = StepStatus.Succeeded, EndedAt = context.Time.GetUtcNow(), Until = null }, cancellationToken);
        return null;
    }

    private Task<StepRecord> ActAsync(WorkflowStep step, string path, CancellationToken cancellationToken)
    {
        var references = References(path);
        var inputs = Template.Fill(step.Action!.Inputs, references, out var missing);
        var target = record.Value.Target;
        if (step.Action.Target is { } named)
        {
            target = Template.FillText(named, references, out var missingTarget);
            missing ??= missingTarget;
        }

        if (missing is not null)
        {
            return _steps.RunAsync(path, step.Retry, step.Timeout, _ => Task.FromResult(StepOutcome.Failed(missing)), cancellationToken);
        }

        var action = step.Action with { Inputs = inputs, Target = target };
        var isNew = record.Step(path) is null;
        return action.Kind switch
        {
            ActionKind.Approval => ApproveAsync(step, path, action, cancellationToken),
            ActionKind.Actor =>
                _steps.RunAsync(
                    path, step.Retry, step.Timeout, t => ActorCalls.CallAsync(record.Value, action, path, context, t), cancellationToken),
            _ => _steps.RunAsync(
                path, step.Retry, step.Timeout ?? TimeSpan.FromDays(30), t => ChildAsync(action, path, isNew, t), cancellationToken),
        };
    }

    private async Task<StepOutcome> ChildAsync(ActionSpec action, string path, bool isNew, CancellationToken cancellationToken)
    {
        var parent = record.Value;
        var tries = record.Step(path)?.Attempts ?? 1;
        var child = await context.RunChildAsync(
            new Execution
            {
                Id = new(context.Ids.Next("exe")),
                Scope = parent.Scope,
                Action = action,
                Target = action.Target,
                IdempotencyKey = $"{parent.Id}/{path}/{tries}",
                Parent = parent.Target is not null
                    && action.Target is not null
                    && parent.TargetKey!.Value.Covers(new(parent.Scope, action.Target))
                    ? parent.Id
                    : null,
                OnOverlap = OverlapRule.Queue,
                DryRun = parent.DryRun,
                CreatedAt = context.Time.GetUtcNow(),
                CreatedBy = parent.CreatedBy,
            },
            resume: isNew,
            cancellationToken);
        var output = Json.Object(("execution", child.Id.Value));
        return child.Status == ExecutionStatus.Succeeded
            ? StepOutcome.Done(Json.Merge(child.Output, output))
            : StepOutcome.Failed($"{action} ({child.Id}) {child.Status.ToString().ToLowerInvariant()}: {child.Error}", output: output);
    }

    private async Task<StepRecord> ApproveAsync(WorkflowStep step, string path, ActionSpec action, CancellationToken cancellationToken)
    {
        if (record.Step(path) is { Status: StepStatus.Succeeded or StepStatus.Failed } ended)
        {
            return ended;
        }

        var execution = record.Value;
        var now = context.Time.GetUtcNow();
        var begun = record.Step(path) ?? new StepRecord(path)
        {
            Status = StepStatus.Waiting,
            StartedAt = now,
            Until = step.Timeout is { } timeout ? now + timeout : null,
            Approval = new ApprovalId(context.Ids.Next("apr")),
        };
        await record.RecordAsync(begun, cancellationToken);
        var answer = execution.DryRun ? null : await context.AskPeopleAsync(
            new Approval
            {
                Id = begun.Approval!.Value,
                Scope = execution.Scope,
                Subject = $"{execution.Id}/{path}",
                Message = action.Inputs.Text("message") ?? $"may workflow `{workflow.Name}` go on after `{path}`?",
                Target = execution.Target ?? "",
                Incident = execution.Cause?.Incident,
                Execution = execution.Id,
                RequestedAt = begun.StartedAt,
                ExpiresAt = begun.Until,
            },
            cancellationToken);
        var approved = answer is null || answer.Status == ApprovalStatus.Approved;
        var step2 = begun with
        {
            Status = approved ? StepStatus.Succeeded : StepStatus.Failed,
            EndedAt = context.Time.GetUtcNow(),
            Until = null,
            Output = Json.Object(("decided_by", answer?.DecidedBy), ("comment", answer?.Comment)),
            Error = approved
                ? null
                : $"approval {answer!.Id} was {answer.Status.ToString().ToLowerInvariant()}"
                    + $"{(answer.DecidedBy is { } by ? $" by {by}" : "")}",
        };
        await record.RecordAsync(step2, cancellationToken);
        return step2;
    }

    /// <summary>
    /// What references see: <c>inputs</c>, <c>steps.NAME.output</c> (and <c>status</c>), <c>execution</c>, and the decision's context.
    /// </summary>
    private JsonElement References(string path) => Json.Build(writer =>
    {
        var execution = record.Value;
        writer.WriteStartObject();
        writer.WritePropertyName("inputs");
        Json.Merge(workflow.Defaults, execution.Action.Inputs).WriteTo(writer);
        writer.WriteStartObject("steps");
        foreach (var step in execution.Steps)
        {
            writer.WriteStartObject(NameSeenFrom(path, step.Path));
            writer.WriteString("status", step.Status.ToString().ToLowerInvariant());
            writer.WritePropertyName("output");
            step.Output.WriteTo(writer);
            if (step.Error is not null)
            {
                writer.WriteString("error", step.Error);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("execution");
        writer.WriteString("id", execution.Id.Value);
        writer.WriteString("target", execution.Target);
        writer.WriteString("created_by", execution.CreatedBy);
        writer.WriteEndObject();
        foreach (var member in execution.Cause?.Context.EnumerateObject() ?? default)
        {
            member.WriteTo(writer);
        }

        writer.WriteEndObject();
    });

    // a step knows its neighbours, and those beside what it is in, by their bare names; others go by their whole path
    private static string NameSeenFrom(string path, string other)
    {
        var name = other.LastIndexOf('/') + 1;
        return path.StartsWith(other[..name], StringComparison.Ordinal) ? other[name..] : other;
    }
}
