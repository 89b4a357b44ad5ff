using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Partial;

/// <summary>What is known when a query is evaluated in part, and what is not.</summary>
public sealed record PartialOptions
{
    /// <summary>What is not known yet: references such as <c>input</c> or <c>data.reports</c>. The default is <c>input</c>.</summary>
    public IReadOnlyList<string> Unknowns { get; init; } = ["input"];

    /// <summary>What is known, and the limits.</summary>
    public EvaluationInput Input { get; init; } = new();

    /// <summary>How the query is read.</summary>
    public QueryOptions Query { get; init; } = new();
}

/// <summary>What is left of a query: it holds when one of the queries does.</summary>
/// <param name="Queries">The queries; an empty one holds always, and none at all never.</param>
/// <param name="Support">The modules that the queries need.</param>
/// <param name="Errors">Why there is no answer; empty when there is one.</param>
public sealed record PartialOutcome(
    IReadOnlyList<PartialQuery> Queries, IReadOnlyList<PartialModule> Support, IReadOnlyList<RegoError> Errors);

/// <summary>A query that is left: its statements as text and as they are read.</summary>
public sealed record PartialQuery(IReadOnlyList<string> Text, IReadOnlyList<Expression> Body);

/// <summary>A module that queries need: its text, laid out, and what is read from it.</summary>
public sealed record PartialModule(string Text, RegoModule Module);

/// <summary>Ends the partial evaluation; it never leaves it.</summary>
internal sealed class PartialException(RegoError error) : Exception(error.Message)
{
    public RegoError Error => error;
}
