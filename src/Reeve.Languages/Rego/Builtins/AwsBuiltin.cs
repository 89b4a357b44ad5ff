using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Signatures of requests to AWS, version 4 (the description of AWS, "Signature Version 4 signing process").</summary>
internal static class AwsBuiltin
{
    private const string Name = "providers.aws.sign_req";

    private const string ContentHash = "x-amz-content-sha256";

    private static readonly string[] Required = ["aws_access_key", "aws_region", "aws_secret_access_key", "aws_service"];

    // what proxies change on the way
    private static readonly string[] Unsigned = ["authorization", "user-agent", "x-amzn-trace-id"];

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = Name, Parameters = [RegoType.Object, RegoType.Object, RegoType.Number], Result = RegoType.Object,
            Invoke = static (_, operands) => Sign(operands),
        },
    ];

    private static ObjectValue Sign(ReadOnlySpan<Value> operands)
    {
        var request = Operand.Object(operands, 0, Name);
        var settings = Operand.Object(operands, 1, Name);
        Refuse(Required.Where(key => settings.Get(key) is null), 2, "missing required AWS config parameters(s)");
        Refuse(Required.Where(key => settings.Get(key) is not StringValue), 2, "invalid values for required AWS config parameters(s)");
        if (!Operand.Number(operands, 2, Name).TryGetInt64(out var nanoseconds))
        {
            throw Operand.Type($"{Name}: operand 3 could not convert time_ns value into a unix timestamp");
        }

        HttpRequestOperand.Check(request, Name);
        var headers = request.Get("headers") switch
        {
            null => ObjectValue.Empty,
            ObjectValue given => given,
            var other => throw Operand.Type($"{Name}: operand 0 must be object but got {other.TypeName}"),
        };
        string[] parts = ["method", "url"];
        Refuse(parts.Where(part => request.Get(part) is not StringValue), 1, "invalid values for required request parameters(s)");
        var address = Address.Read(TextOf(request, "url"));
        var body = request.Get("raw_body") is { } raw ? (raw as StringValue)?.Text ?? ""
            : request.Get("body") is { } json ? ValueJson.ToText(json)
            : "";
        var unsigned = settings.Get("disable_payload_signing") switch
        {
            null => false,
            BooleanValue flag => flag.Boolean,
            _ => throw Operand.Type($"{Name}: operand 2 invalid value for 'disable_payload_signing' in AWS config"),
        };
        var payload = unsigned ? "UNSIGNED-PAYLOAD" : Hash(body);
        var time = DateTime.UnixEpoch.AddTicks((long)Math.Floor(nanoseconds / 100m));
        var made = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = address.Host,
            ["x-amz-date"] = time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (TextOf(settings, "aws_service") is "s3" or "glacier")
        {
            made[ContentHash] = payload;
        }

        if (TextOf(settings, "aws_session_token") is { Length: > 0 } session)
        {
            made["x-amz-security-token"] = session;
        }

        var signed = new SortedDictionary<string, string>(made, StringComparer.Ordinal);
        var all = new ObjectBuilder(headers);
        foreach (var (key, value) in headers)
        {
            var (name, text) = ((key as StringValue)?.Text ?? "", (value as StringValue)?.Text ?? "");
            all.Set(StringValue.Of(name), StringValue.Of(text));
            if (!Unsigned.Contains(name.ToLowerInvariant()))
            {
                signed[name.ToLowerInvariant()] = text;
            }
        }

        all.Set(StringValue.Of("Authorization"), StringValue.Of(
            Authorization(TextOf(request, "method"), address, signed, payload, settings, made["x-amz-date"])));
        foreach (var (name, text) in made)
        {
            all.Set(StringValue.Of(name), StringValue.Of(text));
        }

        return request.With(StringValue.Of("headers"), all.ToObject());
    }

    private static string Authorization(
        string method, Address address, SortedDictionary<string, string> headers, string payload, ObjectValue settings, string time)
    {
        var names = string.Join(';', headers.Keys);
        var canonical = new StringBuilder($"{method}\n{address.Path}\n{address.Query}\n");
        foreach (var (name, text) in headers)
        {
            canonical.Append(name).Append(':').Append(text).Append('\n');
        }

        canonical.Append('\n').Append(names).Append('\n').Append(payload);
        var scope = $"{time[..8]}/{TextOf(settings, "aws_region")}/{TextOf(settings, "aws_service")}/aws4_request";
        var key = Encoding.UTF8.GetBytes($"AWS4{TextOf(settings, "aws_secret_access_key")}");
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        var plain = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hash(canonical.ToString())}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(plain)));
        return $"AWS4-HMAC-SHA256 Credential={TextOf(settings, "aws_access_key")}/{scope},SignedHeaders={names},Signature={signature}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string TextOf(ObjectValue from, string name) => (from.Get(name) as StringValue)?.Text ?? "";

    private static void Refuse(IEnumerable<string> names, int operand, string problem)
    {
        var found = SetValue.Of(names.Select(Value (name) => StringValue.Of(name)));
        if (found.Count > 0)
        {
            throw Operand.Type($"{Name}: operand {operand} {problem}: {found}");
        }
    }

    /// <summary>An address taken apart as Go does: nothing is added, and the path is escaped only when it must be.</summary>
    private sealed record Address(string Host, string Path, string Query)
    {
        public static Address Read(string text)
        {
            if (text.Any(char.IsControl))
            {
                throw Operand.Failed($"parse {StringValue.Of(text)}: net/url: invalid control character in URL");
            }

            text = text.Split('#', 2)[0];
            var parts = text.Split('?', 2);
            var (path, query) = (parts[0], parts.Length > 1 ? parts[1] : "");
            var scheme = path.IndexOf("://", StringComparison.Ordinal);
            if (scheme < 0 && !path.StartsWith("//", StringComparison.Ordinal))
            {
                return new("", Escape(path), query);
            }

            path = path[(scheme < 0 ? 2 : scheme + 3)..];
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            var host = slash < 0 ? path : path[..slash];
            return new(host[(host.LastIndexOf('@') + 1)..], slash < 0 ? "" : Escape(path[slash..]), query);
        }

        private static string Escape(string path) => string.Concat(Encoding.UTF8.GetBytes(path).Select(
            one => char.IsAsciiLetterOrDigit((char)one) || "-_.~$&+,/:;=@!'()*[]%".Contains((char)one) ? $"{(char)one}" : $"%{one:X2}"));
    }
}
