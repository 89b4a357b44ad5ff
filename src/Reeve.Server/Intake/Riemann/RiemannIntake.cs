using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Reeve.Core.Identity;
using Reeve.Server.Api;
using Reeve.Server.Hosting;
using Reeve.Server.Intake.Riemann.Sockets;
using Reeve.Server.Intake.Riemann.Web;

namespace Reeve.Server.Intake.Riemann;

/// <summary>Riemann's protocol as a whole: the sockets, the index, the subscribers, the expiry.</summary>
internal sealed class RiemannIntake : IAsyncDisposable
{
    private readonly RiemannListener? _listener;
    private readonly RiemannDatagrams? _datagrams;
    private readonly RiemannWeb? _web;
    private readonly RiemannOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private RiemannIntake(RiemannOptions options, ApiState state, ILogger logger)
    {
        (_options, _logger, _time) = (options, logger, state.Runtime.Time);
        Door = new RiemannDoor(state, Scope.Default, options, logger);
        var tls = RiemannTls.Make(options);
        try
        {
            if (options.Address is { } address)
            {
                var place = RiemannAddress.Read(address, "riemann", tls is not null && options.Authority is not null, out var problem)
                    ?? throw new StartException(problem!) { IsWrongInput = true };
                (_listener, _datagrams) = Listen(place, tls);
            }

            if (options.WebAddress is { } web)
            {
                var place = RiemannAddress.Read(web, "riemann-ws", asksForCertificates: false, out var problem)
                    ?? throw new StartException(problem!) { IsWrongInput = true };
                _web = new RiemannWeb(place, Door, options, logger);
            }
        }
        catch (SocketException e)
        {
            throw new StartException($"riemann: cannot listen on `{options.Address}`: {e.Message.TrimEnd('.')}; choose another address", e);
        }
    }

    /// <summary>The way in.</summary>
    public RiemannDoor Door { get; }

    /// <summary>Looks for what has expired.</summary>
    public RiemannReaper? Reaper { get; private set; }

    /// <summary>Where it listens, ports filled in; each with its scheme.</summary>
    public IReadOnlyList<string> Addresses
    {
        get
        {
            var all = new List<string>();
            if (_listener is not null)
            {
                all.Add($"riemann{(_options.Certificate is null ? "" : "+tls")}://{_listener.Address}");
            }

            if (_datagrams is not null)
            {
                all.Add($"riemann+udp://{_datagrams.Address}");
            }

            if (_web is not null)
            {
                all.Add($"ws://{_web.Address}");
            }

            return all;
        }
    }

    /// <summary>How many TCP connections there are.</summary>
    public int Connections => _listener?.Connections ?? 0;

    /// <summary>How many datagrams the kernel has dropped.</summary>
    public long DroppedByKernel => _datagrams?.DroppedByKernel() ?? 0;

    /// <summary>Takes the addresses, and nothing in yet; null when nothing is wanted. Throws <see cref="StartException"/>.</summary>
    public static RiemannIntake? Bind(RiemannOptions? options, ApiState state, ILoggerFactory loggers) =>
        options is { IsWanted: true } ? new RiemannIntake(options, state, loggers.CreateLogger("reeve.riemann")) : null;

    /// <summary>Begins to take events in.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Door.Hosts.TakeUp();
        Reaper = new RiemannReaper(Door, _options, _time, _logger);
        _listener?.Start();
        _datagrams?.Start();
        if (_web is not null)
        {
            await _web.StartAsync(cancellationToken);
        }

        foreach (var address in Addresses)
        {
            _logger.RiemannListens(address);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
        {
            await _web.DisposeAsync();
        }

        if (_datagrams is not null)
        {
            await _datagrams.DisposeAsync();
        }

        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        if (Reaper is not null)
        {
            await Reaper.DisposeAsync();
        }
    }

    // TCP and UDP share a number; a free one of TCP may be taken on UDP
    private (RiemannListener Listener, RiemannDatagrams? Datagrams) Listen(
        IPEndPoint place, System.Net.Security.SslServerAuthenticationOptions? tls)
    {
        for (var tries = place.Port == 0 ? 20 : 1; ; tries--)
        {
            var listener = new RiemannListener(place, Door, _options, tls, _time, _logger);
            try
            {
                return (listener, tls is null ? new RiemannDatagrams(listener.Address, Door, _logger) : null);
            }
            catch (SocketException) when (tries > 1)
            {
                listener.Abandon();
            }
            catch
            {
                listener.Abandon();
                throw;
            }
        }
    }
}
