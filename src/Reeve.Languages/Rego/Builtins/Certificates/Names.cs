using System.Formats.Asn1;
using System.Net;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>Names of certificates: distinguished ones, and the general names of extensions (RFC 5280, 4.1.2.4 and 4.2.1.6).</summary>
internal static class Names
{
    private static readonly (string Field, string Identifier)[] Known =
    [
        ("Country", "2.5.4.6"), ("Organization", "2.5.4.10"), ("OrganizationalUnit", "2.5.4.11"), ("Locality", "2.5.4.7"),
        ("Province", "2.5.4.8"), ("StreetAddress", "2.5.4.9"), ("PostalCode", "2.5.4.17"),
    ];

    /// <summary>A distinguished name.</summary>
    public static Value Distinguished(ReadOnlyMemory<byte> encoded)
    {
        var parts = new List<(string Identifier, string Text)>();
        var sequence = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf();
            while (set.HasData)
            {
                var pair = set.ReadSequence();
                parts.Add((pair.ReadObjectIdentifier(), GoJson.Characters(pair.ReadEncodedValue())));
            }
        }

        string Last(string identifier) => parts.LastOrDefault(part => part.Identifier == identifier).Text ?? "";
        var fields = new ObjectBuilder(11);
        foreach (var (field, identifier) in Known)
        {
            fields.Set(GoJson.Text(field), GoJson.Texts(parts.Where(part => part.Identifier == identifier).Select(part => part.Text)));
        }

        fields.Set(GoJson.Text("CommonName"), GoJson.Text(Last("2.5.4.3")));
        fields.Set(GoJson.Text("SerialNumber"), GoJson.Text(Last("2.5.4.5")));
        fields.Set(GoJson.Text("ExtraNames"), NullValue.Instance);
        fields.Set(GoJson.Text("Names"), GoJson.List(parts.Select(Value (part) => GoJson.Fields(
            ("Type", GoJson.Identifier(part.Identifier)), ("Value", GoJson.Text(part.Text))))));
        return fields.ToObject();
    }

    /// <summary>The general names of a sequence by kind.</summary>
    public static General Read(AsnReader sequence)
    {
        var names = new General([], [], [], []);
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();
            var encoded = sequence.ReadEncodedValue();
            AsnDecoder.ReadEncodedValue(encoded.Span, AsnEncodingRules.BER, out var offset, out var length, out _);
            var content = encoded.Slice(offset, length);
            switch (tag.TagClass == TagClass.ContextSpecific ? tag.TagValue : -1)
            {
                case 1:
                    names.Mails.Add(Encoding.ASCII.GetString(content.Span));
                    break;
                case 2:
                    names.Hosts.Add(Encoding.ASCII.GetString(content.Span));
                    break;
                case 6:
                    names.Addresses.Add(Encoding.ASCII.GetString(content.Span));
                    break;
                case 7:
                    names.Numbers.Add(content.ToArray());
                    break;
            }
        }

        return names;
    }

    /// <summary>An address as Go's <c>url.URL</c>.</summary>
    public static Value Address(string text)
    {
        var fragment = text.IndexOf('#', StringComparison.Ordinal) is >= 0 and var mark ? text[(mark + 1)..] : "";
        text = text.Split('#', 2)[0];
        var parts = text.Split('?', 2);
        var colon = parts[0].IndexOf(':', StringComparison.Ordinal);
        var scheme = colon > 0 ? parts[0][..colon].ToLowerInvariant() : "";
        var rest = colon > 0 ? parts[0][(colon + 1)..] : parts[0];
        var (host, path, opaque, user) = ("", rest, "", (Value)NullValue.Instance);
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = rest.IndexOf('/', 2);
            (host, path) = slash < 0 ? (rest[2..], "") : (rest[2..slash], rest[slash..]);
            if (host.LastIndexOf('@') is >= 0 and var at)
            {
                (user, host) = (ObjectValue.Empty, host[(at + 1)..]);
            }
        }
        else if (scheme.Length > 0 && !rest.StartsWith('/'))
        {
            (opaque, path) = (rest, "");
        }

        var plain = Uri.UnescapeDataString(path);
        return GoJson.Fields(
            ("Scheme", GoJson.Text(scheme)),
            ("Opaque", GoJson.Text(opaque)),
            ("User", user),
            ("Host", GoJson.Text(host)),
            ("Path", GoJson.Text(plain)),
            ("RawPath", GoJson.Text(path.Contains("%2F", StringComparison.OrdinalIgnoreCase) ? path : "")),
            ("OmitHost", BooleanValue.False),
            ("ForceQuery", BooleanValue.Of(parts.Length > 1 && parts[1].Length == 0)),
            ("RawQuery", GoJson.Text(parts.Length > 1 ? parts[1] : "")),
            ("Fragment", GoJson.Text(Uri.UnescapeDataString(fragment))),
            ("RawFragment", GoJson.Text("")));
    }

    /// <summary>The members that requests and certificates have in common.</summary>
    public static IEnumerable<(string Name, Value Value)> Alternatives(General names) =>
    [
        ("DNSNames", GoJson.Texts(names.Hosts)),
        ("EmailAddresses", GoJson.Texts(names.Mails)),
        ("IPAddresses", GoJson.Texts(names.Numbers.Where(IsAddress).Select(bytes => new IPAddress(bytes).ToString()))),
        ("URIs", GoJson.List(names.Addresses.Select(Address))),
    ];

    private static bool IsAddress(byte[] bytes) => bytes.Length is 4 or 16;

    /// <summary>General names by kind: hosts, mail addresses, URIs and IP addresses.</summary>
    public sealed record General(List<string> Hosts, List<string> Mails, List<string> Addresses, List<byte[]> Numbers);
}
