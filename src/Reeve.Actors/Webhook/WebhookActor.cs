using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reeve.Actors.Inputs;
using Reeve.Actors.Outbound;
using Reeve.Core.Documents;
using Reeve.Core.Executions;

namespace Reeve.Actors.Webhook;

/// <summary>
/// Calls a URL with a JSON body, signed when asked. Tries once: whoever calls repeats what is transient, and the receiver tells a
/// repetition by its
/// <c>Idempotency-Key</c>.
/// </summary>
public sealed class WebhookActor : IActor, IDisposable
{
    private const int BodyLimit = 64 * 1024;

    // a body for programs, never part of a page
    private static readonly JsonWriterOptions Spelling = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Methods = ["POST", "PUT", "PATCH", "GET", "DELETE"];
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly OutboundHttp _http;
    private readonly ISecrets? _secrets;

    /// <summary>An actor that calls any address; link-local and metadata addresses only when the operator allows them.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="allowLinkLocal">May it call those?</param>
    /// <param name="secrets">Reeve's own secrets; null for none.</param>
    public WebhookActor(TimeProvider time, bool allowLinkLocal = false, ISecrets? secrets = null)
    {
        _secrets = secrets;
        _time = time;
        _http = new OutboundHttp(time, allowLinkLocal, BodyLimit);
    }

    /// <inheritdoc/>
    public string Name => "webhook";

    /// <inheritdoc/>
    public IEnumerable<string> Check(JsonElement inputs) => Read(inputs).Mistakes;

    /// <inheritdoc/>
    public async Task<ActorOutcome> ActAsync(ActorCall call, CancellationToken cancellationToken)
    {
        var (inputs, mistakes) = Read(call.Inputs);
        if (mistakes.Count > 0)
        {
            return ActorOutcome.Failed(string.Join("; ", mistakes), transient: false);
        }

        var content = inputs.Body.ValueKind == JsonValueKind.Undefined ? call.Context : inputs.Body;
        var bare = inputs.Method is "GET" || content.ValueKind == JsonValueKind.Undefined;
        var body = bare ? [] : Spell(content);
        var headers = inputs.Headers.Append(new("Idempotency-Key", OutboundHttp.KeyHeader(call.IdempotencyKey))).ToList();
        var used = new List<string>();
        if (inputs.Secret is { } source)
        {
            var (secret, problem) = source.Find(call.Scope, _secrets);
            if (secret is null)
            {
                return ActorOutcome.Failed($"sign: {problem}", transient: false);
            }

            used.Add(secret);
            headers.Add(new("Reeve-Signature", Sign(secret, body)));
        }

        foreach (var (name, from, prefix) in inputs.SecretHeaders)
        {
            var (secret, problem) = from.Find(call.Scope, _secrets);
            if (secret is null || OutboundHttp.HeaderProblem(name, prefix + secret) is not null)
            {
                return ActorOutcome.Failed(
                    $"secret_headers.{name}: {problem ?? "the secret cannot stand in a header"}", transient: false);
            }

            used.Add(secret);
            headers.Add(new(name, prefix + secret));
        }

        var answer = await _http
            .SendAsync(
                new OutboundRequest(inputs.Method, inputs.Url, headers, bare ? null : body, inputs.Timeout) { Verifies = inputs.Verifies },
                cancellationToken)
            .ConfigureAwait(false);
        var output = answer.Status == 0 ? default : Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("status", answer.Status);
            writer.WriteString("body", answer.Body);
            writer.WriteEndObject();
        });
        var outcome = answer.Error is { } error
            ? ActorOutcome.Failed($"{Shown(inputs.Url)}: {error}", answer.Transient, answer.RetryAfter, output)
            : ActorOutcome.Done(output);
        return Redaction.Of(outcome, used);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // A repetition after a restart must have the same bytes under its key, and the text of what was kept is spelt otherwise than the text
    // of what was just made (`+` may be `\u002B`): so it is always spelt here.
    private static byte[] Spell(JsonElement content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Spelling))
        {
            content.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A URL without its query: that is where people put tokens, and errors are journaled.</summary>
    private static string Shown(string url) => new Uri(url).GetLeftPart(UriPartial.Path);

    private string Sign(string secret, byte[] body)
    {
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes(seconds + "."), .. body];
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
        return $"t={seconds},v1={Convert.ToHexStringLower(hash)}";
    }

    private static (WebhookInputs Inputs, List<string> Mistakes) Read(JsonElement inputs)
    {
        var mistakes = new List<string>();
        var reader = new InputReader(inputs, mistakes);
        var url = reader.RequiredText("url");
        if (url.Length > 0 && OutboundHttp.UrlProblem(url) is { } noUrl)
        {
            reader.Report("url", noUrl);
        }

        var method = (reader.Text("method") ?? "POST").ToUpperInvariant();
        if (!Methods.Contains(method))
        {
            reader.Report("method", $"expected one of {string.Join(", ", Methods)}, found `{method}`");
        }

        var headers = reader.TextMap("headers");
        foreach (var (name, value) in headers)
        {
            if (OutboundHttp.HeaderProblem(name, value) is { } noHeader)
            {
                reader.Report("headers", noHeader);
            }
        }

        SecretSource? secret = null;
        if (reader.Object("sign") is { } sign)
        {
            secret = SecretSource.Read(sign, "secret");
            sign.Close();
            if (secret is null)
            {
                sign.Report("secret", "is missing");
            }
        }

        var secretHeaders = SecretSource.ReadMap(reader, "secret_headers");
        foreach (var (name, _, prefix) in secretHeaders)
        {
            if (OutboundHttp.HeaderProblem(name, prefix) is { } noHeader)
            {
                reader.Report("secret_headers", noHeader);
            }
        }

        var timeout = reader.Duration("timeout", DefaultTimeout, LongestTimeout);
        var verifies = reader.Flag("verify", true);
        var read = new WebhookInputs(url, method, [.. headers], reader.Raw("body"), timeout, verifies, secret, secretHeaders);
        reader.Close();
        return (read, mistakes);
    }

    private sealed record WebhookInputs(
        string Url,
        string Method,
        IReadOnlyList<KeyValuePair<string, string>> Headers,
        JsonElement Body,
        TimeSpan Timeout,
        bool Verifies,
        SecretSource? Secret,
        IReadOnlyList<(string Name, SecretSource Source, string Prefix)> SecretHeaders);
}
