using System.Collections.Concurrent;
using System.Globalization;
using Reeve.Flexera.Evaluation;

namespace Reeve.Flexera.Network;

/// <summary>Puts what a request needs around the bare network: rules on hosts, bounds on what runs at once, redirects,
/// repetition.</summary>
internal sealed class Sender(ITraffic traffic, HostRules rules, Secrets secrets, TimeProvider time)
{
    private const int MostAtOnce = 16;
    private const int MostPerHost = 6;
    private const int Attempts = 4;
    private const int MostRedirects = 10;

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(120);
    private static readonly HashSet<string> _repeatable = new(StringComparer.Ordinal) { "GET", "HEAD", "OPTIONS", "PUT", "DELETE" };

    // the three ways in which HTTP writes a date
    private static readonly string[] _dates = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    private static readonly HashSet<string> _forOneHost =
        new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "X-Auth-Token" };

    private readonly SemaphoreSlim _all = new(MostAtOnce);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<SentRequest> _sent = new();
    private long _number;

    /// <summary>The text without secrets.</summary>
    public string Clean(string text) => secrets.Remove(text);

    /// <summary>All that was sent, secrets removed; in the order of the datasources in the text, their items and pages.</summary>
    public IReadOnlyList<SentRequest> Sent => [.. _sent.OrderBy(s => s.Order).ThenBy(s => s.Iteration).ThenBy(s => s.Number)];

    /// <summary>
    /// Sends until there is an answer that is worth reading: throttling, a server in trouble and lost connections are tried again.
    /// </summary>
    /// <param name="draft">Unsigned.</param>
    /// <param name="sign">Adds the credentials, anew for every attempt.</param>
    /// <param name="ignored">Statuses that are an answer.</param>
    /// <param name="place">Whose request it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TrafficFault">There was no answer.</exception>
    public async Task<Answer> SendAsync(
        Outgoing draft, Func<Outgoing, CancellationToken, Task>? sign, IReadOnlyCollection<int> ignored, RequestPlace place,
        CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            var answer = await RepeatAsync(draft, sign, ignored, place, cancellationToken);
            if (answer.Status is not (301 or 302 or 303 or 307 or 308) || ignored.Contains(answer.Status)
                || draft.Method is not ("GET" or "HEAD") || answer.Headers.GetValueOrDefault("Location") is not { Length: > 0 } said
                || Requests.RequestAddress.Next(draft.Address, said) is not { } next)
            {
                return answer;
            }

            if (redirects >= MostRedirects)
            {
                throw new TrafficFault($"more than {MostRedirects} redirects", false);
            }

            // the credentials were meant for the first host
            var from = draft.Address;
            draft = draft.Copy();
            if (!IsSameHost(from, next))
            {
                sign = null;
                draft.Headers.RemoveAll(h => _forOneHost.Contains(h.Key) || secrets.Remove(h.Value) != h.Value);
            }

            draft.Address = next;
        }
    }

    /// <summary>Does the second address belong to who has the first one, and is it no less safe?</summary>
    public static bool IsSameHost(Uri first, Uri next) =>
        string.Equals(first.IdnHost, next.IdnHost, StringComparison.OrdinalIgnoreCase)
        && ((first.Scheme == next.Scheme && first.Port == next.Port)
            || (first is { Scheme: "http", IsDefaultPort: true } && next is { Scheme: "https", IsDefaultPort: true }));

    private async Task<Answer> RepeatAsync(
        Outgoing draft, Func<Outgoing, CancellationToken, Task>? sign, IReadOnlyCollection<int> ignored, RequestPlace place,
        CancellationToken cancellationToken)
    {
        if (rules.Refuse(draft.Address.IdnHost) is { } refused)
        {
            throw new TrafficFault(refused, false);
        }

        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? asked = null;
            try
            {
                var answer = await OnceAsync(draft, sign, place, cancellationToken);
                var mayRepeat = answer.Status is 429 or 503 || (answer.Status is 500 or 502 or 504 && _repeatable.Contains(draft.Method));
                asked = AskedPause(answer);
                if (!mayRepeat || ignored.Contains(answer.Status) || attempt == Attempts || asked > _longestPause)
                {
                    return answer;
                }
            }
            catch (TrafficFault fault) when (fault.IsTransient && attempt < Attempts && _repeatable.Contains(draft.Method))
            {
                // tried again below
            }

            await Task.Delay(asked ?? _firstPause * Math.Pow(2, attempt - 1), time, cancellationToken);
        }
    }

    private async Task<Answer> OnceAsync(
        Outgoing draft, Func<Outgoing, CancellationToken, Task>? sign, RequestPlace place, CancellationToken cancellationToken)
    {
        var request = draft.Copy();
        if (sign is not null)
        {
            await sign(request, cancellationToken);
        }

        var host = _hosts.GetOrAdd(request.Host, _ => new SemaphoreSlim(MostPerHost));
        await host.WaitAsync(cancellationToken);
        try
        {
            await _all.WaitAsync(cancellationToken);
            try
            {
                var sent = new SentRequest(request.Method, secrets.Remove(draft.Address.AbsoluteUriAsWritten()), place.Datasource,
                    place.Order, place.Iteration, Interlocked.Increment(ref _number));
                _sent.Enqueue(sent);
                return await traffic.SendAsync(request, cancellationToken);
            }
            finally
            {
                _all.Release();
            }
        }
        finally
        {
            host.Release();
        }
    }

    private TimeSpan? AskedPause(Answer answer)
    {
        if (answer.Headers.GetValueOrDefault("Retry-After") is not { } said)
        {
            return null;
        }

        if (double.TryParse(said, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && double.IsFinite(seconds))
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        return DateTimeOffset.TryParseExact(said, _dates, CultureInfo.InvariantCulture, Utc, out var at)
            ? at - time.GetUtcNow() is var pause && pause > TimeSpan.Zero ? pause : TimeSpan.Zero : null;
    }
}
