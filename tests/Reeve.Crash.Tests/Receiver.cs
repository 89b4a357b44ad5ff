using System.Collections.Concurrent;
using Reeve.TestKit;

namespace Reeve.Crash.Tests;

/// <summary>One thing that the receiver was asked to do, under one idempotency key.</summary>
internal sealed record Effect(string Key, string Path, string Body)
{
    /// <summary>How often it was asked.</summary>
    public int Calls { get; set; }

    /// <summary>Was the asker told that it is done?</summary>
    public bool Confirmed { get; set; }

    /// <summary>What another call under the same key said instead.</summary>
    public string? Contradiction { get; set; }
}

/// <summary>
/// Receives what actors send, as receivers do: each idempotency key's
/// effect is had once, a repetition is answered and has none. Until it is
/// calm it also does what receivers do wrong: it answers late, or an error after it had the effect, or cuts the connection.
/// </summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Effect> _effects = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _withoutKey = new();
    private readonly HttpSink _sink;
    private readonly Random _random;

    private Receiver(HttpSink sink, Random random)
    {
        _sink = sink;
        _random = random;
        sink.Reply(Take);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => _sink.Url;

    /// <summary>Does it do right from now on?</summary>
    public bool IsCalm { get; set; }

    /// <summary>What it was asked to do.</summary>
    public IReadOnlyDictionary<string, Effect> Effects => _effects;

    /// <summary>Requests that came without a key.</summary>
    public IReadOnlyCollection<string> WithoutKey => _withoutKey;

    /// <summary>Starts one.</summary>
    public static async Task<Receiver> StartAsync(int seed) => new(await HttpSink.StartAsync(), new Random(seed));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    private HttpReply Take(ReceivedRequest request)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var key))
        {
            _withoutKey.Enqueue($"{request.Method} {request.Path} {request.Text}");
            return HttpReply.With(400);
        }

        var effect = _effects.GetOrAdd(key, k => new Effect(k, request.Path, request.Text));
        lock (effect)
        {
            effect.Calls++;
            if (effect.Path != request.Path || effect.Body != request.Text)
            {
                effect.Contradiction ??= $"{request.Path} {request.Text}";
            }

            var reply = NextReply();
            effect.Confirmed |= reply.Status == 200 && reply != HttpReply.CutOff;
            return reply;
        }
    }

    private HttpReply NextReply()
    {
        lock (_random)
        {
            return IsCalm ? HttpReply.Ok : _random.Next(100) switch
            {
                < 4 => HttpReply.With(503),
                < 6 => HttpReply.With(500),
                < 8 => HttpReply.CutOff,
                < 14 => new HttpReply { Delay = TimeSpan.FromMilliseconds(_random.Next(200)) },
                _ => HttpReply.Ok,
            };
        }
    }
}
