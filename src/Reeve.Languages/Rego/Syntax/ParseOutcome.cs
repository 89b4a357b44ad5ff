namespace Reeve.Languages.Rego.Syntax;

/// <summary>A module, or the reasons why the text is none.</summary>
public sealed record ParseOutcome(RegoModule? Module, IReadOnlyList<RegoError> Errors);
