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
                AllowAutoRedirect = Flag("enable_redirect"), MaxAutomaticRedirections = 10, UseCookies = false, UseProxy = false,
            };
            var tls = handler.SslOptions;
            tls.TargetHost = Text("tls_server_name");
            if (Flag("tls_insecure_skip_verify"))
            {
                tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
            }

            if (Pem("tls_ca_cert") is { } authorities)
            {
                tls.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
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
