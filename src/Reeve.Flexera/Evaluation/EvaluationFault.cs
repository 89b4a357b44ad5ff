namespace Reeve.Flexera.Evaluation;

/// <summary>The evaluation of a template failed; ends it from within and never leaves the room.</summary>
internal sealed class EvaluationFault(string message) : Exception(message)
{
    /// <summary>The datasource in which it failed, or null.</summary>
    public string? Datasource { get; init; }

    /// <summary>The parameter that was refused, or null.</summary>
    public string? Parameter { get; init; }

    /// <summary>The credentials that were given wrongly or not at all, or null.</summary>
    public string? Credentials { get; init; }

    /// <summary>The HTTP status, or 0.</summary>
    public int Status { get; init; }

    /// <summary>Where in the template, or 0.</summary>
    public int Line { get; init; }
}
