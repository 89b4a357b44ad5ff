namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>A place in a template; line and column count from 1, columns in UTF-16 units.</summary>
public readonly record struct SourcePoint(int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Line}:{Column}";
}
