using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Server.Access.Oidc;
using Reeve.Server.Api;

namespace Reeve.Server.Access;

/// <summary>
/// The one place where it is decided who calls and whether they may. A route says what it needs as metadata (<see cref="Needs"/>); a
/// route that says nothing is closed.
/// </summary>
internal sealed class AccessGate(bool isOpen, TokenBook tokens, OidcTokens? oidc)
{
    private const string Scheme = "Bearer ";

    /// <summary>May everybody on this machine do everything?</summary>
    public bool IsOpen => isOpen;

    /// <summary>
    /// Who calls: nobody (null) when no token was sent. Throws an <see cref="ApiProblem"/> for a token that is not good, and for callers
    /// from elsewhere when everybody on this machine is let in.
    /// </summary>
    public async ValueTask<Caller?> CallerAsync(HttpContext http)
    {
        if (isOpen)
        {
            return LocalOnly.Refusal(http.Request) is { } refusal
                ? throw new ApiProblem(ErrorCodes.Forbidden, refusal)
                : Caller.Everybody;
        }

        if (http.Features.Get<Caller>() is { } known)
        {
            return known;
        }

        if (TokenOf(http.Request) is not { } text)
        {
            return null;
        }

        string? problem;
        Caller? caller;
        if (TokenText.IsOwn(text) || oidc is null)
        {
            caller = tokens.Find(text, out problem);
        }
        else
        {
            (caller, problem) = await oidc.FindAsync(text, http.RequestAborted);
        }

        if (caller is null)
        {
            throw Unauthenticated(http, $"authorization: {problem}");
        }

        http.Features.Set(caller);
        http.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name)], "reeve"));
        return caller;
    }

    /// <summary>Lets a request through to its route, or throws an <see cref="ApiProblem"/>.</summary>
    public async ValueTask AdmitAsync(HttpContext http, Needs? needs)
    {
        http.Features.Set(await DecideAsync(http, needs));
    }

    /// <summary>The same for what is not a route: another face. Throws an <see cref="ApiProblem"/>.</summary>
    public async ValueTask<Caller> MustBeAsync(HttpContext http, Role role)
    {
        var caller = await CallerAsync(http) ?? throw Unauthenticated(http, Missing);
        return caller.MayEverywhere(role) ? caller : throw Admitted.Refused(caller, role, Grant.Every, null);
    }

    private const string Missing = "authorization: say who calls: send `Authorization: Bearer TOKEN`; an admin makes one with "
        + "`reeve token create`";

    private async ValueTask<Admitted> DecideAsync(HttpContext http, Needs? needs)
    {
        if (needs is null)
        {
            throw new ApiProblem(ErrorCodes.Forbidden, $"{Quote.Text(http.Request.Path)} says nothing of who may ask, so nobody may");
        }

        if (await CallerAsync(http) is not { } caller)
        {
            return needs.Reach == Reach.Nothing ? new Admitted(new Caller("user/unknown", []), null, null, null)
                : throw Unauthenticated(http, Missing);
        }

        return needs.Reach switch
        {
            _ when isOpen => Admitted.Everybody,
            Reach.Nothing or Reach.Caller => new Admitted(caller, null, null, null),
            Reach.Scope => Admitted.Of(caller, needs.Role, http.Request.Query),
            _ => caller.MayEverywhere(needs.Role)
                ? new Admitted(caller, null, null, null)
                : throw Admitted.Refused(caller, needs.Role, Grant.Every, null),
        };
    }

    private static ApiProblem Unauthenticated(HttpContext http, string detail)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer realm=\"reeve\"";
        return new ApiProblem(ErrorCodes.Unauthenticated, detail);
    }

    private static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header.Length > Scheme.Length
            ? header[Scheme.Length..].Trim()
            : null;
    }
}
