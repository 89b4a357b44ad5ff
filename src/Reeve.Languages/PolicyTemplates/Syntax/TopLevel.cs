namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>The words that begin a block at the top of a template.</summary>
internal static class TopLevel
{
    public static readonly HashSet<string> Blocks = new(StringComparer.Ordinal)
    {
        "parameter", "credentials", "auth", "permission", "resources", "datasource", "script", "pagination", "policy", "escalation",
        "resolution", "define",
    };

    /// <summary>The words that begin a block without saying anything else.</summary>
    public static readonly HashSet<string> BareBlocks = new(StringComparer.Ordinal)
    {
        "request", "result", "get_page_marker", "set_page_marker", "export", "request_approval", "permission",
    };
}
