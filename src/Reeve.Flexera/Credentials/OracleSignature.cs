using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reeve.Flexera.Network;

namespace Reeve.Flexera.Credentials;

/// <summary>Request signing of Oracle's cloud: RSA-SHA256 over date, target and host, and over the body if there is one.</summary>
internal static class OracleSignature
{
    public static void Sign(Outgoing request, CredentialFields fields, DateTimeOffset now)
    {
        var keyId = $"{fields.Needed("tenancy", "tenancy_id")}/{fields.Needed("user", "user_id")}/{fields.Needed("fingerprint")}";
        request.Set("Date", now.UtcDateTime.ToString("r", CultureInfo.InvariantCulture));
        var lines = new List<(string Name, string Value)>
        {
            ("date", request.Header("Date")!),
            ("(request-target)", $"{request.Method.ToLowerInvariant()} {request.Address.PathAndQuery}"),
            ("host", request.Host),
        };
        if (request.Method is "POST" or "PUT" or "PATCH")
        {
            request.Body ??= [];
            request.Set("X-Content-Sha256", Convert.ToBase64String(SHA256.HashData(request.Body)));
            if (request.Header("Content-Type") is null)
            {
                request.Set("Content-Type", "application/json");
            }

            lines.Add(("content-length", request.Body.Length.ToString(CultureInfo.InvariantCulture)));
            lines.Add(("content-type", request.Header("Content-Type")!));
            lines.Add(("x-content-sha256", request.Header("X-Content-Sha256")!));
        }

        using var key = PrivateKey.Read(fields);
        var text = string.Join('\n', lines.Select(l => $"{l.Name}: {l.Value}"));
        var signature = key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.Set("Authorization",
            $"Signature version=\"1\",keyId=\"{keyId}\",algorithm=\"rsa-sha256\",headers=\"{string.Join(' ', lines.Select(l => l.Name))}\","
            + $"signature=\"{Convert.ToBase64String(signature)}\"");
    }
}
