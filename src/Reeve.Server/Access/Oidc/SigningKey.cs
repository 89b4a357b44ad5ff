using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Server.Access.Oidc;

/// <summary>A public key of an issuer (RFC 7517). Symmetric keys, keys for encryption and weak ones are none.</summary>
internal sealed class SigningKey
{
    private const int FewestRsaBits = 2048;
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;
    private readonly string? _algorithm;

    private SigningKey(string? id, string? algorithm, RSA? rsa, ECDsa? ec) => (Id, _algorithm, _rsa, _ec) = (id, algorithm, rsa, ec);

    public string? Id { get; }

    /// <summary>Reads a key; null when it is none that signs tokens.</summary>
    public static SigningKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || key.Text("use") is not (null or "sig"))
        {
            return null;
        }

        try
        {
            return key.Text("kty") switch
            {
                "RSA" => OfRsa(key),
                "EC" => OfCurve(key),
                _ => null,
            };
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Did this key sign the text, in the way that the header says?</summary>
    public bool Signed(string algorithm, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (_algorithm is not null && _algorithm != algorithm)
        {
            return false;
        }

        var hash = algorithm.EndsWith("256", StringComparison.Ordinal) ? HashAlgorithmName.SHA256
            : algorithm.EndsWith("384", StringComparison.Ordinal) ? HashAlgorithmName.SHA384
            : HashAlgorithmName.SHA512;
        return algorithm switch
        {
            "RS256" or "RS384" or "RS512" => _rsa?.VerifyData(text, signature, hash, RSASignaturePadding.Pkcs1) == true,
            "PS256" or "PS384" or "PS512" => _rsa?.VerifyData(text, signature, hash, RSASignaturePadding.Pss) == true,
            "ES256" => _ec is { KeySize: 256 } && _ec.VerifyData(text, signature, hash),
            "ES384" => _ec is { KeySize: 384 } && _ec.VerifyData(text, signature, hash),
            "ES512" => _ec is { KeySize: 521 } && _ec.VerifyData(text, signature, hash),
            _ => false,
        };
    }

    private static SigningKey? OfRsa(JsonElement key)
    {
        var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        return rsa.KeySize >= FewestRsaBits ? new SigningKey(key.Text("kid"), key.Text("alg"), rsa, null) : null;
    }

    private static SigningKey? OfCurve(JsonElement key)
    {
        ECCurve? curve = key.Text("crv") switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => null,
        };
        if (curve is not { } named)
        {
            return null;
        }

        var point = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") };
        return new SigningKey(key.Text("kid"), key.Text("alg"), null, ECDsa.Create(new ECParameters { Curve = named, Q = point }));
    }

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(key.Text(name) ?? "");
}
