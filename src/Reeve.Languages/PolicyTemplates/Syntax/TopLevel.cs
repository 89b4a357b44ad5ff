namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>The words that begin a block at the top of a template.</summary>
internal static class TopLevel
{
    public static readonly HashSet<string> Blocks = new(StringComparer.Ordinal)
    {
        "parameter", "credentials", "auth", "permission", "resources", "datasource", "script", "pagination", "policy", "escalation",
        "resolution", "define",
    };
}
