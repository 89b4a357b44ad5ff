using System.Collections.Immutable;
using Reeve.Languages.CloudWorkflow;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>A template as written: its definitions, and the cloud workflow below them.</summary>
/// <param name="Definitions">All but <c>define</c>, in the order of the text.</param>
/// <param name="Workflows">The <c>define</c> blocks, in the order of the text.</param>
public sealed record TemplateTree(ImmutableArray<Definition> Definitions, ImmutableArray<WorkflowDefinition> Workflows);
