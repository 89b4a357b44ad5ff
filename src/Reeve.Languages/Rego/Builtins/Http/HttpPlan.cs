using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Http;

/// <summary>A request as written, checked and ready to be sent.</summary>
internal sealed class HttpPlan
{
    private const string Name = "http.send";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly ObjectValue _request;

    private HttpPlan(ObjectValue request)
    {
        _request = request;
        Method = (Text("method") ?? "").ToUpperInvariant();
        if (Method.Length == 0 || !Method.All(char.IsAsciiLetterUpper))
        {
            throw Operand.Failed($"{Name}: net/http: invalid method {StringValue.Of(Method)}");
        }

        var address = Text("url") ?? "";
        Address = Uri.TryCreate(address, UriKind.Absolute, out var found) && found.Scheme is "http" or "https"
            ? found!
            : throw Operand.Failed($"{Name}: unsupported protocol scheme in {StringValue.Of(address)}");
        DecodesJson = Flag("force_json_decode");
        DecodesYaml = Flag("force_yaml_decode");
        Retries = request.Get("max_retry_attempts") is NumberValue number && number.TryGetInt64(out var retries)
            ? (int)Math.Clamp(retries, 0, int.MaxValue) : 0;
        Forced = Flag("force_cache") ? ForcedFor(request) : null;
        if (request.Get("caching_mode") is { } mode && mode is not StringValue { Text: "serialized" or "deserialized" })
        {
            throw Operand.Failed($"{Name}: invalid value specified for 'caching_mode' field: {mode}");
        }

        CacheKey = Flag("cache") || Forced is not null ? Without(request, request.Get("cache_ignored_headers")) : null;
        Timeout = request.Get("timeout") switch
        {
            null => TimeSpan.FromSeconds(5),
            StringValue text => Span(GoDuration.Parse(text.Text, Name)),
            NumberValue given when given.TryGetInt64(out var nanoseconds) => Span(nanoseconds),
            var other => throw Operand.Failed($"{Name}: 'timeout' must be one of {{string, number}} but got {other.TypeName}"),
        };
    }

    public string Method { get; }

    public Uri Address { get; }

    public TimeSpan Timeout { get; }

    public bool DecodesJson { get; }

    public bool DecodesYaml { get; }

    public int Retries { get; }

    /// <summary>How long the policy says that an answer is fresh; null when that is the server's business.</summary>
    public TimeSpan? Forced { get; }

    /// <summary>What answers of later queries are found by; null when they are not kept.</summary>
    public ObjectValue? CacheKey { get; }

    /// <summary>Fails when a member has the wrong type.</summary>
    public static HttpPlan Read(ObjectValue request) => new(request);

    /// <summary>The message; a new one for each attempt.</summary>
    public HttpRequestMessage Message()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Address);
        var body = Text("raw_body") ?? (_request.Get("body") is { } json ? ValueJson.ToText(json) : null);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        message.Headers.TryAddWithoutValidation("User-Agent", "Reeve");
        foreach (var (key, value) in Headers())
        {
            var (name, text) = (((StringValue)key).Text, ((StringValue)value).Text);
            if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
            {
                message.Headers.Remove(name);
            }

            if (!message.Headers.TryAddWithoutValidation(name, text))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, text);
            }
        }

        if (message.Content is not null && !message.Content.Headers.Contains("Content-Type"))
        {
            message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }

        return message;
    }

    /// <summary>What sends it, with the certificates that it names.</summary>
    public SocketsHttpHandler Handler()
    {
        try
        {
            var handler = new SocketsHttpHandler
            {
                AllowAutoRedirect = Flag("enable_redirect"),
                MaxAutomaticRedirections = 10,
                UseCookies = false,
                UseProxy = false,
            };
            var tls = handler.SslOptions;
            if (Flag("tls_insecure_skip_verify"))
            {
                tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
            }
            else if (Text("tls_server_name") is { } server)
            {
                // the handler asks for the name of the address, so the other name is looked for here
                tls.RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                    (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
                    && shown is X509Certificate2 certificate && certificate.MatchesHostname(server);
            }

            if (Pem("tls_ca_cert") is { } authorities)
            {
                tls.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                tls.CertificateChainPolicy.CustomTrustStore.ImportFromPem(authorities);
            }

            if (Pem("tls_client_cert") is { } certificate && Pem("tls_client_key") is { } key)
            {
                tls.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
            }

            return handler;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Operand.Failed($"{Name}: {e.Message}");
        }
    }

    private static TimeSpan ForcedFor(ObjectValue request) => request.Get("force_cache_duration_seconds") switch
    {
        NumberValue number when number.TryGetInt64(out var seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1_000_000_000)),
        null => throw Operand.Failed($"{Name}: 'force_cache' set but 'force_cache_duration_seconds' parameter is missing"),
        _ => throw Operand.Failed($"{Name}: invalid value for force_cache_duration_seconds field"),
    };

    // the headers that are named do not make another request of it
    private static ObjectValue Without(ObjectValue request, Value? ignored)
    {
        if (ignored is null or NullValue)
        {
            return request;
        }

        var names = ignored switch
        {
            ArrayValue array when array.All(one => one is StringValue) => array.Select(one => ((StringValue)one).Text),
            _ => throw Operand.Failed($"{Name}: invalid value {ignored} in cache_ignored_headers"),
        };
        var left = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
        var key = new ObjectBuilder(request.Count);
        foreach (var (name, value) in request)
        {
            switch (name)
            {
                case StringValue { Text: "cache_ignored_headers" }:
                    break;
                case StringValue { Text: "headers" } when value is ObjectValue headers:
                    var kept = new ObjectBuilder(headers.Count);
                    foreach (var (header, text) in headers)
                    {
                        if (header is not StringValue { Text: var said } || !left.Contains(said))
                        {
                            kept.Set(header, text);
                        }
                    }

                    key.Set(name, kept.ToObject());
                    break;
                default:
                    key.Set(name, value);
                    break;
            }
        }

        return key.ToObject();
    }

    private ObjectValue Headers()
    {
        var headers = _request.Get("headers") switch
        {
            null => ObjectValue.Empty,
            ObjectValue given => given,
            _ => throw Operand.Failed($"{Name}: invalid type for headers key"),
        };
        foreach (var (key, value) in headers)
        {
            if (key is not StringValue || value is not StringValue)
            {
                throw Operand.Failed($"{Name}: invalid type for headers value {value}");
            }
        }

        return headers;
    }

    // given itself, by a file or by a variable of the environment
    private string? Pem(string name)
    {
        if (Text(name + "_file") is { } file)
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw Operand.Failed($"{Name}: {e.Message}");
            }
        }

        return Text(name + "_env_variable") is { } variable ? Environment.GetEnvironmentVariable(variable) : Text(name);
    }

    private static TimeSpan Span(long nanoseconds) =>
        nanoseconds <= 0 || nanoseconds / 100 > Longest.Ticks ? Longest : TimeSpan.FromTicks(Math.Max(1, nanoseconds / 100));

    private string? Text(string name) => _request.Get(name) switch
    {
        null => null,
        StringValue text => text.Text,
        _ => throw Operand.Failed($"{Name}: \"{name}\" must be a string"),
    };

    private bool Flag(string name) => _request.Get(name) switch
    {
        null => false,
        BooleanValue flag => flag.Boolean,
        var other => throw Operand.Failed($"{Name}: {name} must be a boolean but got {other.TypeName}"),
    };
}
