using Reeve.Flexera.Evaluation;

namespace Reeve.Flexera.Testing;

/// <summary>How a case ended.</summary>
/// <param name="Report">What the evaluation gave.</param>
/// <param name="Differences">What is not as the case expects it; empty when it passed.</param>
public sealed record TemplateCaseResult(RunReport Report, IReadOnlyList<string> Differences);
