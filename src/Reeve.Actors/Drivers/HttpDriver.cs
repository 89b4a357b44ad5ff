using System.Text.Json;
using Reeve.Actors.Inputs;
using Reeve.Actors.Outbound;
using Reeve.Core.Documents;
using Reeve.Core.Targets;

namespace Reeve.Actors.Drivers;

/// <summary>
/// Hands each verb to somebody who speaks HTTP: <c>POST {url}/{verb}</c> with the target, the inputs and the idempotency key; the answer
/// says the state, properties to merge, and an error. A repetition carries the same <c>Idempotency-Key</c>.
/// </summary>
public sealed class HttpDriver : IDriver, IDisposable
{
    private const int BodyLimit = 1024 * 1024;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);
    private readonly OutboundHttp _http;

    /// <summary>A driver that calls any address; link-local and metadata addresses only when the operator allows them.</summary>
    public HttpDriver(TimeProvider time, bool allowLinkLocal = false) => _http = new OutboundHttp(time, allowLinkLocal, BodyLimit);

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public async Task<DriverOutcome> InvokeAsync(DriverCall call, CancellationToken cancellationToken)
    {
        var path = call.Target.Key.Path;
        var mistakes = new List<string>();
        var reader = new InputReader(call.Config, mistakes);
        var url = reader.RequiredText("url");
        var headers = reader.TextMap("headers");
        var timeout = reader.Duration("timeout", DefaultTimeout, LongestTimeout);
        reader.Close();
        if (url.Length > 0 && OutboundHttp.UrlProblem(url) is { } noUrl)
        {
            reader.Report("url", noUrl);
        }

        mistakes.AddRange(headers.Select(header => OutboundHttp.HeaderProblem(header.Key, header.Value)).OfType<string>());
        if (mistakes.Count > 0)
        {
            return DriverOutcome.Failed(call.Target.State, $"{path}: driver `http`: {string.Join("; ", mistakes)}", transient: false);
        }

        var verb = call.Verb.ToString().ToLowerInvariant();
        var key = OutboundHttp.KeyHeader(call.IdempotencyKey);
        var request = new OutboundRequest(
            "POST", $"{url.TrimEnd('/')}/{verb}", [.. headers, new("Idempotency-Key", key)], Body(call, verb), timeout);
        var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return Outcome(call, verb, answer);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static byte[] Body(DriverCall call, string verb)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("verb", verb);
            writer.WriteStartObject("target");
            writer.WriteString("tenant", call.Target.Key.Scope.Tenant);
            writer.WriteString("project", call.Target.Key.Scope.Project);
            writer.WriteString("path", call.Target.Key.Path);
            writer.WriteString("kind", call.Target.Kind);
            writer.WriteString("state", call.Target.State.ToString().ToLowerInvariant());
            writer.WriteStartObject("labels");
            foreach (var (name, value) in call.Target.Labels)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WritePropertyName("properties");
            call.Target.Properties.WriteTo(writer);
            writer.WriteEndObject();
            if (call.Inputs.ValueKind != JsonValueKind.Undefined)
            {
                writer.WritePropertyName("inputs");
                call.Inputs.WriteTo(writer);
            }

            writer.WriteString("idempotency_key", call.IdempotencyKey);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static DriverOutcome Outcome(DriverCall call, string verb, HttpAnswer answer)
    {
        var path = call.Target.Key.Path;
        var reply = Parse(answer.Body);
        var said = reply is { ValueKind: JsonValueKind.Object } ? reply.Value.Text("error") : null;
        var known = reply is { ValueKind: JsonValueKind.Object } && reply.Value.Text("state") is { } word
            && Enum.TryParse<TargetState>(word, ignoreCase: true, out var state) && !char.IsAsciiDigit(word[0])
            ? state
            : (TargetState?)null;
        if (answer.Error is { } error)
        {
            var sentence = said is null ? error : $"{error}: {said}";
            return DriverOutcome.Failed(known ?? call.Target.State, $"{path}: {verb}: {sentence}", answer.Transient);
        }

        if (said is not null)
        {
            return DriverOutcome.Failed(known ?? TargetState.Failed, $"{path}: {verb}: {said}", transient: false);
        }

        if (known is null)
        {
            var noState = $"{path}: {verb}: the answer is no object with a known `state`";
            return DriverOutcome.Failed(call.Target.State, noState, transient: false);
        }

        var hasProperties = reply!.Value.TryGetProperty("properties", out var given) && given.ValueKind == JsonValueKind.Object;
        return DriverOutcome.Done(known.Value, hasProperties ? given : default);
    }

    private static JsonElement? Parse(string text)
    {
        try
        {
            return Json.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
