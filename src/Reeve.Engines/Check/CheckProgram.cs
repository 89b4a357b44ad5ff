using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Policies;
using Reeve.Core.Signals;
using Reeve.Core.Time;

namespace Reeve.Engines.Check;

/// <summary>Runs a program or a workflow, and judges how it ended.</summary>
internal sealed class CheckProgram(
    CheckSource source, Policy policy, bool ownProperties, IProgramRunner programs, IWorkflowRunner workflows) : IDeferredProgram
{
    /// <summary>The check's name.</summary>
    public const string Check = "check";

    // the runner ends the program itself; this is for a runner that does not answer
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public TimeSpan Timeout => source.Timeout + Patience;

    /// <inheritdoc/>
    public Task<Verdict> EvaluateAsync(EvaluationInput input, CancellationToken cancellationToken)
    {
        var context = CheckContext.Of(input, policy);
        return source.Workflow is { } workflow
            ? RunWorkflowAsync(workflow, context, input, cancellationToken)
            : RunProgramAsync(context, input, cancellationToken);
    }

    private async Task<Verdict> RunProgramAsync(JsonElement context, EvaluationInput input, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        string Fill(string text)
        {
            var filled = Template.FillText(text, context, out var missing);
            if (missing is not null)
            {
                problems.Add(missing);
            }

            return filled;
        }

        var variables = CheckContext.Variables(input.Facts, policy, ownProperties);
        foreach (var (name, value) in source.Environment)
        {
            variables[name] = Fill(value);
        }

        var call = new ProgramCall([.. source.Command.Select(Fill)], source.Timeout)
        {
            Folder = source.Folder,
            Environment = variables.ToImmutable(),
            Input = source.Input ? context.GetRawText() : "",
            OutputLimit = source.OutputLimit,
        };
        if (problems.Count > 0)
        {
            return Verdict.Failed($"the check's command cannot be filled in: {string.Join("; ", problems.Distinct())}");
        }

        if (programs.Refusal(call.Command) is { } refusal)
        {
            return Verdict.Failed($"the check was not started: {refusal}");
        }

        var outcome = await programs.RunAsync(call, cancellationToken).ConfigureAwait(false);
        if (outcome.Error is { } error)
        {
            return Verdict.Failed($"the check could not be started: {error}");
        }

        return outcome.Passed && !outcome.TimedOut ? Answer(input, null) : Answer(input, Found(call.Command[0], outcome));
    }

    private async Task<Verdict> RunWorkflowAsync(
        string workflow, JsonElement context, EvaluationInput input, CancellationToken cancellationToken)
    {
        var mistakes = new List<Mistake>();
        var filled = Template.Parse(source.Inputs, "", mistakes).Fill(context, mistakes);
        var inputs = Json.Merge(ownProperties ? policy.Properties : Json.EmptyObject, filled);
        if (mistakes.Count > 0)
        {
            var problems = string.Join("; ", mistakes.Select(m => m.Message).Distinct());
            return Verdict.Failed($"the inputs of the check's workflow cannot be filled in: {problems}");
        }

        var target = input.Facts.Target.Key;
        var occasion = input.Signal?.Id ?? $"at-{input.Now.ToUnixTimeMilliseconds()}";

        // a made-up target (a binding on everything) is nothing that an execution can work on
        var path = input.Facts.Targets.Find(target) is null ? null : target.Path;
        var execution = await workflows.RunAsync(
            target.Scope, workflow, path, inputs, $"check/{input.Facts.Binding}/{target.Path}/{occasion}", $"policy/{policy.Name}",
            source.Timeout, cancellationToken).ConfigureAwait(false);
        return execution.Status == ExecutionStatus.Succeeded ? Answer(input, null) : Answer(input, Found(workflow, execution));
    }

    // asked before an operation, a check that does not pass says that the operation must not run
    private static Verdict Answer(in EvaluationInput input, Finding? finding)
    {
        var verdict = finding is null ? Verdict.Passed(Check) : Verdict.Found(Check, finding);
        return finding is not null && input.Signal is OperationSignal { Phase: OperationPhase.Before }
            ? verdict with { Operation = OperationChange.Refuse(finding.Summary) }
            : verdict;
    }

    private Finding Found(string executable, ProgramOutcome outcome)
    {
        var name = Quote.Text(Path.GetFileName(executable));
        var how = outcome.TimedOut ? $"took longer than {Durations.Format(source.Timeout)}" : $"ended with exit code {outcome.ExitCode}";
        var said = FirstLine(outcome.ErrorOutput) ?? FirstLine(outcome.Output);
        var data = Json.Build(writer =>
        {
            writer.WriteStartObject();
            WriteExit(writer, outcome);
            writer.WriteString("stdout", outcome.Output);
            writer.WriteString("stderr", outcome.ErrorOutput);
            writer.WriteBoolean("truncated", outcome.Truncated);
            writer.WriteNumber("duration_ms", (long)outcome.Duration.TotalMilliseconds);
            writer.WriteEndObject();
        });
        return new Finding($"check {name} {how}{(said is null ? "" : $": {said}")}", data)
        {
            Identity = Json.Build(writer =>
            {
                writer.WriteStartObject();
                WriteExit(writer, outcome);
                writer.WriteEndObject();
            }),
        };
    }

    private static void WriteExit(Utf8JsonWriter writer, ProgramOutcome outcome)
    {
        if (outcome.ExitCode is { } code)
        {
            writer.WriteNumber("exit_code", code);
        }
        else
        {
            writer.WriteNull("exit_code");
        }

        writer.WriteBoolean("timed_out", outcome.TimedOut);
    }

    private Finding Found(string workflow, Execution execution)
    {
        var status = execution.Status.ToString().ToLowerInvariant();
        var how = execution.IsEnded ? status : $"took longer than {Durations.Format(source.Timeout)}";
        var data = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("workflow", workflow);
            writer.WriteString("execution", execution.Id.Value);
            writer.WriteString("status", status);
            writer.WriteBoolean("timed_out", !execution.IsEnded);
            writer.WriteString("error", execution.Error);
            writer.WriteEndObject();
        });
        return new Finding($"check workflow {Quote.Text(workflow)} {how}{(execution.Error is null ? "" : $": {execution.Error}")}", data)
        {
            Identity = Json.Object(("workflow", workflow), ("status", status)),
        };
    }

    private static string? FirstLine(string output)
    {
        const int longest = 200;
        foreach (var line in output.AsSpan().EnumerateLines())
        {
            var text = line.Trim();
            if (text.Length > 0)
            {
                var plain = new string(text[..Math.Min(text.Length, longest)]);
                return string.Concat(plain.Select(c => char.IsControl(c) ? ' ' : c)) + (text.Length > longest ? "…" : "");
            }
        }

        return null;
    }
}
