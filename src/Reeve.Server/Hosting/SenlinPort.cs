using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Reeve.Server.Access;
using Reeve.Server.Api;

namespace Reeve.Server.Hosting;

/// <summary>The port of its own that Senlin's API can have: what comes in there is marked, since the port may be chosen late.</summary>
internal static class SenlinPort
{
    /// <summary>Where Senlin's API is on the other ports.</summary>
    public const string Prefix = "/senlin";

    private const string LogIn = "/identity";

    private static readonly object Mark = new();

    /// <summary>Listens on this machine, and marks what comes in.</summary>
    public static void Listen(KestrelServerOptions kestrel, int port) => kestrel.Listen(IPAddress.Loopback, port, listen =>
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Items[Mark] = Mark;
            return next(connection);
        });
    });

    /// <summary>Is the request meant for Senlin, wherever it came in?</summary>
    public static bool Takes(HttpContext http) =>
        IsFrom(http) || http.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal)
        || http.Request.Path.StartsWithSegments(LogIn, StringComparison.Ordinal);

    /// <summary>
    /// Who may call Senlin's API: with a file of users, those who log in there; else, unless everybody may do everything, an admin of all
    /// tenants. Throws an <see cref="ApiProblem"/>.
    /// </summary>
    public static async ValueTask MustMayAsync(HttpContext http, ApiState state)
    {
        if (!state.Access.IsOpen && state.Options.SenlinUsers is null)
        {
            await state.Access.MustBeAsync(http, Role.Admin);
        }
    }

    /// <summary>Did the request come in on that port?</summary>
    public static bool IsFrom(HttpContext http) => http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Mark) == true;
}
