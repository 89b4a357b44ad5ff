using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;

namespace Reeve.Core.Evaluation;

/// <summary>
/// What one evaluation said. It speaks for the checks it names: a named check without findings has passed (its episode ends),
/// and a check that is not named keeps what it had.
/// </summary>
public sealed record Verdict
{
    /// <summary>A verdict that says nothing at all.</summary>
    public static readonly Verdict Silent = new();

    /// <summary>
    /// The checks that were evaluated, each with what it found. One check is one incident; Flexera's policies have several, most have one.
    /// </summary>
    public ImmutableArray<CheckVerdict> Checks { get; init; } = [];

    /// <summary>
    /// What the policy itself asks for (Cloudify's triggers, a workflow
    /// named by Rego); when empty the binding's escalation says what to do.
    /// </summary>
    public ImmutableArray<ActionSpec> Actions { get; init; } = [];

    /// <summary>What is to become of the operation that was asked about; null when nothing is said.</summary>
    public OperationChange? Operation { get; init; }

    /// <summary>What went wrong or is worth knowing.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>Why the policy could not be evaluated; null when it could. What that means is the binding's <c>on_failure</c>.</summary>
    public string? Failure { get; init; }

    /// <summary>One check that passed.</summary>
    public static Verdict Passed(string check) => new() { Checks = [new CheckVerdict(check, [])] };

    /// <summary>One check with one finding.</summary>
    public static Verdict Found(string check, Finding finding) =>
        new() { Checks = [new CheckVerdict(check, [finding]) { Summary = finding.Summary }] };

    /// <summary>
    /// Several verdicts of one signal as one: the first refusal and the first failure count, changes are laid over each other.
    /// </summary>
    public static Verdict Merge(IReadOnlyList<Verdict> verdicts)
    {
        var changes = verdicts.Select(v => v.Operation).OfType<OperationChange>().ToList();
        return verdicts.Count == 1 ? verdicts[0] : new Verdict
        {
            Checks = [.. verdicts.SelectMany(v => v.Checks)],
            Actions = [.. verdicts.SelectMany(v => v.Actions)],
            Diagnostics = [.. verdicts.SelectMany(v => v.Diagnostics)],
            Failure = verdicts.Select(v => v.Failure).FirstOrDefault(f => f is not null),
            Operation = changes.Count == 0
                ? null
                : new OperationChange(
                    changes.Select(c => c.Refusal).FirstOrDefault(r => r is not null),
                    changes.Aggregate(Json.EmptyObject, (data, c) => Json.Merge(data, c.Data))),
        };
    }

    /// <summary>The policy could not be evaluated.</summary>
    public static Verdict Failed(string reason) => new() { Failure = reason };
}

/// <summary>What one check of a policy found; empty findings mean that it passed.</summary>
public sealed record CheckVerdict(string Name, ImmutableArray<Finding> Findings)
{
    /// <summary>One line for people.</summary>
    public string? Summary { get; init; }

    /// <summary>More for people, Markdown.</summary>
    public string? Detail { get; init; }
}

/// <summary>One violation, with the data that shows it.</summary>
/// <param name="Summary">One line for people.</param>
/// <param name="Data">An object: the row, the measured value and the bound, the output of a check.</param>
/// <param name="Target">The path of the target it is about, or null for the key's own target.</param>
public sealed record Finding(string Summary, JsonElement Data, string? Target = null)
{
    /// <summary>
    /// What makes it the same finding when it comes again (the bound, not the measured value); undefined: all of <see cref="Data"/>.
    /// </summary>
    public JsonElement? Identity { get; init; }
}

/// <summary>A remark of an evaluation.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Message">Lower case, no full stop.</param>
/// <param name="Place">Where in the policy's source, when known.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, string Message, string? Place = null);

/// <summary>How bad a diagnostic is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Something was left out or guessed.</summary>
    Warning,

    /// <summary>Something could not be done.</summary>
    Error,
}

/// <summary>What a policy says of an operation before it runs.</summary>
/// <param name="Refusal">Why it must not run; null when it may.</param>
/// <param name="Data">An object laid over the operation's data (Senlin's
/// plan: counts, candidates, placement); undefined for no change.</param>
public sealed record OperationChange(string? Refusal, JsonElement Data)
{
    /// <summary>The operation must not run.</summary>
    public static OperationChange Refuse(string reason) => new(reason, Json.EmptyObject);

    /// <summary>The operation runs with its data changed.</summary>
    public static OperationChange Amend(JsonElement data) => new(null, data);
}
