using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>Verifies a bundle's <c>.signatures.json</c>: one token (JWS) that names each file with its hash.</summary>
public static class BundleSignature
{
    /// <summary>The file of the signatures.</summary>
    public const string FileName = ".signatures.json";

    private const int LargestToken = 16 * 1024 * 1024;

    /// <summary>Throws <see cref="BundleException"/> unless every file is as it was signed.</summary>
    public static void Verify(IReadOnlyList<BundleFile> files, BundleVerification verification)
    {
        var signed = files.FirstOrDefault(f => f.Path == FileName)
            ?? throw new BundleException("the bundle is not signed, and only a signed one is taken");
        var (payload, key) = VerifyToken(TokenOf(signed), verification);
        try
        {
            using var document = JsonDocument.Parse(payload);
            CheckScope(document.RootElement, verification, key);
            CheckFiles(document.RootElement, files, verification);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new BundleException($"the signature's payload is malformed: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static string TokenOf(BundleFile file)
    {
        try
        {
            using var document = JsonDocument.Parse(file.Content);
            var signatures = document.RootElement.GetProperty("signatures");
            return signatures.GetArrayLength() == 1 && signatures[0].GetString() is { Length: < LargestToken } token
                ? token
                : throw new BundleException($"`{FileName}` must hold exactly one signature");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new BundleException($"`{FileName}` is malformed: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static (byte[] Payload, BundleKey Key) VerifyToken(string token, BundleVerification verification)
    {
        var parts = token.Split('.');
        try
        {
            if (parts.Length != 3)
            {
                throw new BundleException("the signature is no compact JWS");
            }

            var payload = System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]);
            using var header = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[0]));
            var algorithm = header.RootElement.GetProperty("alg").GetString() ?? "";
            var keyId = verification.KeyId ?? (header.RootElement.TryGetProperty("kid", out var kid) ? kid.GetString() : null)
                ?? KeyOf(payload) ?? throw new BundleException("the signature names no key");
            if (!verification.Keys.TryGetValue(keyId, out var key))
            {
                throw new BundleException($"the signature's key `{keyId}` is not known");
            }

            // INVARIANT: the algorithm is the configured one, never the one that the token would like
            if (algorithm != key.Algorithm)
            {
                throw new BundleException($"the signature uses `{algorithm}`, and the key `{keyId}` is for `{key.Algorithm}`");
            }

            var said = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            return IsRight(key, said, System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]))
                ? (payload, key)
                : throw new BundleException("the signature is wrong: it was made with another key, or the payload was changed");
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new BundleException($"the signature is malformed: {e.Message.TrimEnd('.')}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new BundleException($"the key of the signature cannot be used: {e.Message.TrimEnd('.')}", e);
        }
    }

    // older signers say it in the payload
    private static string? KeyOf(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        return document.RootElement.TryGetProperty("keyid", out var id) ? id.GetString() : null;
    }

    private static bool IsRight(BundleKey key, byte[] said, byte[] signature)
    {
        var hash = key.Algorithm[^3..] switch
        {
            "256" => HashAlgorithmName.SHA256,
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ => throw new BundleException($"the algorithm `{key.Algorithm}` is not supported"),
        };
        switch (key.Algorithm[..2])
        {
            case "HS":
                var secret = Encoding.UTF8.GetBytes(key.Key);
                return CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(hash, secret, said), signature);
            case "RS" or "PS":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportFromPem(PublicPem(key.Key));
                    var padding = key.Algorithm[0] == 'R' ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;
                    return rsa.VerifyData(said, signature, hash, padding);
                }

            case "ES":
                using (var curve = ECDsa.Create())
                {
                    curve.ImportFromPem(PublicPem(key.Key));
                    return curve.VerifyData(said, signature, hash);
                }

            default:
                throw new BundleException($"the algorithm `{key.Algorithm}` is not supported");
        }
    }

    private static string PublicPem(string pem)
    {
        if (!pem.Contains("BEGIN CERTIFICATE", StringComparison.Ordinal))
        {
            return pem;
        }

        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pem);
        return certificate.PublicKey.ExportSubjectPublicKeyInfo() is var info
            ? PemEncoding.WriteString("PUBLIC KEY", info)
            : pem;
    }

    private static void CheckScope(JsonElement payload, BundleVerification verification, BundleKey key)
    {
        var wanted = verification.Scope ?? key.Scope;
        var said = payload.TryGetProperty("scope", out var scope) ? scope.GetString() : null;
        if (!string.IsNullOrEmpty(wanted) && said != wanted)
        {
            throw new BundleException($"the signature is for the scope `{said}`, not `{wanted}`");
        }
    }

    private static void CheckFiles(JsonElement payload, IReadOnlyList<BundleFile> files, BundleVerification verification)
    {
        var listed = new Dictionary<string, (string Hash, string Algorithm)>(StringComparer.Ordinal);
        foreach (var item in payload.GetProperty("files").EnumerateArray())
        {
            var algorithm = item.TryGetProperty("algorithm", out var name) ? name.GetString() : null;
            listed[item.GetProperty("name").GetString()!.TrimStart('/')] =
                (item.GetProperty("hash").GetString()!, string.IsNullOrEmpty(algorithm) ? "SHA-256" : algorithm);
        }

        foreach (var file in files.Where(f => f.Path != FileName && !IsExcluded(f.Path, verification.ExcludeFiles)))
        {
            if (!listed.Remove(file.Path, out var expected))
            {
                throw new BundleException($"the file `{file.Path}` is in the bundle and not in its signature");
            }

            if (!string.Equals(BundleHash.Of(file, expected.Algorithm), expected.Hash, StringComparison.OrdinalIgnoreCase))
            {
                throw new BundleException($"the file `{file.Path}` is not as it was signed");
            }
        }

        if (listed.Keys.FirstOrDefault(name => !IsExcluded(name, verification.ExcludeFiles)) is { } missing)
        {
            throw new BundleException($"the file `{missing}` is in the signature and not in the bundle");
        }
    }

    private static bool IsExcluded(string path, IReadOnlyList<string> patterns) =>
        patterns.Any(p => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(p, path, ignoreCase: false));
}
