using System.Formats.Asn1;
using System.Security.Cryptography;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>Public keys and algorithms with Go's numbers.</summary>
internal static class PublicKeys
{
    private const string RsaPss = "1.2.840.113549.1.1.10";

    private static readonly Dictionary<string, int> Signatures = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.2"] = 1,
        ["1.2.840.113549.1.1.4"] = 2,
        ["1.2.840.113549.1.1.5"] = 3,
        ["1.3.14.3.2.29"] = 3,
        ["1.2.840.113549.1.1.11"] = 4,
        ["1.2.840.113549.1.1.12"] = 5,
        ["1.2.840.113549.1.1.13"] = 6,
        ["1.2.840.10040.4.3"] = 7,
        ["2.16.840.1.101.3.4.3.2"] = 8,
        ["1.2.840.10045.4.1"] = 9,
        ["1.2.840.10045.4.3.2"] = 10,
        ["1.2.840.10045.4.3.3"] = 11,
        ["1.2.840.10045.4.3.4"] = 12,
        [Ed25519.Identifier] = 16,
    };

    /// <summary>The number of a signature's algorithm; 0 when it is not known.</summary>
    public static int Signature(AsnReader algorithm)
    {
        var identifier = algorithm.ReadObjectIdentifier();
        if (identifier != RsaPss || !algorithm.HasData)
        {
            return Signatures.GetValueOrDefault(identifier);
        }

        var parameters = algorithm.ReadSequence();
        return !parameters.HasData ? 0 : parameters.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence()
            .ReadObjectIdentifier() switch
        {
            "2.16.840.1.101.3.4.2.1" => 13,
            "2.16.840.1.101.3.4.2.2" => 14,
            "2.16.840.1.101.3.4.2.3" => 15,
            _ => 0,
        };
    }

    /// <summary>The number of the algorithm and the key of a <c>SubjectPublicKeyInfo</c>.</summary>
    public static (int Algorithm, Value Key) Read(ReadOnlyMemory<byte> info)
    {
        var sequence = new AsnReader(info, AsnEncodingRules.DER).ReadSequence();
        var identifier = sequence.ReadSequence().ReadObjectIdentifier();
        switch (identifier)
        {
            case "1.2.840.113549.1.1.1":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportSubjectPublicKeyInfo(info.Span, out _);
                    return (1, OfRsa(rsa.ExportParameters(false)));
                }

            case "1.2.840.10045.2.1":
                using (var ec = ECDsa.Create())
                {
                    ec.ImportSubjectPublicKeyInfo(info.Span, out _);
                    return (3, OfEc(ec.ExportParameters(false)));
                }

            default:
                return identifier == Ed25519.Identifier ? (4, GoJson.Bytes(sequence.ReadBitString(out _)))
                    : (identifier == "1.2.840.10040.4.1" ? 2 : 0, NullValue.Instance);
        }
    }

    public static ObjectValue OfRsa(RSAParameters key) => GoJson.Fields(
        ("N", GoJson.Whole(key.Modulus)), ("E", GoJson.Whole(key.Exponent)));

    public static ObjectValue OfEc(ECParameters key) => GoJson.Fields(
        ("Curve", ObjectValue.Empty), ("X", GoJson.Whole(key.Q.X)), ("Y", GoJson.Whole(key.Q.Y)));
}
