using System.Text.Json;
using Reeve.Actors.Inputs;
using Reeve.Actors.Outbound;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Time;

namespace Reeve.Actors.Process;

/// <summary>
/// Runs a program as an action. Its standard input is a JSON object with the idempotency key, the execution, the target and the context.
/// Secrets reach it in its environment only: arguments can be seen by everybody on the machine.
/// </summary>
public sealed class ProcessActor(IProgramRunner runner, ISecrets? secrets = null) : IActor
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public string Name => "process";

    /// <inheritdoc/>
    public IEnumerable<string> Check(JsonElement inputs) => Read(inputs).Mistakes;

    /// <inheritdoc/>
    public async Task<ActorOutcome> ActAsync(ActorCall call, CancellationToken cancellationToken)
    {
        var (program, secretEnvironment, mistakes) = Read(call.Inputs);
        if (mistakes.Count > 0)
        {
            return ActorOutcome.Failed(string.Join("; ", mistakes), transient: false);
        }

        var used = new List<string>();
        foreach (var (name, source, prefix) in secretEnvironment)
        {
            var (secret, problem) = source.Find(call.Scope, secrets);
            if (secret is null || ProgramEnvironment.Refusal(name, prefix + secret) is not null)
            {
                return ActorOutcome.Failed(
                    $"secret_env.{name}: {problem ?? "the secret cannot stand in a variable"}", transient: false);
            }

            used.Add(secret);
            program = program with { Environment = program.Environment.SetItem(name, prefix + secret) };
        }

        return Redaction.Of(await RunAsync(call, program, cancellationToken).ConfigureAwait(false), used);
    }

    private async Task<ActorOutcome> RunAsync(ActorCall call, ProgramCall program, CancellationToken cancellationToken)
    {

        var input = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("idempotency_key", call.IdempotencyKey);
            writer.WriteString("execution", call.Execution.Value);
            writer.WriteString("tenant", call.Scope.Tenant);
            writer.WriteString("project", call.Scope.Project);
            writer.WriteString("target", call.Target);
            if (call.Context.ValueKind != JsonValueKind.Undefined)
            {
                writer.WritePropertyName("context");
                call.Context.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
        var outcome = await runner.RunAsync(program with { Input = input.GetRawText() + "\n" }, cancellationToken).ConfigureAwait(false);
        if (outcome.Error is { } error)
        {
            return ActorOutcome.Failed(error, transient: false);
        }

        var output = Json.Build(writer =>
        {
            writer.WriteStartObject();
            if (outcome.ExitCode is { } code)
            {
                writer.WriteNumber("exit_code", code);
            }

            writer.WriteString("output", outcome.Output);
            writer.WriteString("error_output", outcome.ErrorOutput);
            writer.WriteBoolean("truncated", outcome.Truncated);
            writer.WriteNumber("seconds", Math.Round(outcome.Duration.TotalSeconds, 3));
            writer.WriteEndObject();
        });
        if (outcome.Passed)
        {
            return ActorOutcome.Done(output);
        }

        var how = outcome.TimedOut ? $"killed after {Durations.Format(program.Timeout)}" : $"exited with code {outcome.ExitCode}";
        return ActorOutcome.Failed($"`{program.Command[0]}`: {how}{LastLine(outcome)}", transient: true, output: output);
    }

    private static string LastLine(ProgramOutcome outcome)
    {
        var text = outcome.ErrorOutput.Trim().Length > 0 ? outcome.ErrorOutput : outcome.Output;
        var last = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return last is null ? "" : $": {(last.Length > 200 ? last[..200] : last)}";
    }

    private (ProgramCall Program, IReadOnlyList<(string Name, SecretSource Source, string Prefix)> Secrets, List<string> Mistakes) Read(
        JsonElement inputs)
    {
        var mistakes = new List<string>();
        var reader = new InputReader(inputs, mistakes);
        var command = reader.Texts("command");
        var program = new ProgramCall(command, reader.Duration("timeout", DefaultTimeout, LongestTimeout))
        {
            Folder = reader.Text("folder"),
            Environment = reader.TextMap("env"),
        };
        var secretEnvironment = SecretSource.ReadMap(reader, "secret_env");
        reader.Close();
        if (mistakes.Count == 0 && runner.Refusal(command) is { } refusal)
        {
            mistakes.Add(refusal);
        }

        foreach (var (name, value) in program.Environment)
        {
            if (ProgramEnvironment.Refusal(name, value) is { } refused)
            {
                reader.Report($"env.{name}", refused);
            }
        }

        foreach (var (name, _, prefix) in secretEnvironment)
        {
            if (ProgramEnvironment.Refusal(name, prefix) is { } refused)
            {
                reader.Report($"secret_env.{name}", refused);
            }
        }

        return (program, secretEnvironment, mistakes);
    }
}
