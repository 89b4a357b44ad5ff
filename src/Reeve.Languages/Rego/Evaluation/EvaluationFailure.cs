using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Ends an evaluation; never leaves the doors of the evaluator.</summary>
internal sealed class EvaluationFailure(string code, string message, Location location) : Exception(message)
{
    public RegoError Error { get; } = new(code, message, location.File, location.Row, location.Column);
}
