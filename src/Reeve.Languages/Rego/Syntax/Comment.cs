namespace Reeve.Languages.Rego.Syntax;

/// <summary>A comment without its <c>#</c>.</summary>
public sealed record Comment(string Text, Location Location);
