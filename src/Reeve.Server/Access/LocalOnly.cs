using System.Net;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;

namespace Reeve.Server.Access;

/// <summary>
/// Without authentication a page in somebody's browser must not get through to Reeve: neither by a name that was made to point at this
/// machine, nor by a request that a foreign page sends.
/// </summary>
internal static class LocalOnly
{
    /// <summary>Why the request is refused; null when it may pass.</summary>
    public static string? Refusal(HttpRequest request)
    {
        if (!IsLocal(request.Host.Host))
        {
            return $"host: {Quote.Text(request.Host.Value ?? "")} is not this machine; "
                + "with `--auth none` call Reeve as `127.0.0.1` or `localhost`";
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsLocal(from.Host)
            ? null
            : $"origin: {Quote.Text(origin)} is not this machine; with `--auth none` no other site may call Reeve";
    }

    private static bool IsLocal(string host) =>
        host is "localhost" or "" || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
