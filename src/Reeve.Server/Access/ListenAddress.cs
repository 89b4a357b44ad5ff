using System.Net;

namespace Reeve.Server.Access;

/// <summary>One address that a server listens on.</summary>
/// <param name="Address">Where.</param>
/// <param name="IsSecured">With TLS?</param>
internal sealed record ListenPoint(IPEndPoint Address, bool IsSecured);

/// <summary>The addresses that a server listens on, and the rule that without authentication they are of this machine only.</summary>
internal static class ListenAddress
{
    public const string None = "none";
    public const string Tokens = "tokens";

    /// <summary>The addresses; every mistake goes into the list.</summary>
    public static IReadOnlyList<ListenPoint> Read(string urls, string auth, bool hasCertificate, List<string> problems)
    {
        var found = new List<ListenPoint>();
        var before = problems.Count;
        if (auth is not (None or Tokens))
        {
            problems.Add($"auth: there is no way of authentication `{auth}`; use `tokens` or `none`");
        }

        foreach (var text in urls.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (One(text, auth, hasCertificate, problems) is { } point)
            {
                found.Add(point);
            }
        }

        if (found.Count == 0 && problems.Count == before)
        {
            problems.Add("urls: no address to listen on is given; write one such as `http://127.0.0.1:8470`");
        }

        return found;
    }

    private static ListenPoint? One(string text, string auth, bool hasCertificate, List<string> problems)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.PathAndQuery != "/")
        {
            problems.Add($"urls: `{text}` is no address to listen on; write one such as `http://127.0.0.1:8470`");
            return null;
        }

        var address = url.Host == "localhost"
            ? IPAddress.Loopback
            : IPAddress.TryParse(url.Host.Trim('[', ']'), out var parsed) ? parsed : null;
        if (address is null)
        {
            problems.Add($"urls: `{text}` names no address of this machine; write a numeric one such as `http://127.0.0.1:8470`");
            return null;
        }

        if (!IPAddress.IsLoopback(address) && auth == None)
        {
            problems.Add($"urls: `{text}` can be reached by others, and `--auth none` lets everybody in; "
                + "listen on `127.0.0.1` or `[::1]`, or ask for tokens with `--auth tokens`");
            return null;
        }

        if (url.Scheme == Uri.UriSchemeHttps && !hasCertificate)
        {
            problems.Add($"urls: `{text}` needs a certificate; name its file and that of its key with `--tls-cert` and `--tls-key`");
            return null;
        }

        return new ListenPoint(new IPEndPoint(address, url.Port), url.Scheme == Uri.UriSchemeHttps);
    }
}
