using Reeve.Languages.Rego.Evaluation;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>A program, or the reasons why the modules make none.</summary>
public sealed record CompileOutcome(RegoProgram? Program, IReadOnlyList<RegoError> Errors);

/// <summary>A query that can be evaluated many times, or the reasons why it cannot.</summary>
public sealed record PreparationOutcome(PreparedQuery? Query, IReadOnlyList<RegoError> Errors);
