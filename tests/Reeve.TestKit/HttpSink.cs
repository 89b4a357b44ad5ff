using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Reeve.TestKit;

/// <summary>A real HTTP server on loopback that keeps every request and answers as it is told.</summary>
public sealed class HttpSink : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly ConcurrentQueue<HttpReply> _next = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebApplication _application;
    private Func<ReceivedRequest, HttpReply> _reply = _ => HttpReply.Ok;
    private int _disposed;

    private readonly string _scheme;

    private HttpSink(WebApplication application, int port, string scheme)
    {
        (_application, _scheme) = (application, scheme);
        Port = port;
        application.Run(AnswerAsync);
    }

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Its root, ending with a slash.</summary>
    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"{_scheme}://127.0.0.1:{Port}/"));

    /// <summary>Every request so far, in the order in which they were read to their end.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>Starts one, on a free port or on the port given (for one that comes back after it was away).</summary>
    public static Task<HttpSink> StartAsync(int? port = null, CancellationToken cancellationToken = default) =>
        StartAsync(port, null, null, cancellationToken);

    /// <summary>Starts one that speaks TLS and, with an authority, wants a certificate of it from each client.</summary>
    public static Task<HttpSink> StartSecuredAsync(
        X509Certificate2 certificate, X509Certificate2? authority = null, CancellationToken cancellationToken = default) =>
        StartAsync(null, certificate, authority, cancellationToken);

    private static async Task<HttpSink> StartAsync(
        int? port, X509Certificate2? certificate, X509Certificate2? authority, CancellationToken cancellationToken)
    {
        var chosen = port ?? FreePort.Take();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, chosen, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(new HttpsConnectionAdapterOptions
                    {
                        ServerCertificate = certificate,
                        ClientCertificateMode = authority is null
                            ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate,
                        ClientCertificateValidation = (shown, _, _) => shown.Issuer == authority?.Subject,
                    });
                }
            });
            kestrel.AddServerHeader = false;
        });
        var sink = new HttpSink(builder.Build(), chosen, certificate is null ? "http" : "https");
        await sink._application.StartAsync(cancellationToken);
        return sink;
    }

    /// <summary>Answers every request from now on with this.</summary>
    public void Reply(HttpReply reply) => _reply = _ => reply;

    /// <summary>Answers every request from now on by looking at it.</summary>
    public void Reply(Func<ReceivedRequest, HttpReply> reply) => _reply = reply;

    /// <summary>Answers the next requests with these, one each, before what is otherwise said.</summary>
    public void ReplyNext(params HttpReply[] replies)
    {
        foreach (var reply in replies)
        {
            _next.Enqueue(reply);
        }
    }

    /// <summary>Waits until at least so many requests came, and returns all of them.</summary>
    public async Task<IReadOnlyList<ReceivedRequest>> WaitForAsync(int count, TimeSpan? within = null)
    {
        await Eventually.IsTrueAsync(() => _requests.Count >= count, within, $"{count} requests (there were {_requests.Count})");
        return Requests;
    }

    /// <summary>Stops listening and cuts what is open; the port refuses connections from then on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _application.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new ReceivedRequest(
            context.Request.Method,
            context.Request.Path.Value ?? "/",
            context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(),
            TimeProvider.System.GetUtcNow());
        var reply = _next.TryDequeue(out var queued) ? queued : _reply(request);
        _requests.Enqueue(request);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            if (reply.Cut)
            {
                context.Abort();
                return;
            }

            await Task.Delay(reply.Silent ? Timeout.InfiniteTimeSpan : reply.Delay, TimeProvider.System, ending.Token);
            context.Response.StatusCode = reply.Status;
            foreach (var (name, value) in reply.Headers)
            {
                context.Response.Headers[name] = value;
            }

            await context.Response.Body.WriteAsync(reply.Bytes ?? Encoding.UTF8.GetBytes(reply.Body), ending.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }
}
