using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reeve.Flexera.Network;
using Reeve.Flexera.Requests;

namespace Reeve.Flexera.Credentials;

/// <summary>Keys of AWS.</summary>
internal sealed record AwsKeys(string AccessKey, string SecretKey, string SessionToken);

/// <summary>AWS Signature Version 4, by header.</summary>
internal static class AwsSignature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    // what the way to the service may change or add
    private static readonly HashSet<string> _unsigned = new(StringComparer.Ordinal)
    {
        "accept-encoding", "authorization", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "te",
        "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    };

    public static void Sign(Outgoing request, AwsKeys keys, string region, string service, DateTimeOffset now)
    {
        var moment = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var payload = Hash(request.Body ?? []);
        request.Set("X-Amz-Date", moment);
        if (keys.SessionToken.Length > 0)
        {
            request.Set("X-Amz-Security-Token", keys.SessionToken);
        }

        var isStorage = service is "s3" or "s3express" or "s3-outposts" or "s3-object-lambda";
        if (isStorage)
        {
            request.Set("X-Amz-Content-Sha256", payload);

            // sent as it is signed: then it matters to nobody whether what needs no percent sign had one
            request.Address = RequestAddress.WithPath(request.Address, Path(request.Address, true));
        }

        var headers = request.Headers.Select(h => (Name: h.Key.ToLowerInvariant(), Value: Trim(h.Value)))
            .Where(h => !_unsigned.Contains(h.Name))
            .Append((Name: "host", Value: request.Host))
            .GroupBy(h => h.Name, h => h.Value).OrderBy(h => h.Key, StringComparer.Ordinal).ToList();
        var signed = string.Join(';', headers.Select(h => h.Key));
        var canonical = string.Join('\n',
            request.Method,
            Path(request.Address, isStorage),
            Query(request.Address),
            string.Concat(headers.Select(h => $"{h.Key}:{string.Join(',', h)}\n")),
            signed,
            payload);
        var scope = $"{moment[..8]}/{region}/{service}/aws4_request";
        var toSign = string.Join('\n', Algorithm, moment, scope, Hash(Encoding.UTF8.GetBytes(canonical)));
        var key = Encoding.UTF8.GetBytes("AWS4" + keys.SecretKey);
        foreach (var part in (string[])[moment[..8], region, service, "aws4_request"])
        {
            key = Mac(key, part);
        }

        var signature = Convert.ToHexStringLower(Mac(key, toSign));
        request.Set("Authorization", $"{Algorithm} Credential={keys.AccessKey}/{scope}, SignedHeaders={signed}, Signature={signature}");
    }

    private static string Trim(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    // HTTP lets an address without a path stand for its root; every service but S3 encodes what is encoded once more, and takes dots
    // out of paths
    private static string Path(Uri address, bool isStorage)
    {
        var path = address.AbsolutePath.Length == 0 ? "/" : address.AbsolutePath;
        if (isStorage)
        {
            return string.Join('/', path.Split('/').Select(s => Uri.EscapeDataString(Uri.UnescapeDataString(s))));
        }

        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part != ".")
            {
                parts.Add(Uri.EscapeDataString(part));
            }
        }

        return "/" + string.Join('/', parts) + (parts.Count > 0 && path.EndsWith('/') ? "/" : "");
    }

    private static string Query(Uri address)
    {
        var pairs = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2))
            .Select(p => (Name: Encode(p[0]), Value: p.Length > 1 ? Encode(p[1]) : ""));
        return string.Join('&', pairs.OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)
            .Select(p => $"{p.Name}={p.Value}"));
    }

    private static string Encode(string text) => Uri.EscapeDataString(Uri.UnescapeDataString(text));

    private static string Hash(byte[] data) => Convert.ToHexStringLower(SHA256.HashData(data));

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
