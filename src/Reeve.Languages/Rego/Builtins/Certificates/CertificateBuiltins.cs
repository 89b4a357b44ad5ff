using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>Certificates, requests for them, and keys.</summary>
internal static class CertificateBuiltins
{
    private const string CertificateLabel = "CERTIFICATE";

    private const string RequestLabel = "CERTIFICATE REQUEST";

    public static IEnumerable<Builtin> All { get; } =
    [
        Of("crypto.x509.parse_certificates", RegoType.ArrayOf(RegoType.Object), static (_, text) =>
            ArrayValue.Of(Certificates(text).Select(Value (one) => one.Extended()))),
        Of("crypto.x509.parse_and_verify_certificates", RegoType.Array, static (context, text) =>
            TryRead(text) is { } certificates && Chains.Verify(certificates, Chains.Usual(context.Time)) is { } chain
                ? Verified(chain, static one => one.Extended())
                : Refused),
        new()
        {
            Name = "crypto.x509.parse_and_verify_certificates_with_options", Parameters = [RegoType.String, RegoType.Object],
            Result = RegoType.Array, Invoke = static (context, operands) => Verify(context, operands),
        },
        Of("crypto.x509.parse_certificate_request", RegoType.Object, static (_, text) => Request(text)),
        Of("crypto.x509.parse_rsa_private_key", RegoType.Object, static (_, text) => Jwk(text)),
        Of("crypto.parse_private_keys", RegoType.ArrayOf(RegoType.Object), static (_, text) => text.Length == 0
            ? NullValue.Instance
            : ArrayValue.Of(PrivateKey.Read(Decoded(text)).Select(key => key.Shown()))),
        new()
        {
            Name = "crypto.x509.parse_keypair", Parameters = [RegoType.String, RegoType.String], Result = RegoType.Object,
            Invoke = static (_, operands) => Pair(
                Operand.String(operands, 0, "crypto.x509.parse_keypair").Text,
                Operand.String(operands, 1, "crypto.x509.parse_keypair").Text),
        },
    ];

    private static ArrayValue Refused => ArrayValue.Own([BooleanValue.False, ArrayValue.Empty]);

    private static Builtin Of(string name, RegoType result, Func<BuiltinContext, string, Value> invoke) => new()
    {
        Name = name,
        Parameters = [RegoType.String],
        Result = result,
        Deterministic = !name.Contains("verify", StringComparison.Ordinal),
        Invoke = (context, operands) => invoke(context, Operand.String(operands, 0, name).Text),
    };

    private static ArrayValue Verified(List<Certificate> chain, Func<Certificate, Value> show) =>
        ArrayValue.Own([BooleanValue.True, ArrayValue.Of(chain.Select(show))]);

    private static ArrayValue Verify(BuiltinContext context, ReadOnlySpan<Value> operands)
    {
        const string name = "crypto.x509.parse_and_verify_certificates_with_options";
        var text = Operand.String(operands, 0, name).Text;
        var options = Operand.Object(operands, 1, name);
        return TryRead(text) is { } certificates && Chains.Verify(certificates, Chains.Options(options, context.Time)) is { } chain
            ? Verified(chain, static one => one.Shown)
            : Refused;
    }

    private static List<Certificate>? TryRead(string text)
    {
        try
        {
            return Certificates(text);
        }
        catch (BuiltinException)
        {
            return null;
        }
    }

    private static List<Certificate> Certificates(string text)
    {
        if (!text.StartsWith(PemText.Begin, StringComparison.Ordinal))
        {
            var bytes = PemText.Base64(text);
            text = Encoding.Latin1.GetString(bytes);
            if (!text.StartsWith(PemText.Begin, StringComparison.Ordinal))
            {
                return Certificate.Read(bytes);
            }
        }

        var all = new List<byte>();
        foreach (var (label, bytes) in PemText.Blocks(text))
        {
            all.AddRange(label == CertificateLabel
                ? bytes
                : throw Operand.Failed($"PEM block type is '{label}', expected {CertificateLabel}"));
        }

        return Certificate.Read([.. all]);
    }

    private static ObjectValue Request(string text)
    {
        var isPem = text.StartsWith($"-----BEGIN {RequestLabel}-----", StringComparison.Ordinal);
        var bytes = isPem ? Encoding.UTF8.GetBytes(text) : PemText.Base64(text);
        foreach (var (label, block) in PemText.Blocks(Encoding.Latin1.GetString(bytes)))
        {
            return label == RequestLabel
                ? CertificateRequest.Read(block)
                : throw Operand.Failed("invalid PEM-encoded certificate signing request");
        }

        return CertificateRequest.Read(bytes);
    }

    private static Value Jwk(string text)
    {
        if (text.Length == 0)
        {
            throw Operand.Failed("input PEM data was empty");
        }

        if (!text.StartsWith(PemText.Begin, StringComparison.Ordinal))
        {
            text = Encoding.UTF8.GetString(PemText.Base64(text));
        }

        return PrivateKey.Read(Decoded(text)) is [var first, ..] ? first.Jwk() : NullValue.Instance;
    }

    private static ObjectValue Pair(string certificate, string key)
    {
        var blocks = Blocks(certificate, CertificateLabel).Where(block => block.Label == CertificateLabel).ToList();
        if (blocks.Count == 0)
        {
            throw Operand.Failed("tls: failed to find any PEM data in certificate input");
        }

        var found = Blocks(key, "PRIVATE KEY").FirstOrDefault(
            block => block.Label == "PRIVATE KEY" || block.Label.EndsWith(" PRIVATE KEY", StringComparison.Ordinal));
        if (found.Bytes is null)
        {
            throw Operand.Failed("tls: failed to find any PEM data in key input");
        }

        var leaf = Certificate.Read(blocks[0].Bytes)[0];
        var secret = PrivateKey.Read(found.Label, found.Bytes);
        if (!secret.Public().Equals(leaf.Shown.Get("PublicKey")))
        {
            throw Operand.Failed("tls: private key does not match public key");
        }

        return GoJson.Fields(
            ("Certificate", ArrayValue.Of(blocks.Select(block => GoJson.Bytes(new ReadOnlyMemory<byte>(block.Bytes))))),
            ("PrivateKey", secret.Shown()),
            ("SupportedSignatureAlgorithms", NullValue.Instance),
            ("OCSPStaple", NullValue.Instance),
            ("SignedCertificateTimestamps", NullValue.Instance),
            ("Leaf", leaf.Shown));
    }

    // PEM, or base64 of it, or base64 of DER
    private static List<(string Label, byte[] Bytes)> Blocks(string text, string label)
    {
        if (!text.StartsWith(PemText.Begin, StringComparison.Ordinal))
        {
            var bytes = PemText.Base64(text);
            text = Encoding.Latin1.GetString(bytes);
            if (!text.StartsWith(PemText.Begin, StringComparison.Ordinal))
            {
                return [(label, bytes)];
            }
        }

        return [.. PemText.Blocks(text)];
    }

    private static string Decoded(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(PemText.Base64(text));
        }
        catch (BuiltinException)
        {
            return text;
        }
    }
}
