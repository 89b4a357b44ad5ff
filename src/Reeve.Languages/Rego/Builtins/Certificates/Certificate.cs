using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>A certificate (RFC 5280) as Go's crypto/x509 shows it.</summary>
internal sealed class Certificate
{
    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0, true);

    private static readonly Asn1Tag Marks = new(TagClass.ContextSpecific, 3, true);

    private Certificate(ReadOnlyMemory<byte> raw) => Raw = raw;

    /// <summary>The whole certificate in DER.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The URIs among its names; null when it has none.</summary>
    public IReadOnlyList<string>? Addresses { get; private set; }

    /// <summary>What it may be used for, as Go's numbers; -1 stands for a use that has none.</summary>
    public IReadOnlyList<int> Usages { get; private set; } = [];

    /// <summary>The members of Go's structure.</summary>
    public ObjectValue Shown { get; private set; } = ObjectValue.Empty;

    /// <summary>The certificates that follow each other in DER; fails when the bytes are none.</summary>
    public static List<Certificate> Read(byte[] bytes)
    {
        var found = new List<Certificate>();
        try
        {
            var reader = new AsnReader(bytes, AsnEncodingRules.DER);
            while (reader.HasData)
            {
                var one = new Certificate(reader.ReadEncodedValue());
                one.Show();
                found.Add(one);
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException or FormatException)
        {
            throw Operand.Failed("x509: malformed certificate");
        }

        return found;
    }

    /// <summary>With the URIs as texts too, as OPA shows it.</summary>
    public ObjectValue Extended() =>
        Shown.With(GoJson.Text("URIStrings"), Addresses is null ? NullValue.Instance : GoJson.Texts(Addresses));

    private void Show()
    {
        var whole = new AsnReader(Raw, AsnEncodingRules.DER).ReadSequence();
        var signedBytes = whole.PeekEncodedValue();
        var signed = whole.ReadSequence();
        var algorithm = PublicKeys.Signature(whole.ReadSequence());
        var signature = whole.ReadBitString(out _);
        var version = 1;
        if (signed.PeekTag().HasSameClassAndValue(Version))
        {
            version = (int)signed.ReadSequence(Version).ReadInteger() + 1;
        }

        var serial = signed.ReadInteger();
        signed.ReadEncodedValue();
        var issuer = signed.ReadEncodedValue();
        var validity = signed.ReadSequence();
        var (start, end) = (Time(validity), Time(validity));
        var subject = signed.ReadEncodedValue();
        var info = signed.ReadEncodedValue();
        var (keyAlgorithm, key) = PublicKeys.Read(info);
        var extensions = new Extensions();
        while (signed.HasData)
        {
            if (signed.PeekTag().HasSameClassAndValue(Marks))
            {
                extensions.Read(signed.ReadSequence(Marks).ReadSequence());
            }
            else
            {
                signed.ReadEncodedValue();
            }
        }

        Addresses = extensions.Names.Addresses.Count > 0 ? extensions.Names.Addresses : null;
        Usages = extensions.Usages;
        Shown = GoJson.Fields(
        [
            ("Raw", GoJson.Bytes(Raw)),
            ("RawTBSCertificate", GoJson.Bytes(signedBytes)),
            ("RawSubjectPublicKeyInfo", GoJson.Bytes(info)),
            ("RawSubject", GoJson.Bytes(subject)),
            ("RawIssuer", GoJson.Bytes(issuer)),
            ("Signature", GoJson.Bytes(signature)),
            ("SignatureAlgorithm", NumberValue.Of(algorithm)),
            ("PublicKeyAlgorithm", NumberValue.Of(keyAlgorithm)),
            ("PublicKey", key),
            ("Version", NumberValue.Of(version)),
            ("SerialNumber", NumberValue.Of(serial)),
            ("Issuer", Names.Distinguished(issuer)),
            ("Subject", Names.Distinguished(subject)),
            ("NotBefore", GoJson.Text(start)),
            ("NotAfter", GoJson.Text(end)),
            .. extensions.Shown(),
        ]);
    }

    private static string Time(AsnReader reader)
    {
        var time = reader.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UtcTime))
            ? reader.ReadUtcTime()
            : reader.ReadGeneralizedTime();
        return time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
