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
        var tenancy = fields.Needed(fields.Has("tenancy") ? "tenancy" : "tenancy_id");
        var user = fields.Needed(fields.Has("user") ? "user" : "user_id");
        var keyId = $"{tenancy}/{user}/{fields.Needed("fingerprint")}";
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

/// <summary>A private key in PEM, as a credential holds it.</summary>
internal static class PrivateKey
{
    public static RSA Read(CredentialFields fields)
    {
        var rsa = RSA.Create();
        try
        {
            var text = fields.Needed("private_key").Replace("\\n", "\n", StringComparison.Ordinal);
            if (fields.Has("passphrase"))
            {
                rsa.ImportFromEncryptedPem(text, fields.Text("passphrase"));
            }
            else
            {
                rsa.ImportFromPem(text);
            }

            return rsa;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
            throw new SigningFault($"credentials `{fields.Name}`: `private_key` is no RSA key in PEM");
        }
    }
}
