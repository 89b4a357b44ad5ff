using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Errors;

namespace Reeve.Server.Api.Requests;

/// <summary>
/// How many requests a caller may make: so many in a second, twice as many at once. What has rested is spent first, as from a bucket that
/// fills again. Intake has its own bound, the queue.
/// </summary>
internal sealed class RequestRates(int perSecond, TimeProvider time)
{
    private const int MostCallers = 10_000;
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Throws an <see cref="ApiProblem"/> when the caller asks too often.</summary>
    public void Count(HttpContext http)
    {
        if (perSecond <= 0 || !http.Request.Path.StartsWithSegments("/api/v1", out var rest) || IsIntake(http.Request, rest))
        {
            return;
        }

        var caller = http.User.Identity?.Name is { Length: > 0 } name ? name : http.Connection.RemoteIpAddress?.ToString() ?? "";
        if (WaitOf(caller) is { } wait)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            throw new ApiProblem(
                ErrorCodes.RateLimited,
                string.Create(
                    CultureInfo.InvariantCulture, $"more than {perSecond} requests in a second; come again after {seconds} s"))
            {
                RetryAfter = seconds,
            };
        }
    }

    /// <summary>Takes one request of a caller; null when it may be made, else how long to wait.</summary>
    public TimeSpan? WaitOf(string caller)
    {
        if (_buckets.Count > MostCallers)
        {
            Forget();
        }

        var now = time.GetTimestamp();
        var bucket = _buckets.GetOrAdd(caller, _ => new Bucket { Left = 2.0 * perSecond, At = now });
        lock (bucket)
        {
            Fill(bucket, now);
            if (bucket.Left >= 1)
            {
                bucket.Left--;
                return null;
            }

            return TimeSpan.FromSeconds((1 - bucket.Left) / perSecond);
        }
    }

    private static bool IsIntake(HttpRequest request, PathString rest) =>
        HttpMethods.IsPost(request.Method) && (rest.StartsWithSegments("/events") || rest.StartsWithSegments("/intake"));

    private void Fill(Bucket bucket, long now)
    {
        bucket.Left = Math.Min(2.0 * perSecond, bucket.Left + (time.GetElapsedTime(bucket.At, now).TotalSeconds * perSecond));
        bucket.At = now;
    }

    // a full bucket is like none
    private void Forget()
    {
        var now = time.GetTimestamp();
        foreach (var (caller, bucket) in _buckets)
        {
            lock (bucket)
            {
                Fill(bucket, now);
                if (bucket.Left >= 2.0 * perSecond)
                {
                    _buckets.TryRemove(caller, out _);
                }
            }
        }
    }

    private sealed class Bucket
    {
        public double Left { get; set; }

        public long At { get; set; }
    }
}
