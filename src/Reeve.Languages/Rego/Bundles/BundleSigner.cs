using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>Signs a bundle: makes the <c>.signatures.json</c> that <see cref="BundleSignature"/> verifies.</summary>
public static class BundleSigner
{
    /// <summary>The algorithms of signatures.</summary>
    public static IReadOnlyList<string> Algorithms { get; } =
        ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>
    /// The signature of the files. <paramref name="key"/> is the secret of an HMAC, else a private key as PEM;
    /// <paramref name="claims"/> is an object whose members go into the payload, <c>keyid</c> into the header too. Throws
    /// <see cref="BundleException"/> for a key that cannot be used.
    /// </summary>
    public static BundleFile Sign(IEnumerable<BundleFile> files, string algorithm, string key, JsonElement? claims)
    {
        var header = Json(writer =>
        {
            writer.WriteString("alg", algorithm);
            if (claims is { } said && said.TryGetProperty("keyid", out var id))
            {
                writer.WritePropertyName("kid");
                id.WriteTo(writer);
            }
        });
        var payload = Json(writer => WritePayload(writer, files, claims));
        var text = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        var signature = Base64Url.EncodeToString(Signature(Encoding.ASCII.GetBytes(text), algorithm, key));
        return new BundleFile(BundleSignature.FileName, Json(writer =>
        {
            writer.WriteStartArray("signatures");
            writer.WriteStringValue($"{text}.{signature}");
            writer.WriteEndArray();
        }));
    }

    private static void WritePayload(Utf8JsonWriter writer, IEnumerable<BundleFile> files, JsonElement? claims)
    {
        writer.WriteStartArray("files");
        foreach (var file in files)
        {
            writer.WriteStartObject();
            writer.WriteString("name", file.Path);
            writer.WriteString("hash", BundleHash.Of(file, "SHA-256"));
            writer.WriteString("algorithm", "SHA-256");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (claims is { } said)
        {
            foreach (var claim in said.EnumerateObject().Where(c => c.Name != "files"))
            {
                claim.WriteTo(writer);
            }
        }
    }

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static byte[] Signature(byte[] said, string algorithm, string key)
    {
        var hash = algorithm[^3..] switch
        {
            "256" => HashAlgorithmName.SHA256,
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ => throw new BundleException($"the algorithm `{algorithm}` is not supported"),
        };
        try
        {
            switch (algorithm[..2])
            {
                case "HS":
                    return CryptographicOperations.HmacData(hash, Encoding.UTF8.GetBytes(key), said);
                case "RS" or "PS":
                    using (var rsa = RSA.Create())
                    {
                        rsa.ImportFromPem(key);
                        return rsa.SignData(said, hash, algorithm[0] == 'R' ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss);
                    }

                case "ES":
                    using (var curve = ECDsa.Create())
                    {
                        curve.ImportFromPem(key);
                        return curve.SignData(said, hash);
                    }

                default:
                    throw new BundleException($"the algorithm `{algorithm}` is not supported");
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new BundleException($"the signing key cannot be used with `{algorithm}`: {e.Message.TrimEnd('.')}", e);
        }
    }
}
