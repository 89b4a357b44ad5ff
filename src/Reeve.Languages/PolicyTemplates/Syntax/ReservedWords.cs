namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Words that stand for a value without being defined anywhere.</summary>
internal static class ReservedWords
{
    /// <summary>Words that have a value everywhere.</summary>
    public static readonly HashSet<string> Everywhere = new(StringComparer.Ordinal)
    {
        "rs_org_id", "rs_org_name", "rs_project_id", "rs_project_name", "rs_cm_host", "rs_ss_host", "rs_optima_host", "rs_governance_host",
        "f1_app_host", "policy_id", "meta_parent_policy_id", "now",
    };

    /// <summary>Words that have a value in places, and the places.</summary>
    public static readonly Dictionary<string, string> InPlaces = new(StringComparer.Ordinal)
    {
        ["data"] = "in a `validate`, a `validate_each`, an `escalation` or a `resolution`",
        ["item"] = "in a `check` of a `validate_each`",
        ["response"] = "in a `result` or a `get_page_marker`",
        ["iter_item"] = "in a datasource that has an `iterate`",
        ["iter_index"] = "in a datasource that has an `iterate`",
        ["col_item"] = "inside a `collect`",
        ["col_index"] = "inside a `collect`",
    };

    /// <summary>All of them.</summary>
    public static readonly HashSet<string> All = [.. Everywhere, .. InPlaces.Keys];
}
