using System.Buffers.Text;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>JSON web tokens.</summary>
internal static class JwtBuiltins
{
    private static readonly string[] Algorithms =
        ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

    public static IEnumerable<Builtin> All { get; } =
    [
        Of("io.jwt.decode", [RegoType.String], RegoType.Array, static (_, operands) =>
        {
            var token = Token.Read(Operand.String(operands, 0, "io.jwt.decode").Text);
            return ArrayValue.Own([token.Header, token.Payload, StringValue.Of(Convert.ToHexStringLower(token.Signature))]);
        }),
        Of("io.jwt.decode_verify", [RegoType.String, RegoType.Object], RegoType.Array, DecodeVerify),
        Of("io.jwt.encode_sign", [RegoType.Object, RegoType.Object, RegoType.Object], RegoType.String, static (_, operands) => Sign(
            ValueJson.ToText(Operand.Object(operands, 0, "io.jwt.encode_sign")),
            ValueJson.ToText(Operand.Object(operands, 1, "io.jwt.encode_sign")),
            Operand.Object(operands, 2, "io.jwt.encode_sign"))),
        Of("io.jwt.encode_sign_raw", [RegoType.String, RegoType.String, RegoType.String], RegoType.String, static (_, operands) => Sign(
            Operand.String(operands, 0, "io.jwt.encode_sign_raw").Text,
            Operand.String(operands, 1, "io.jwt.encode_sign_raw").Text,
            KeyOf(Operand.String(operands, 2, "io.jwt.encode_sign_raw").Text))),
        .. Algorithms.Select(Verify),
    ];

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, BuiltinFunction invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Invoke = invoke,
    };

    private static ObjectValue KeyOf(string text) =>
        ValueJson.Read(text, ValueLimits.Default, out _) as ObjectValue ?? throw Operand.Failed("failed to parse the key");

    private static Builtin Verify(string algorithm)
    {
        var name = $"io.jwt.verify_{algorithm.ToLowerInvariant()}";
        return Of(name, [RegoType.String, RegoType.String], RegoType.Boolean, (_, operands) =>
        {
            var text = Operand.String(operands, 0, name).Text;
            var key = Operand.String(operands, 1, name).Text;
            var keys = algorithm[0] == 'H' ? [new JwtKey(null, null, EncodingBuiltins.Bytes(key), null)] : JwtKey.OfText(key);
            var (signed, signature) = Token.Cut(text);
            return BooleanValue.Of(keys.Exists(one => one.Verifies(algorithm, signed, signature)));
        });
    }

    private static StringValue Sign(string header, string payload, ObjectValue key)
    {
        if (ValueJson.Read(header, ValueLimits.Default, out _) is not ObjectValue fields ||
            fields.Get("alg") is not StringValue { Text: var algorithm } || !Algorithms.Contains(algorithm))
        {
            throw Operand.Failed("unknown JWS algorithm");
        }

        if ((fields.Get("typ") as StringValue)?.Text is null or "JWT" && ValueJson.Read(payload, ValueLimits.Default, out _) is null)
        {
            throw Operand.Failed("type is JWT but payload is not JSON");
        }

        var text =
            $"{Base64Url.EncodeToString(EncodingBuiltins.Bytes(header))}.{Base64Url.EncodeToString(EncodingBuiltins.Bytes(payload))}";
        return StringValue.Of($"{text}.{Base64Url.EncodeToString(JwtKey.OfJwk(key).Sign(algorithm, Encoding.ASCII.GetBytes(text)))}");
    }

    private static ArrayValue DecodeVerify(BuiltinContext context, ReadOnlySpan<Value> operands)
    {
        const string name = "io.jwt.decode_verify";
        var refused = ArrayValue.Own([BooleanValue.False, ObjectValue.Empty, ObjectValue.Empty]);
        var text = Operand.String(operands, 0, name).Text;
        var wanted = Operand.Object(operands, 1, name);
        List<JwtKey>? keys = null;
        foreach (var (key, value) in wanted)
        {
            switch ((key as StringValue)?.Text)
            {
                case "cert":
                    keys = JwtKey.OfText(TextOf(value, "cert"));
                    break;
                case "secret":
                    keys = [new(null, null, EncodingBuiltins.Bytes(TextOf(value, "secret")), null)];
                    break;
                case "alg" or "iss" or "aud":
                    _ = TextOf(value, ((StringValue)key).Text);
                    break;
                case "time" when value is NumberValue:
                    break;
                default:
                    throw Operand.Failed($"unknown token validation parameter: {key}");
            }
        }

        var (signed, signature) = Token.Cut(text);
        var token = Token.Read(text);
        if ((token.Header.Get("alg") as StringValue)?.Text is not { } algorithm || !Algorithms.Contains(algorithm) ||
            (wanted.Get("alg") is { } asked && !asked.Equals(token.Header.Get("alg"))))
        {
            return refused;
        }

        var id = (token.Header.Get("kid") as StringValue)?.Text;
        var fitting = (keys ?? throw Operand.Failed("no keys provided in token validation parameters"))
            .Where(key => key.Id is null || id is null || key.Id == id);
        if (!fitting.Any(key => key.Verifies(algorithm, signed, signature)))
        {
            return refused;
        }

        var now = wanted.Get("time") as NumberValue ?? NumberValue.Of((context.Time - DateTimeOffset.UnixEpoch).Ticks * 100);
        return Holds(token.Payload, wanted, now) ? ArrayValue.Own([BooleanValue.True, token.Header, token.Payload]) : refused;
    }

    private static bool Holds(ObjectValue payload, ObjectValue wanted, NumberValue now)
    {
        if (wanted.Get("iss") is { } issuer && !issuer.Equals(payload.Get("iss")))
        {
            return false;
        }

        var (audience, asked) = (payload.Get("aud"), wanted.Get("aud"));
        var isForUs = (audience, asked) switch
        {
            (null, null) => true,
            (null, _) or (_, null) => false,
            (ArrayValue many, _) => many.Any(one => one.Equals(asked)),
            _ => audience.Equals(asked),
        };
        return isForUs && (Moment(payload, "exp") is not { } end || now.CompareTo(end) < 0) &&
            (Moment(payload, "nbf") is not { } start || now.CompareTo(start) >= 0);
    }

    private static NumberValue? Moment(ObjectValue payload, string name) => payload.Get(name) is not { } value ? null
        : value is NumberValue number ? ArithmeticBuiltins.Times(number, NumberValue.Of(1_000_000_000))
        : throw Operand.Failed($"{name} value must be a number");

    private static string TextOf(Value value, string name) =>
        (value as StringValue)?.Text ?? throw Operand.Failed($"{name}: token validation parameter must be a string");

    /// <summary>A token taken apart; of one inside another the inner one.</summary>
    private sealed record Token(ObjectValue Header, ObjectValue Payload, byte[] Signature)
    {
        private const int Deepest = 20;

        public static (byte[] Signed, byte[] Signature) Cut(string text)
        {
            var parts = text.Split('.');
            return parts.Length == 3
                ? (Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), SignatureOf(parts[2]))
                : throw Operand.Failed(parts.Length == 1 ? "encoded JWT had no period separators" : "encoded JWT must have 3 sections");
        }

        /// <summary>A signature that cannot be read is one that nobody made: empty, and never valid.</summary>
        private static byte[] SignatureOf(string part)
        {
            try
            {
                return EncodingBuiltins.FromBase64Url(part, "JWT signature");
            }
            catch (BuiltinException)
            {
                return [];
            }
        }

        public static Token Read(string text)
        {
            for (var depth = 0; depth < Deepest; depth++)
            {
                var (_, signature) = Cut(text);
                var parts = text.Split('.');
                var header = Json(parts[0], "header") as ObjectValue ?? throw Operand.Failed("JWT header is no object");
                if (header.Get("cty") is StringValue { Text: "JWT" })
                {
                    text = Encoding.UTF8.GetString(EncodingBuiltins.FromBase64Url(parts[1], "JWT payload had invalid encoding")).Trim('"');
                    continue;
                }

                return new(header, Json(parts[1], "payload") as ObjectValue ?? throw Operand.Failed("JWT payload is no object"), signature);
            }

            throw Operand.Failed("tokens are nested too deeply");
        }

        private static Value? Json(string part, string what) => ValueJson.Read(
            EncodingBuiltins.FromBase64Url(part, $"JWT {what} had invalid encoding"), ValueLimits.Default, out _);
    }
}
