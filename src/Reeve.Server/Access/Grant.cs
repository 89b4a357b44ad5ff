using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Server.Access;

/// <summary>A role on a scope; <c>*</c> stands for every tenant, or every project of the tenant.</summary>
internal readonly record struct Grant(Role Role, string Tenant, string Project)
{
    public const string Every = "*";

    /// <summary>Everything everywhere.</summary>
    public static readonly Grant Everything = new(Role.Admin, Every, Every);

    /// <summary>Does it let its holder be of this role there? <paramref name="project"/> is null for all projects of the tenant.</summary>
    public bool Covers(Role role, string tenant, string? project) =>
        Role.Covers(role) && (Tenant == Every || Tenant == tenant) && (Project == Every || (project is not null && Project == project));

    /// <summary>Reads <c>role</c>, <c>role@tenant</c> or <c>role@tenant/project</c>; or says why not.</summary>
    public static Grant? Read(string text, out string? problem)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? text : text[..at];
        var (tenant, project) = at < 0 ? (Every, Every) : ScopeOf(text[(at + 1)..]);
        problem = null;
        if (Roles.Find(name) is not { } role)
        {
            problem = $"there is no role {Quote.Text(name)}{DidYouMean.Hint(name, Roles.Names)}; there are {Quote.List(Roles.Names)}";
            return null;
        }

        if (!IsPlace(tenant) || !IsPlace(project) || (tenant == Every && project != Every))
        {
            problem = $"{Quote.Text(text)} names no scope; write `{name}@tenant/project`, `{name}@tenant` for all its projects, "
                + $"or `{name}@*` for every tenant";
            return null;
        }

        return new Grant(role, tenant, project);
    }

    public override string ToString() => $"{Role.Name()}@{Tenant}{(Project == Every ? "" : $"/{Project}")}";

    private static (string Tenant, string Project) ScopeOf(string text) =>
        text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? (text[..at], text[(at + 1)..]) : (text, Every);

    private static bool IsPlace(string name) => name == Every || ResourceDocument.IsName(name);
}
