using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates;

/// <summary>Something in a template that compiles and is likely not what its author wants.</summary>
/// <param name="At">The place.</param>
/// <param name="Code">The rule, stable: <c>unused-parameter</c>.</param>
/// <param name="Message">What was found, and what to do.</param>
public sealed record LintFinding(SourcePoint At, string Code, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{At}: {Message} [{Code}]";
}
