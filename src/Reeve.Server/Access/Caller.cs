namespace Reeve.Server.Access;

/// <summary>Who calls, and what they may do.</summary>
/// <param name="Name">For the record, such as <c>token/ci</c> or <c>user/ada</c>.</param>
/// <param name="Grants">What they may do.</param>
internal sealed record Caller(string Name, IReadOnlyList<Grant> Grants)
{
    /// <summary>Without authentication everybody on this machine may do everything.</summary>
    public static readonly Caller Everybody = new("", [Grant.Everything]);

    /// <summary>Has nobody asked for a token? Then callers say themselves who they are.</summary>
    public bool IsUnnamed => Name.Length == 0;

    /// <summary>May they do what this role may, there? <paramref name="project"/> is null for all projects of the tenant.</summary>
    public bool May(Role role, string tenant, string? project)
    {
        foreach (var grant in Grants)
        {
            if (grant.Covers(role, tenant, project))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>May they do it everywhere?</summary>
    public bool MayEverywhere(Role role) => May(role, Grant.Every, Grant.Every);

    /// <summary>May they do all that this grant gives?</summary>
    public bool MayGive(Grant grant) => May(Role.Admin, grant.Tenant, grant.Project);
}
