using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Evaluation;

namespace Reeve.Cli.Rego;

/// <summary>What an evaluation gave, and what it took.</summary>
internal sealed record EvalResult(IReadOnlyList<QueryRow> Rows, IReadOnlyList<RegoError> Errors, ErrorTexts Texts)
{
    /// <summary>Times in nanoseconds under their names; null when nobody asked.</summary>
    public IReadOnlyList<(string Name, long Value)>? Metrics { get; init; }

    public EvalTracer? Tracer { get; init; }

    /// <summary>The mode of the explanation; null for none.</summary>
    public string? Explain { get; init; }

    /// <summary>How many places of the profile are shown; null for none.</summary>
    public int? Profile { get; init; }

    public Coverage? Coverage { get; init; }

    /// <summary>Is there an error that ended it? Those of built-ins that were asked for did not.</summary>
    public bool Failed { get; init; }
}
