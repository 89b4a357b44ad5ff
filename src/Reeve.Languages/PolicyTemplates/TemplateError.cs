using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates;

/// <summary>Why a template does not compile.</summary>
/// <param name="At">The place.</param>
/// <param name="Problem">The kind of mistake in a few words; the same words for the same kind.</param>
/// <param name="Summary">What is wrong here.</param>
/// <param name="Resolution">What to do.</param>
public sealed record TemplateError(SourcePoint At, string Problem, string Summary, string Resolution)
{
    /// <summary>The place in the words that clients of the original read: <c>template: f.pt, line: N</c>.</summary>
    public string Origin(string file) => $"template: {file}, line: {At.Line}";

    /// <inheritdoc/>
    public override string ToString() => $"{At}: {Problem}: {Summary}; {Resolution}";
}
