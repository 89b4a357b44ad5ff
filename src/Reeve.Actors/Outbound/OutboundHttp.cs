using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Reeve.Core.Time;

namespace Reeve.Actors.Outbound;

/// <summary>
/// One HTTP call to the outside, bounded in time and in what is read of the answer. What goes wrong outside is an answer, never an
/// exception.
/// </summary>
internal sealed class OutboundHttp : IDisposable
{
    private const int MostRedirects = 3;
    private const string HeaderSigns = "!#$%&'*+-.^_`|~";
    private static readonly string[] Reserved =
        ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "Idempotency-Key", "Reeve-Signature"];

    private readonly TimeProvider _time;
    private readonly int _bodyLimit;
    private readonly HttpMessageInvoker _invoker;
    private readonly Lazy<HttpMessageInvoker> _trusting;

    public OutboundHttp(TimeProvider time, bool allowLinkLocal, int bodyLimit)
    {
        (_time, _bodyLimit) = (time, bodyLimit);
        _invoker = new HttpMessageInvoker(Handler(allowLinkLocal));
        _trusting = new Lazy<HttpMessageInvoker>(() =>
        {
            var handler = Handler(allowLinkLocal);
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
            return new HttpMessageInvoker(handler);
        });
    }

    /// <summary>Why a URL cannot be called, or null.</summary>
    public static string? UrlProblem(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? null
            : $"expected an http or https URL without a user, found `{url}`";

    /// <summary>Why a header cannot be sent, or null.</summary>
    public static string? HeaderProblem(string name, string value)
    {
        if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return $"the header `{name}` is set by Reeve itself";
        }

        var named = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || HeaderSigns.Contains(c, StringComparison.Ordinal));
        return named && value.All(c => c is '\t' or (>= ' ' and not '\u007f'))
            ? null
            : $"`{name}` is no header name, or its value holds a line end or another control character";
    }

    /// <summary>An idempotency key as a header can carry it: as it is, unless it holds what a header cannot.</summary>
    public static string KeyHeader(string key) => key.All(c => c is > ' ' and < '\u007f') ? key : Uri.EscapeDataString(key);

    public async Task<HttpAnswer> SendAsync(OutboundRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(request.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var url = new Uri(request.Url);
            for (var redirects = 0; ; redirects++)
            {
                using var message = Message(request, url);
                var invoker = request.Verifies ? _invoker : _trusting.Value;
                using var answer = await invoker.SendAsync(message, either.Token).ConfigureAwait(false);
                if ((int)answer.StatusCode is not (307 or 308) || answer.Headers.Location is not { } location)
                {
                    return await ReadAsync(answer, either.Token).ConfigureAwait(false);
                }

                // To another host would go what was meant, and signed, for this one.
                var next = new Uri(url, location);
                if (redirects == MostRedirects || (next.Scheme, next.Host, next.Port) != (url.Scheme, url.Host, url.Port))
                {
                    var elsewhere = $"redirects to `{next.GetLeftPart(UriPartial.Path)}`, which is not followed";
                    return new HttpAnswer((int)answer.StatusCode, "", null, elsewhere, Transient: false);
                }

                url = next;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HttpAnswer.None($"no answer within {Durations.Format(request.Timeout)}", transient: true);
        }
        catch (HttpRequestException e) when (e.InnerException is AddressRefusedException refused)
        {
            return HttpAnswer.None(refused.Message, transient: false);
        }
        catch (AddressRefusedException e)
        {
            return HttpAnswer.None(e.Message, transient: false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return HttpAnswer.None(Innermost(e).TrimEnd('.'), transient: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _invoker.Dispose();
        if (_trusting.IsValueCreated)
        {
            _trusting.Value.Dispose();
        }
    }

    private static SocketsHttpHandler Handler(bool allowLinkLocal) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 64,
        ConnectCallback = (context, token) => AddressRules.ConnectAsync(context.DnsEndPoint, allowLinkLocal, token),
    };

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e.Message;
    }

    private static HttpRequestMessage Message(OutboundRequest request, Uri url)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), url);
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value) && message.Content is { } content)
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (message.Headers.UserAgent.Count == 0)
        {
            message.Headers.TryAddWithoutValidation("User-Agent", "reeve");
        }

        return message;
    }

    private async Task<HttpAnswer> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        var kept = new byte[_bodyLimit];
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var read = await body.ReadAtLeastAsync(kept, kept.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var text = Encoding.UTF8.GetString(kept, 0, read);
        return answer.IsSuccessStatusCode
            ? new HttpAnswer(status, text, null, null, Transient: false)
            : new HttpAnswer(status, text, RetryAfter(answer), $"answered {status}", Transient: status is 408 or 425 or 429 or >= 500);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return asked > TimeSpan.Zero ? asked : null;
    }
}

/// <summary>One call to make.</summary>
internal sealed record OutboundRequest(
    string Method, string Url, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[]? Body, TimeSpan Timeout)
{
    /// <summary>Must the certificate of an https address be valid?</summary>
    public bool Verifies { get; init; } = true;
}

/// <summary>What came back: an error is null for a 2xx only; the status is 0 when there was no answer at all.</summary>
internal sealed record HttpAnswer(int Status, string Body, TimeSpan? RetryAfter, string? Error, bool Transient)
{
    public static HttpAnswer None(string error, bool transient) => new(0, "", null, error, transient);
}
