using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Identity;
using Reeve.Server.Api;

namespace Reeve.Server.Access;

/// <summary>A caller who was let in, with the place that the request is about.</summary>
/// <param name="Caller">Who.</param>
/// <param name="Tenant">Of which tenant the request is; null when neither the request nor the caller's grants say.</param>
/// <param name="Project">
/// Of which project; null when neither says: then a list is of all projects, and anything else of <c>default</c>.
/// </param>
/// <param name="OnlyProject">The one project whose records may be seen; null for all of the tenant.</param>
internal sealed record Admitted(Caller Caller, string? Tenant, string? Project, string? OnlyProject)
{
    /// <summary>Who calls without authentication.</summary>
    public static readonly Admitted Everybody = new(Caller.Everybody, null, null, null);

    /// <summary>
    /// The place of a request, as its query says, or else as the caller's grants leave no choice. Throws an <see cref="ApiProblem"/> when
    /// the caller may not do there what the route needs; what it says tells nothing of whether there is such a place.
    /// </summary>
    public static Admitted Of(Caller caller, Role role, IQueryCollection query)
    {
        var tenant = Text(query, "tenant") ?? TenantOf(caller, role);
        var project = Text(query, "project");
        if (caller.May(role, tenant ?? Scope.Default.Tenant, null))
        {
            return new Admitted(caller, tenant, project, null);
        }

        project ??= ProjectOf(caller, role, tenant ?? Scope.Default.Tenant);
        return project is not null && caller.May(role, tenant ?? Scope.Default.Tenant, project)
            ? new Admitted(caller, tenant, project, project)
            : throw Refused(caller, role, tenant ?? Scope.Default.Tenant, project);
    }

    /// <summary>The refusal of somebody who lacks a role in a place.</summary>
    public static ApiProblem Refused(Caller caller, Role role, string tenant, string? project) => new(
        ErrorCodes.Forbidden,
        $"{Quote.Text(caller.Name)} is no {role.Name()} of {Quote.Text($"{tenant}/{project ?? Grant.Every}")}; ask an admin for "
            + $"a token with `{role.Name()}@{(tenant == Grant.Every ? Grant.Every : "TENANT/PROJECT")}`");

    private static string? TenantOf(Caller caller, Role role)
    {
        var tenants = caller.Grants.Where(g => g.Role.Covers(role)).Select(g => g.Tenant).Distinct().ToList();
        return tenants is [not Grant.Every and var only] ? only : null;
    }

    private static string? ProjectOf(Caller caller, Role role, string tenant)
    {
        var projects = caller.Grants.Where(g => g.Role.Covers(role) && g.Tenant == tenant).Select(g => g.Project).Distinct().ToList();
        return projects.Count == 1 ? projects[0] : projects.Find(p => p == Scope.Default.Project);
    }

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;
}
