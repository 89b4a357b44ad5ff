using Microsoft.Extensions.Logging;
using Reeve.Engines.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Server.Hosting;

namespace Reeve.Server.Intake.Riemann;

/// <summary>
/// Looks into the index from time to time and hands what has expired to the subscribers and back into the loop, in the state
/// <c>expired</c>, so that policies hear of what is no longer heard of.
/// </summary>
internal sealed class RiemannReaper : IAsyncDisposable
{
    private static readonly TimeSpan _sweepInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);
    private readonly RiemannDoor _door;
    private readonly RiemannOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private long _expired;
    private DateTimeOffset _sweptAt;
    private Task _running = Task.CompletedTask;

    /// <summary>Begins.</summary>
    public RiemannReaper(RiemannDoor door, RiemannOptions options, TimeProvider time, ILogger logger)
    {
        (_door, _options, _time, _logger) = (door, options, time, logger);
        _sweptAt = time.GetUtcNow();
        _timer = time.CreateTimer(_ => Begin(), null, options.ExpiryInterval, options.ExpiryInterval);
    }

    /// <summary>How many events have expired.</summary>
    public long Expired => Volatile.Read(ref _expired);

    /// <summary>Looks now; done when all that has expired was handed on.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var old in _door.Index.Expire(_door.Now))
        {
            var expired = Expire(old, _door.Now);
            while (!_door.Reinject(expired))
            {
                await Task.Delay(_pause, _time, cancellationToken);
            }

            Interlocked.Increment(ref _expired);
        }

        if (_time.GetUtcNow() - _sweptAt > _sweepInterval)
        {
            _sweptAt = _time.GetUtcNow();
            _door.Hosts.Sweep(_door.Index.Hosts());
        }
    }

    /// <summary>Stops; what has not been handed on is forgotten, as the index itself is.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _timer.DisposeAsync();
        await _running;
        _stop.Dispose();
    }

    // the next look is left out while this one has not ended: a full queue takes long to take everything
    private void Begin()
    {
        if (_running.IsCompleted)
        {
            _running = GuardAsync();
        }
    }

    private async Task GuardAsync()
    {
        try
        {
            await LookAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // reeve stops
        }
        catch (Exception bug)
        {
            _logger.Failed(bug);
        }
    }

    private StreamEvent Expire(StreamEvent old, double now) => StreamFields.Expired(old, now, _options.KeepKeys);
}
