namespace Reeve.Flexera.Evaluation;

/// <summary>What the reserved words say outside of an applied policy.</summary>
public sealed record WordValues
{
    private static readonly Dictionary<string, (string Optima, string Governance, string App, string Cm, string Ss)> _regions =
        new(StringComparer.Ordinal)
        {
            ["us"] = ("api.optima.flexeraeng.com", "governance-3.rightscale.com", "app.flexera.com", "us-3.rightscale.com",
                "selfservice-3.rightscale.com"),
            ["eu"] = ("api.optima-eu.flexeraeng.com", "governance-eu.rightscale.com", "app.flexera.eu", "eu.rightscale.com",
                "selfservice-eu.rightscale.com"),
            ["au"] = ("api.optima-apac.flexeraeng.com", "governance-apac.rightscale.com", "app.flexera.au", "apac.rightscale.com",
                "selfservice-apac.rightscale.com"),
        };

    /// <summary>The regions: <c>us</c>, <c>eu</c>, <c>au</c>.</summary>
    public static IReadOnlyCollection<string> Regions => _regions.Keys;

    /// <summary>Whose hosts; <c>us</c> by default.</summary>
    public string Region { get; init; } = "us";

    /// <summary>The organisation's number; 1 by default.</summary>
    public long OrgId { get; init; } = 1;

    /// <summary>The organisation's name; <c>local</c> by default.</summary>
    public string OrgName { get; init; } = "local";

    /// <summary>The project's number; 1 by default.</summary>
    public long ProjectId { get; init; } = 1;

    /// <summary>The project's name; <c>local</c> by default.</summary>
    public string ProjectName { get; init; } = "local";

    /// <summary>The applied policy's id; empty by default.</summary>
    public string PolicyId { get; init; } = "";

    /// <summary>The id of the applied policy that made this one; empty by default.</summary>
    public string MetaParentPolicyId { get; init; } = "";

    /// <summary>Values that stand in place of all the above, by word; none by default.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init; } = new Dictionary<string, string>();

    /// <summary>What a word says, or null when it is none of these.</summary>
    public object? Of(string word)
    {
        if (Others.TryGetValue(word, out var other))
        {
            return other;
        }

        var hosts = _regions[Region];
        return word switch
        {
            "rs_org_id" => (double)OrgId,
            "rs_org_name" => OrgName,
            "rs_project_id" => (double)ProjectId,
            "rs_project_name" => ProjectName,
            "rs_cm_host" => hosts.Cm,
            "rs_ss_host" => hosts.Ss,
            "rs_optima_host" => hosts.Optima,
            "rs_governance_host" => hosts.Governance,
            "f1_app_host" => hosts.App,
            "policy_id" => PolicyId,
            "meta_parent_policy_id" => MetaParentPolicyId,
            _ => null,
        };
    }
}
