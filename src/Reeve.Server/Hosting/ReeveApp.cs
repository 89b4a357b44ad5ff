using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Reeve.Core.Journal;
using Reeve.Runtime;
using Reeve.Runtime.Catalog;
using Reeve.Server.Access;
using Reeve.Server.Api;
using Reeve.Server.Api.Requests;
using Reeve.Server.Intake.Riemann;
using Reeve.Server.Opa;
using Reeve.Storage;

namespace Reeve.Server.Hosting;

/// <summary>The runnable application: composed at the start, ready when that returns, whole again after a stop or a crash.</summary>
public sealed class ReeveApp : IAsyncDisposable
{
    // how many times too large a request may be and still get a proper answer
    private const int MaxDrained = 8;
    private readonly WebApplication _web;
    private readonly Parts _parts;
    private readonly ApiState _state;
    private readonly Telemetry? _telemetry;
    private readonly AccessParts _access;
    private int _stopped;

    private ReeveApp(WebApplication web, Parts parts, ApiState state, Telemetry? telemetry, AccessParts access)
    {
        (_telemetry, _access) = (telemetry, access);
        _web = web;
        _parts = parts;
        _state = state;
    }

    /// <summary>Where it listens, ports filled in.</summary>
    public IReadOnlyList<string> Urls =>
        [.. _web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    /// <summary>Where Senlin's API is.</summary>
    public string SenlinUrl => _state.Options.SenlinPort is null ? Urls[0] + SenlinPort.Prefix : Urls[^1];

    /// <summary>Where Riemann's protocol is listened for, ports filled in; each with its scheme.</summary>
    public IReadOnlyList<string> RiemannAddresses => _state.Riemann?.Addresses ?? [];

    internal RiemannIntake? Riemann => _state.Riemann;

    /// <summary>The admin's token that was made because there was none; told this once, null at every later start.</summary>
    public string? FirstToken { get; private init; }

    /// <summary>What each route needs of its caller, by method and pattern; null for one that does not say.</summary>
    internal IEnumerable<(string Method, string Pattern, Needs? Needs)> RouteNeeds =>
        from source in ((IEndpointRouteBuilder)_web).DataSources
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where method != HttpMethods.Head
        select (method, endpoint.RoutePattern.RawText!, endpoint.Metadata.GetMetadata<Needs>());

    /// <summary>Every route of Senlin's face, below its prefix.</summary>
    internal IEnumerable<(string Method, string Pattern)> SenlinRoutes => _state.Senlin.Routes;

    /// <summary>Every route that it answers, by method and pattern.</summary>
    public IReadOnlyList<(string Method, string Pattern)> Routes =>
    [
        .. from source in ((IEndpointRouteBuilder)_web).DataSources
           from endpoint in source.Endpoints.OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
           where method != HttpMethods.Head
           select (method, endpoint.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal)),
    ];

    /// <summary>The loop.</summary>
    public LoopRuntime Runtime => _parts.Runtime;

    /// <summary>The documents.</summary>
    public ResourceCatalog Catalog => _parts.Catalog;

    /// <summary>The record.</summary>
    public IRecordReader Records => _parts.Store.Records;

    /// <summary>
    /// Starts: opens the store, takes the port, takes up what lived before,
    /// and is ready. Throws <see cref="StartException"/>, one line for people.
    /// </summary>
    public static async Task<ReeveApp> StartAsync(ReeveOptions options, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var access = AccessParts.Read(options);
        if (Telemetry.ProblemOf(options) is { } wrong)
        {
            throw new StartException(wrong) { IsWrongInput = true };
        }

        var parts = await Parts.MakeAsync(options, cancellationToken);
        var state = new ApiState
        {
            Runtime = parts.Runtime,
            Catalog = parts.Catalog,
            Resources = parts.Store.Resources,
            Records = parts.Store.Records,
            Options = options,
            Senlin = parts.Senlin.Face,
            Changes = parts.Store.Changes,
            Tokens = access.Book(parts.Store.Tokens, parts.Runtime.Time),
            Access = access.Gate,
            Secrets = parts.Secrets,
            Plugins = parts.Plugins,
            Feed = parts.Feed,
            Idempotency = new IdempotentRequests(parts.Store.Replies, parts.Runtime.Time),
        };
        WebApplication? web = null;
        var telemetry = Telemetry.Begin(options, state);
        try
        {
            web = Build(options, access, state, parts.Opa, out var door);
            await ListenAsync(web, options.Urls, cancellationToken);
            door.Listens(web, access.Points.Count);
            var loggers = web.Services.GetRequiredService<ILoggerFactory>();
            var logger = loggers.CreateLogger("reeve");
            access.Report(loggers.CreateLogger("reeve.access"));
            state.Riemann = RiemannIntake.Bind(options.Riemann, state, loggers);
            parts.Runtime.Failed += logger.Failed;
            parts.Buggy += logger.Failed;
            foreach (var (key, mistake) in await parts.TakeUpAsync(logger, cancellationToken))
            {
                state.NotAtWork[key] = mistake;
                logger.NotAtWork(key.ToString(), mistake.Message);
            }

            var app = new ReeveApp(web, parts, state, telemetry, access)
            {
                FirstToken = await access.TakeUpAsync(cancellationToken),
            };
            state.IsServing = true;
            await (state.Riemann?.StartAsync(cancellationToken) ?? Task.CompletedTask);
            logger.Ready(string.Join(", ", app.Urls), (long)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            return app;
        }
        catch (Exception e)
        {
            await (state.Riemann?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (web is not null)
            {
                await web.DisposeAsync();
            }

            telemetry?.Dispose();
            await parts.DisposeAsync();
            throw e is StoreException unusable ? Parts.NotUsable(unusable) : e;
        }
    }

    /// <summary>
    /// Stops in good order: takes nothing more in, answers the requests under way,
    /// keeps the program states, closes. Executions go on after the next start.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
        {
            return;
        }

        _state.IsServing = false;
        _parts.Feed.Close();
        await (_state.Riemann?.DisposeAsync() ?? ValueTask.CompletedTask);
        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            patience.CancelAfter(_parts.Options.StopPatience);
            await _web.StopAsync(patience.Token);
        }

        var logger = _web.Services.GetRequiredService<ILoggerFactory>().CreateLogger("reeve");
        await _parts.DisposeAsync();
        logger.Stopped();
        await _web.DisposeAsync();

        // the last spans are those of the stop
        _telemetry?.Dispose();
        _access.Dispose();
    }

    /// <summary>Done when the process was asked to stop (or <see cref="StopAsync"/> was called).</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _web.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static WebApplication Build(
        ReeveOptions options, AccessParts access, ApiState state, OpaRoom opa, out OpaDoor door)
    {
        // the environment and files of ASP.NET must not change what was asked for on the command line
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "reeve", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxDrained * (long)options.MaxRequestBytes;
            foreach (var point in access.Points)
            {
                access.Listen(kestrel, point);
            }

            if (opa.Options.Port is { } own)
            {
                kestrel.Listen(IPAddress.Loopback, own, listen => listen.Protocols = HttpProtocols.Http1);
            }

            if (options.SenlinPort is { } port)
            {
                SenlinPort.Listen(kestrel, port);
            }
        });
        builder.Services.AddRoutingCore();
        if (Enum.TryParse<LogLevel>(options.LogLevel, ignoreCase: true, out var level) && level != LogLevel.None)
        {
            builder.Logging.SetMinimumLevel(level);
            LogFormat.Add(builder.Logging, options.LogFormat);
            builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            builder.Logging.AddFilter("Microsoft", level > LogLevel.Debug ? LogLevel.Critical : LogLevel.Debug);
        }

        // whoever started Reeve decides about signals; see the serve verb
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var web = builder.Build();
        door = new OpaDoor(opa, state.Access, web.Services.GetRequiredService<ILoggerFactory>().CreateLogger("reeve.opa"));
        door.Use(web);
        ApiRoutes.Map(web, state);
        return web;
    }

    private static async Task ListenAsync(WebApplication web, string urls, CancellationToken cancellationToken)
    {
        try
        {
            await web.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            var reason = e.Message.Contains("in use", StringComparison.Ordinal)
                ? "another program listens there; stop it, or choose another address with `--urls`"
                : $"{e.Message.TrimEnd('.')}; choose another address with `--urls`";
            throw new StartException($"urls: cannot listen on `{urls}`: {reason}", e);
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
