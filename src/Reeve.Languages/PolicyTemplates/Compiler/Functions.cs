namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>The functions and the reserved words of terms.</summary>
internal static class Functions
{
    /// <summary>Name, and the fewest and the most arguments.</summary>
    public static readonly Dictionary<string, (int Fewest, int Most)> All = new(StringComparer.Ordinal)
    {
        ["first"] = (1, 1),
        ["last"] = (1, 1),
        ["get"] = (2, 2),
        ["contains"] = (2, 2),
        ["select"] = (2, 2),
        ["size"] = (1, 1),
        ["jmes_path"] = (2, 2),
        ["jq"] = (2, 3),
        ["xpath"] = (2, 3),
        ["val"] = (2, 2),
        ["vals"] = (2, 2),
        ["href"] = (1, 1),
        ["hrefs"] = (1, 1),
        ["header"] = (1, 2),
        ["eq"] = (2, 2),
        ["ne"] = (2, 2),
        ["gt"] = (2, 2),
        ["ge"] = (2, 2),
        ["lt"] = (2, 2),
        ["le"] = (2, 2),
        ["switch"] = (3, 3),
        ["logic_and"] = (2, 2),
        ["logic_or"] = (2, 2),
        ["logic_not"] = (1, 1),
        ["inc"] = (1, 2),
        ["dec"] = (1, 2),
        ["prod"] = (2, 2),
        ["div"] = (2, 2),
        ["mod"] = (2, 2),
        ["split"] = (2, 2),
        ["join"] = (1, 2),
        ["ljust"] = (2, 3),
        ["rjust"] = (2, 3),
        ["to_n"] = (1, 1),
        ["to_s"] = (1, 1),
        ["to_b"] = (1, 1),
        ["to_d"] = (1, 1),
        ["now"] = (0, 0),
        ["cred"] = (1, 1),
        ["any"] = (1, 1),
        ["all"] = (1, 1),
        ["none"] = (1, 1),
    };

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

    public static IEnumerable<string> Words => Everywhere.Concat(InPlaces.Keys);
}
