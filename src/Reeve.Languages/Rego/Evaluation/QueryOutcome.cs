using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>The rows of a query, or the error that ended it, and what it took.</summary>
public sealed class QueryOutcome
{
    /// <summary>The answers; empty means undefined.</summary>
    public IReadOnlyList<QueryRow> Rows { get; init; } = [];

    /// <summary>What ended the evaluation; null when nothing did.</summary>
    public RegoError? Error { get; init; }

    /// <summary>What it took.</summary>
    public EvaluationMetrics Metrics { get; init; }
}

/// <summary>One answer: the variables of the query in the order of their names, and the value of each of its statements.</summary>
public sealed record QueryRow(IReadOnlyDictionary<string, Value> Bindings, IReadOnlyList<StatementValue> Statements);

/// <summary>The value of a statement of a query, with its text and place.</summary>
public sealed record StatementValue(Value Value, string Text, int Row, int Column);

/// <summary>What an evaluation took: steps counted, built-in errors that were swallowed.</summary>
public readonly record struct EvaluationMetrics(long Steps, IReadOnlyList<RegoError> BuiltinErrors);
