using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>One block of metadata: where it holds, and its fields as an object in the shape of <c>rego.metadata.rule()</c>.</summary>
public sealed record RegoAnnotations(string Scope, Value Fields, Location Location);
