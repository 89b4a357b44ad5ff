using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Keys that tokens are signed and verified with: of PEM texts, of JWKs and sets of them.</summary>
internal sealed record JwtKey(RSA? Rsa, ECDsa? Ec, byte[]? Secret, string? Id)
{
    /// <summary>The public key of Ed25519.</summary>
    public byte[]? Ed { get; init; }

    /// <summary>The seed of the private key of Ed25519.</summary>
    public byte[]? EdSeed { get; init; }

    public static List<JwtKey> OfText(string text)
    {
        try
        {
            return text.TrimStart().StartsWith('{') ? OfJson(text) : [OfPem(text)];
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            throw Operand.Failed("failed to parse a PEM certificate or a key");
        }
    }

    public static JwtKey OfJwk(ObjectValue key)
    {
        try
        {
            return Jwk(key) ?? throw Operand.Failed("unsupported key type");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException)
        {
            throw Operand.Failed("failed to parse a JWK");
        }
    }

    public bool Verifies(string algorithm, byte[] text, byte[] signature)
    {
        var hash = HashOf(algorithm);
        return algorithm[..2] switch
        {
            "HS" => Secret is not null && CryptographicOperations.FixedTimeEquals(Mac(algorithm, text), signature),
            "RS" => Rsa is not null && Rsa.VerifyData(text, signature, hash, RSASignaturePadding.Pkcs1),
            "PS" => Rsa is not null && Rsa.VerifyData(text, signature, hash, RSASignaturePadding.Pss),
            "Ed" => Ed is not null && Ed25519.Verify(Ed, text, signature),
            _ => Ec is not null && Ec.VerifyData(text, signature, hash),
        };
    }

    public byte[] Sign(string algorithm, byte[] text)
    {
        var hash = HashOf(algorithm);
        try
        {
            return algorithm[..2] switch
            {
                "HS" when Secret is not null => Mac(algorithm, text),
                "RS" when Rsa is not null => Rsa.SignData(text, hash, RSASignaturePadding.Pkcs1),
                "PS" when Rsa is not null => Rsa.SignData(text, hash, RSASignaturePadding.Pss),
                "Ed" when EdSeed is not null => Ed25519.Sign(EdSeed, text),
                "ES" when Ec is not null => Ec.SignData(text, hash),
                _ => throw Operand.Failed("the key does not fit the algorithm"),
            };
        }
        catch (CryptographicException)
        {
            throw Operand.Failed("the key cannot sign");
        }
    }

    private static HashAlgorithmName HashOf(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private byte[] Mac(string algorithm, byte[] text) => algorithm[2..] switch
    {
        "256" => HMACSHA256.HashData(Secret!, text),
        "384" => HMACSHA384.HashData(Secret!, text),
        _ => HMACSHA512.HashData(Secret!, text),
    };

    private static JwtKey OfPem(string text)
    {
        var fields = PemEncoding.Find(text);
        if (text.AsSpan()[fields.Location.End..].Trim().Length > 0)
        {
            throw Operand.Failed("extra data after a PEM certificate block");
        }

        if (text.AsSpan()[fields.Label] is "CERTIFICATE")
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            return certificate.PublicKey.Oid.Value == Ed25519.Identifier
                ? OfEd(certificate.PublicKey)
                : new(certificate.GetRSAPublicKey(), certificate.GetECDsaPublicKey(), null, null);
        }

        if (text.AsSpan()[fields.Label] is not "PUBLIC KEY")
        {
            throw Operand.Failed("failed to extract a Key from the PEM certificate");
        }

        var known = PublicKey.CreateFromSubjectPublicKeyInfo(Convert.FromBase64String(text[fields.Base64Data]), out _);
        if (known.Oid.Value == Ed25519.Identifier)
        {
            return OfEd(known);
        }

        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(text);
            return new(rsa, null, null, null);
        }
        catch (CryptographicException)
        {
            var ec = ECDsa.Create();
            ec.ImportFromPem(text);
            return new(null, ec, null, null);
        }
    }

    private static JwtKey OfEd(PublicKey key) => new(null, null, null, null) { Ed = key.EncodedKeyValue.RawData };

    private static List<JwtKey> OfJson(string text)
    {
        if (ValueJson.Read(text, ValueLimits.Default, out _) is not ObjectValue json)
        {
            throw Operand.Failed("failed to parse a JWK key (set)");
        }

        return json.Get("keys") is ArrayValue keys
            ? [.. keys.OfType<ObjectValue>().Select(Jwk).OfType<JwtKey>()]
            : [OfJwk(json)];
    }

    private static JwtKey? Jwk(ObjectValue key)
    {
        var id = (key.Get("kid") as StringValue)?.Text;
        switch ((key.Get("kty") as StringValue)?.Text)
        {
            case "oct":
                return new(null, null, Bytes(key, "k"), id);
            case "RSA":
                var parameters = new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") };
                if (key.Get("d") is not null)
                {
                    (parameters.D, parameters.P, parameters.Q) = (Bytes(key, "d"), Bytes(key, "p"), Bytes(key, "q"));
                    (parameters.DP, parameters.DQ, parameters.InverseQ) = (Bytes(key, "dp"), Bytes(key, "dq"), Bytes(key, "qi"));
                }

                return new(RSA.Create(parameters), null, null, id);
            case "EC":
                var curve = (key.Get("crv") as StringValue)?.Text switch
                {
                    "P-256" => ECCurve.NamedCurves.nistP256,
                    "P-384" => ECCurve.NamedCurves.nistP384,
                    "P-521" => ECCurve.NamedCurves.nistP521,
                    _ => throw Operand.Failed("unsupported elliptic curve"),
                };
                var point = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") };
                return new(
                    null,
                    ECDsa.Create(new ECParameters { Curve = curve, Q = point, D = key.Get("d") is null ? null : Bytes(key, "d") }),
                    null,
                    id);
            case "OKP" when (key.Get("crv") as StringValue)?.Text == "Ed25519":
                return new(null, null, null, id) { Ed = Bytes(key, "x"), EdSeed = key.Get("d") is null ? null : Bytes(key, "d") };
            default:
                return null;
        }
    }

    private static byte[] Bytes(ObjectValue key, string name) => EncodingBuiltins.FromBase64Url(
        (key.Get(name) as StringValue)?.Text ?? throw Operand.Failed($"the key has no `{name}`"), "key");
}
