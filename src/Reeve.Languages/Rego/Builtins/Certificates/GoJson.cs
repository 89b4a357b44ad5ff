using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>Values in the shapes in which Go's encoding/json writes structures: what is not there is null.</summary>
internal static class GoJson
{
    public static ObjectValue Fields(params ReadOnlySpan<(string Name, Value Value)> fields)
    {
        var members = new ObjectBuilder(fields.Length);
        foreach (var (name, value) in fields)
        {
            members.Set(StringValue.Of(name), value);
        }

        return members.ToObject();
    }

    public static Value Text(string text) => StringValue.Of(text);

    public static Value Bytes(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } given ? StringValue.Of(Convert.ToBase64String(given.Span)) : NullValue.Instance;

    public static Value List(IEnumerable<Value> items) => ArrayValue.Of(items) is { Count: > 0 } array ? array : NullValue.Instance;

    public static Value Texts(IEnumerable<string> texts) => List(texts.Select(Text));

    /// <summary>An object identifier as the list of its numbers.</summary>
    public static Value Identifier(string identifier) => ArrayValue.Of(
        identifier.Split('.').Select(Value (part) => NumberValue.Of(BigInteger.Parse(part, CultureInfo.InvariantCulture))));

    public static Value Whole(ReadOnlySpan<byte> unsigned) => NumberValue.Of(new BigInteger(unsigned, isUnsigned: true, isBigEndian: true));

    /// <summary>A character string of any kind.</summary>
    public static string Characters(ReadOnlyMemory<byte> encoded)
    {
        var tag = Asn1Tag.Decode(encoded.Span, out _);
        AsnDecoder.ReadEncodedValue(encoded.Span, AsnEncodingRules.BER, out var offset, out var length, out _);
        var content = encoded.Span.Slice(offset, length);
        return tag.TagValue switch
        {
            (int)UniversalTagNumber.BMPString => Encoding.BigEndianUnicode.GetString(content),
            (int)UniversalTagNumber.T61String => Encoding.Latin1.GetString(content),
            _ => Encoding.UTF8.GetString(content),
        };
    }
}
