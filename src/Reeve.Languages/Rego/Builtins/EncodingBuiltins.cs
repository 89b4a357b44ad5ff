using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Encodings of texts, and hashes of them.</summary>
internal static class EncodingBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Map("base64.encode", static text => Convert.ToBase64String(Bytes(text))),
        Map("base64.decode", static text => Text(FromBase64(text, "base64.decode"))),
        Test("base64.is_valid", static text => IsValid(() => FromBase64(text, ""))),
        Map("base64url.encode", static text => Convert.ToBase64String(Bytes(text)).Replace('+', '-').Replace('/', '_')),
        Map("base64url.encode_no_pad", static text => Base64Url.EncodeToString(Bytes(text))),
        Map("base64url.decode", static text => Text(FromBase64Url(text, "base64url.decode"))),
        Map("hex.encode", static text => Convert.ToHexStringLower(Bytes(text))),
        Map("hex.decode", static text => Text(FromHex(text))),
        Map("urlquery.encode", Escape),
        Map("urlquery.decode", Unescape),
        Of("urlquery.encode_object", [RegoType.Object], RegoType.String, static operands => EncodeObject(operands)),
        Of("urlquery.decode_object", [RegoType.String], RegoType.Object, static operands => DecodeObject(operands)),
        Map("crypto.md5", static text => Convert.ToHexStringLower(MD5.HashData(Bytes(text)))),
        Map("crypto.sha1", static text => Convert.ToHexStringLower(SHA1.HashData(Bytes(text)))),
        Map("crypto.sha256", static text => Convert.ToHexStringLower(SHA256.HashData(Bytes(text)))),
        Keyed("crypto.hmac.md5", HMACMD5.HashData),
        Keyed("crypto.hmac.sha1", HMACSHA1.HashData),
        Keyed("crypto.hmac.sha256", HMACSHA256.HashData),
        Keyed("crypto.hmac.sha512", HMACSHA512.HashData),
        Of("crypto.hmac.equal", [RegoType.String, RegoType.String], RegoType.Boolean, static operands => BooleanValue.Of(
            CryptographicOperations.FixedTimeEquals(
                Bytes(Operand.String(operands, 0, "crypto.hmac.equal").Text),
                Bytes(Operand.String(operands, 1, "crypto.hmac.equal").Text)))),
    ];

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    /// <summary>The bytes of base64 with or without padding; <c>eval_builtin_error</c> for what is none.</summary>
    public static byte[] FromBase64Url(string text, string name)
    {
        try
        {
            return Base64Url.DecodeFromChars(text.TrimEnd('='));
        }
        catch (FormatException)
        {
            throw Operand.Failed($"{name}: illegal base64 data");
        }
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, Function invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Invoke = (_, operands) => invoke(operands),
    };

    private static Builtin Map(string name, Func<string, string> change) => Of(
        name, [RegoType.String], RegoType.String, operands => StringValue.Of(change(Operand.String(operands, 0, name).Text)));

    private static Builtin Test(string name, Func<string, bool> holds) => Of(
        name, [RegoType.Any], RegoType.Boolean, operands => BooleanValue.Of(operands[0] is StringValue text && holds(text.Text)));

    private static Builtin Keyed(string name, Func<byte[], byte[], byte[]> hash) => Of(
        name,
        [RegoType.String, RegoType.String],
        RegoType.String,
        operands => StringValue.Of(Convert.ToHexStringLower(
            hash(Bytes(Operand.String(operands, 1, name).Text), Bytes(Operand.String(operands, 0, name).Text)))));

    private static bool IsValid(Func<byte[]> decode)
    {
        try
        {
            return decode() is not null;
        }
        catch (BuiltinException)
        {
            return false;
        }
    }

    private static byte[] FromBase64(string text, string name)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw Operand.Failed($"{name}: illegal base64 data");
        }
    }

    private static byte[] FromHex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw Operand.Failed("hex.decode: invalid hex text");
        }
    }

    private static string Escape(string text)
    {
        var into = new StringBuilder();
        foreach (var b in Bytes(text))
        {
            var c = (char)b;
            _ = char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' ? into.Append(c)
                : c == ' ' ? into.Append('+')
                : into.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return into.ToString();
    }

    private static string Unescape(string text)
    {
        var bytes = new List<byte>();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%')
            {
                bytes.Add(at + 2 < text.Length && byte.TryParse(
                    text.AsSpan(at + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value)
                    ? value
                    : throw Operand.Failed($"invalid URL escape \"{text[at..Math.Min(text.Length, at + 3)]}\""));
                at += 2;
            }
            else
            {
                bytes.AddRange(text[at] == '+' ? [(byte)' '] : Bytes(text[at].ToString()));
            }
        }

        return Text([.. bytes]);
    }

    private static StringValue EncodeObject(ReadOnlySpan<Value> operands)
    {
        const string name = "urlquery.encode_object";
        var pairs = new List<(string Name, string Value)>();
        foreach (var (key, value) in Operand.Object(operands, 0, name))
        {
            var field = (key as StringValue)?.Text ?? throw Operand.Type($"{name}: operand 1 must be object with string keys");
            IEnumerable<Value> values = value switch
            {
                StringValue => [value],
                ArrayValue array => array,
                SetValue set => set,
                _ => throw Operand.Type($"{name}: operand 1 values must be string, array[string], or set[string]"),
            };
            foreach (var one in values)
            {
                pairs.Add((field, (one as StringValue)?.Text ?? throw Operand.Type(
                    $"{name}: operand 1 values must be string, array[string], or set[string]")));
            }
        }

        return StringValue.Of(string.Join('&', pairs.Select(pair => $"{Escape(pair.Name)}={Escape(pair.Value)}")));
    }

    private static ObjectValue DecodeObject(ReadOnlySpan<Value> operands)
    {
        var fields = new Dictionary<string, List<Value>>();
        foreach (var pair in Operand.String(operands, 0, "urlquery.decode_object").Text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var field = Unescape(equals < 0 ? pair : pair[..equals]);
            if (!fields.TryGetValue(field, out var values))
            {
                fields[field] = values = [];
            }

            values.Add(StringValue.Of(equals < 0 ? "" : Unescape(pair[(equals + 1)..])));
        }

        return ObjectValue.Of(fields.Select(field =>
            KeyValuePair.Create<Value, Value>(StringValue.Of(field.Key), ArrayValue.Of(field.Value))));
    }
}
