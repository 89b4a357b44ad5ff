using System.Formats.Asn1;
using System.Security.Cryptography;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>A request for a certificate (RFC 2986) as Go's crypto/x509 shows it.</summary>
internal static class CertificateRequest
{
    private const string WantedExtensions = "1.2.840.113549.1.9.14";

    private static readonly Asn1Tag Marks = new(TagClass.ContextSpecific, 0, true);

    /// <summary>The members of Go's structure; fails when the bytes are none.</summary>
    public static ObjectValue Read(byte[] bytes)
    {
        try
        {
            var reader = new AsnReader(bytes, AsnEncodingRules.DER);
            var raw = reader.PeekEncodedValue();
            var whole = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            return Show(raw, whole);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException or FormatException)
        {
            throw Operand.Failed("asn1: structure error: malformed certificate request");
        }
    }

    private static ObjectValue Show(ReadOnlyMemory<byte> raw, AsnReader whole)
    {
        var signedBytes = whole.PeekEncodedValue();
        var signed = whole.ReadSequence();
        var algorithm = PublicKeys.Signature(whole.ReadSequence());
        var signature = whole.ReadBitString(out _);
        var version = signed.ReadInteger();
        var subject = signed.ReadEncodedValue();
        var info = signed.ReadEncodedValue();
        var (keyAlgorithm, key) = PublicKeys.Read(info);
        var extensions = new Extensions();
        var attributes = new List<Value>();
        for (var marks = signed.HasData ? signed.ReadSetOf(Marks) : null; marks is { HasData: true };)
        {
            var attribute = marks.ReadSequence();
            var identifier = attribute.ReadObjectIdentifier();
            var values = attribute.ReadEncodedValue();
            if (identifier == WantedExtensions)
            {
                extensions.Read(new AsnReader(values, AsnEncodingRules.DER).ReadSetOf().ReadSequence());
            }

            if (Attribute(identifier, new AsnReader(values, AsnEncodingRules.DER).ReadSetOf()) is { } shown)
            {
                attributes.Add(shown);
            }
        }

        return GoJson.Fields(
        [
            ("Raw", GoJson.Bytes(raw)),
            ("RawTBSCertificateRequest", GoJson.Bytes(signedBytes)),
            ("RawSubjectPublicKeyInfo", GoJson.Bytes(info)),
            ("RawSubject", GoJson.Bytes(subject)),
            ("Version", NumberValue.Of(version)),
            ("Signature", GoJson.Bytes(signature)),
            ("SignatureAlgorithm", NumberValue.Of(algorithm)),
            ("PublicKeyAlgorithm", NumberValue.Of(keyAlgorithm)),
            ("PublicKey", key),
            ("Subject", Names.Distinguished(subject)),
            ("Attributes", GoJson.List(attributes)),
            ("Extensions", extensions.All),
            ("ExtraExtensions", NullValue.Instance),
            .. Names.Alternatives(extensions.Names),
        ]);
    }

    // Go shows the attributes whose values are pairs of identifiers and values, as extensions without a mark are
    private static ObjectValue? Attribute(string identifier, AsnReader values)
    {
        var lists = new List<Value>();
        try
        {
            while (values.HasData)
            {
                var pairs = new List<Value>();
                for (var list = values.ReadSequence(); list.HasData;)
                {
                    var pair = list.ReadSequence();
                    var type = pair.ReadObjectIdentifier();
                    var tag = pair.PeekTag();
                    var value = tag.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString)
                        ? GoJson.Bytes(pair.ReadOctetString())
                        : GoJson.Text(GoJson.Characters(pair.ReadEncodedValue()));
                    pair.ThrowIfNotEmpty();
                    pairs.Add(GoJson.Fields(("Type", GoJson.Identifier(type)), ("Value", value)));
                }

                lists.Add(ArrayValue.Of(pairs));
            }
        }
        catch (AsnContentException)
        {
            return null;
        }

        return GoJson.Fields(("Type", GoJson.Identifier(identifier)), ("Value", ArrayValue.Of(lists)));
    }
}
