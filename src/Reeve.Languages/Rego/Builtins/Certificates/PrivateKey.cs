using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>A private key: of RSA, of an elliptic curve, or of Ed25519.</summary>
internal sealed class PrivateKey
{
    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _ec;
    private readonly byte[]? _seed;

    private PrivateKey(RSAParameters? rsa, ECParameters? ec, byte[]? seed) => (_rsa, _ec, _seed) = (rsa, ec, seed);

    /// <summary>The keys of a PEM text; blocks of other kinds are left out.</summary>
    public static List<PrivateKey> Read(string pem)
    {
        var found = new List<PrivateKey>();
        foreach (var (label, bytes) in PemText.Blocks(pem))
        {
            if (label is "RSA PRIVATE KEY" or "EC PRIVATE KEY" or "PRIVATE KEY")
            {
                found.Add(Read(label, bytes));
            }
        }

        return found;
    }

    /// <summary>The key of a block; fails when it is none.</summary>
    public static PrivateKey Read(string label, byte[] bytes)
    {
        try
        {
            switch (label)
            {
                case "RSA PRIVATE KEY":
                    return OfRsa(rsa => rsa.ImportRSAPrivateKey(bytes, out _));
                case "EC PRIVATE KEY":
                    return OfEc(ec => ec.ImportECPrivateKey(bytes, out _));
                default:
                    var sequence = new AsnReader(bytes, AsnEncodingRules.BER).ReadSequence();
                    sequence.ReadInteger();
                    var identifier = sequence.ReadSequence().ReadObjectIdentifier();
                    return identifier == Ed25519.Identifier
                        ? new(null, null, new AsnReader(sequence.ReadOctetString(), AsnEncodingRules.BER).ReadOctetString())
                        : identifier == "1.2.840.10045.2.1" ? OfEc(ec => ec.ImportPkcs8PrivateKey(bytes, out _))
                        : OfRsa(rsa => rsa.ImportPkcs8PrivateKey(bytes, out _));
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException)
        {
            throw Operand.Failed("x509: failed to parse private key");
        }
    }

    /// <summary>The members of Go's structure.</summary>
    public Value Shown() => _rsa is { } rsa ? ShownRsa(rsa)
        : _ec is { } ec ? PublicKeys.OfEc(ec).With(GoJson.Text("D"), GoJson.Whole(ec.D))
        : GoJson.Bytes(new ReadOnlyMemory<byte>([.. _seed!, .. Ed25519.PublicKey(_seed!)]));

    /// <summary>The public half, as certificates show it.</summary>
    public Value Public() => _rsa is { } rsa ? PublicKeys.OfRsa(rsa)
        : _ec is { } ec ? PublicKeys.OfEc(ec)
        : GoJson.Bytes(new ReadOnlyMemory<byte>(Ed25519.PublicKey(_seed!)));

    /// <summary>The key as a JWK (RFC 7518, 6; RFC 8037).</summary>
    public Value Jwk() => _rsa is { } rsa
        ? Fields(("kty", "RSA"), ("n", Coded(rsa.Modulus)), ("e", Coded(rsa.Exponent)), ("d", Coded(rsa.D)), ("p", Coded(rsa.P)),
            ("q", Coded(rsa.Q)), ("dp", Coded(rsa.DP)), ("dq", Coded(rsa.DQ)), ("qi", Coded(rsa.InverseQ)))
        : _ec is { } ec
            ? Fields(("kty", "EC"), ("crv", Curve(ec)), ("x", Coded(ec.Q.X)), ("y", Coded(ec.Q.Y)), ("d", Coded(ec.D)))
            : Fields(("kty", "OKP"), ("crv", "Ed25519"), ("x", Coded(Ed25519.PublicKey(_seed!))), ("d", Coded(_seed)));

    private static PrivateKey OfRsa(Action<RSA> import)
    {
        using var rsa = RSA.Create();
        import(rsa);
        return new(rsa.ExportParameters(true), null, null);
    }

    private static PrivateKey OfEc(Action<ECDsa> import)
    {
        using var ec = ECDsa.Create();
        import(ec);
        return new(null, ec.ExportParameters(true), null);
    }

    private static ObjectValue ShownRsa(RSAParameters rsa) => PublicKeys.OfRsa(rsa)
        .With(GoJson.Text("D"), GoJson.Whole(rsa.D))
        .With(GoJson.Text("Primes"), ArrayValue.Own([GoJson.Whole(rsa.P), GoJson.Whole(rsa.Q)]))
        .With(GoJson.Text("Precomputed"), GoJson.Fields(
            ("Dp", GoJson.Whole(rsa.DP)),
            ("Dq", GoJson.Whole(rsa.DQ)),
            ("Qinv", GoJson.Whole(rsa.InverseQ)),
            ("CRTValues", ArrayValue.Empty)));

    private static string Curve(ECParameters ec) => ec.Curve.Oid.FriendlyName switch
    {
        "nistP384" or "ECDSA_P384" or "secp384r1" => "P-384",
        "nistP521" or "ECDSA_P521" or "secp521r1" => "P-521",
        _ => ec.Q.X!.Length switch { 48 => "P-384", 66 => "P-521", _ => "P-256" },
    };

    private static string Coded(byte[]? bytes) => Base64Url.EncodeToString(bytes);

    private static ObjectValue Fields(params ReadOnlySpan<(string Name, string Text)> fields)
    {
        var members = new ObjectBuilder(fields.Length);
        foreach (var (name, text) in fields)
        {
            members.Set(GoJson.Text(name), GoJson.Text(text));
        }

        return members.ToObject();
    }
}
