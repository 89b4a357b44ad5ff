using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reeve.Languages.Streams.Query;
using Reeve.Server.Access;
using Reeve.Server.Hosting;

namespace Reeve.Server.Intake.Riemann.Web;

/// <summary>
/// The addresses that Riemann's WebSocket server has: <c>/index</c>, <c>/pubsub/…</c> and <c>/events</c>. The first two also answer plain
/// requests, with server-sent events.
/// </summary>
internal sealed class RiemannWeb : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly IPEndPoint _asked;
    private readonly RiemannDoor _door;
    private readonly EventTaking _taking;
    private readonly EventSending _sending;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Puts it together; it listens after <see cref="StartAsync"/>.</summary>
    public RiemannWeb(IPEndPoint address, RiemannDoor door, RiemannOptions options, ILogger logger)
    {
        (_asked, _door, _logger) = (address, door, logger);
        _taking = new EventTaking(door, options);
        _sending = new EventSending(door, logger);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "reeve" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxFrameBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
            kestrel.Listen(address);
        });
        _web = builder.Build();
        _web.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = options.SlowPatience });
        _web.Run(AnswerAsync);
    }

    /// <summary>Where it listens, the port filled in once it does.</summary>
    public string Address => Listening?.Addresses.FirstOrDefault() is { } url ? new Uri(url).Authority : _asked.ToString();

    private IServerAddressesFeature? Listening => _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();

    /// <summary>Begins; throws <see cref="StartException"/> when the address cannot be had.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _web.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new StartException($"riemann-ws: cannot listen on `{_asked}`: {e.Message.TrimEnd('.')}; choose another address", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
        {
            await _web.StopAsync(patience.Token);
        }

        await _web.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stop.Token);
        try
        {
            if (LocalOnly.Refusal(http.Request) is { } refusal)
            {
                await SayAsync(http, StatusCodes.Status403Forbidden, refusal);
                return;
            }

            var path = http.Request.Path.Value?.TrimEnd('/') ?? "";
            if (path == "/events")
            {
                await _taking.TakeAsync(http, end.Token);
            }
            else if (path == "/index")
            {
                var follows = !http.WebSockets.IsWebSocketRequest || http.Request.Query["subscribe"] == "true";
                await HearAsync(http, Subscriptions.IndexChannel, begins: true, follows, end.Token);
            }
            else if (path.StartsWith("/pubsub/", StringComparison.Ordinal) && path.IndexOf('/', 8) < 0)
            {
                await HearAsync(http, path[8..], begins: false, follows: true, end.Token);
            }
            else
            {
                await SayAsync(http, StatusCodes.Status404NotFound, "there are `/index`, `/pubsub/CHANNEL` and `/events` here");
            }
        }
        catch (Exception gone) when (end.IsCancellationRequested || gone is IOException or System.Net.WebSockets.WebSocketException)
        {
            // the other side went away, or reeve stops
        }
        catch (BadHttpRequestException wrong)
        {
            await SayAsync(http, wrong.StatusCode, wrong.Message.TrimEnd('.'));
        }
        catch (Exception bug)
        {
            _logger.Failed(bug);
        }
    }

    private async Task HearAsync(HttpContext http, string channel, bool begins, bool follows, CancellationToken end)
    {
        var text = http.Request.Query.TryGetValue("query", out var asked) ? asked.ToString() : "true";
        if (!_door.Queries.TryGet(text, out StreamQuery? query, out var problem))
        {
            await SayAsync(http, StatusCodes.Status400BadRequest, $"query: parse error: {problem}");
        }
        else if (http.WebSockets.IsWebSocketRequest)
        {
            await _sending.SocketAsync(http, channel, query, begins, follows, end);
        }
        else if (HttpMethods.IsGet(http.Request.Method))
        {
            await _sending.StreamAsync(http, channel, query, begins, end);
        }
        else
        {
            await SayAsync(http, StatusCodes.Status405MethodNotAllowed, "ask with `GET`, as a WebSocket or for server-sent events");
        }
    }

    private static Task SayAsync(HttpContext http, int status, string text)
    {
        if (http.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync($"{text}\n");
    }
}
