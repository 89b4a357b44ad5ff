using System.Net;

namespace Reeve.Server.Access;

/// <summary>The addresses that a server listens on, and the rule that without authentication they are of this machine only.</summary>
internal static class ListenAddress
{
    /// <summary>The addresses; or why they cannot be taken.</summary>
    public static IReadOnlyList<IPEndPoint> Read(string urls, string auth, out string? problem)
    {
        var found = new List<IPEndPoint>();
        problem = auth == "none" ? null : $"auth: there is no way of authentication `{auth}`; use `none`";
        foreach (var text in urls.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.PathAndQuery != "/")
            {
                problem ??= $"urls: `{text}` is no address to listen on; write one such as `http://127.0.0.1:8470`";
                continue;
            }

            var address = url.Host == "localhost"
                ? IPAddress.Loopback
                : IPAddress.TryParse(url.Host.Trim('[', ']'), out var parsed) ? parsed : null;
            if (address is null)
            {
                problem ??= $"urls: `{text}` names no address of this machine; write a numeric one such as `http://127.0.0.1:8470`";
            }
            else if (!IPAddress.IsLoopback(address))
            {
                problem ??= $"urls: `{text}` can be reached by others, and `--auth none` lets everybody in; "
                    + "listen on `127.0.0.1` or `[::1]`";
            }
            else
            {
                found.Add(new IPEndPoint(address, url.Port));
            }
        }

        if (found.Count == 0)
        {
            problem ??= "urls: no address to listen on is given; write one such as `http://127.0.0.1:8470`";
        }

        return found;
    }
}
