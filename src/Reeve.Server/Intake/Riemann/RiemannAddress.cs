using System.Globalization;
using System.Net;

namespace Reeve.Server.Intake.Riemann;

/// <summary>
/// Reads <c>host:port</c>; the protocol has no log-in, so only what is of this machine, or asks for certificates, is open.
/// </summary>
internal static class RiemannAddress
{
    /// <summary>The address; or why it cannot be taken.</summary>
    public static IPEndPoint? Read(string text, string option, bool asksForCertificates, out string? problem)
    {
        problem = null;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? "" : text[..colon].Trim('[', ']');
        var address = host is "localhost" or "" ? IPAddress.Loopback
            : host == "*" ? IPAddress.IPv6Any
            : IPAddress.TryParse(host, out var parsed) ? parsed
            : null;
        if (address is null || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            problem = $"{option}: `{text}` is no address to listen on; write a numeric one such as `127.0.0.1:5555`";
            return null;
        }

        if (!IPAddress.IsLoopback(address) && !asksForCertificates)
        {
            problem = $"{option}: `{text}` can be reached by others, and the protocol lets everybody in; listen on `127.0.0.1` or `[::1]`"
                + (option == "riemann" ? ", or ask for certificates with `--riemann-tls` and `--riemann-ca`" : "");
            return null;
        }

        return new IPEndPoint(address, port);
    }
}
