using System.Globalization;
using System.Net.Http.Headers;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Http;

/// <summary>
/// Answers that later queries get too (<c>cache</c>, <c>force_cache</c>): as long as the server's headers say (RFC 9111: no-store, max-age,
/// Expires), then asked for again with ETag and Last-Modified; with <c>force_cache</c> as long as the policy says.
/// </summary>
internal sealed class HttpCache
{
    private const int MostAnswers = 10_000;
    private const long MostBytes = 64L * 1024 * 1024;

    // those that RFC 9110 lets be kept without saying so
    private static readonly HashSet<int> Keepable = [200, 203, 204, 206, 300, 301, 404, 405, 410, 414, 501];
    private readonly Dictionary<ObjectValue, LinkedListNode<Kept>> _kept = [];
    private readonly LinkedList<Kept> _oldestFirst = new();
    private readonly Lock _lock = new();
    private long _bytes;

    /// <summary>The cache of this process.</summary>
    public static HttpCache Shared { get; } = new();

    /// <summary>What is kept for a request, fresh or not; null when there is nothing.</summary>
    public Kept? Find(ObjectValue key)
    {
        lock (_lock)
        {
            return _kept.TryGetValue(key, out var node) ? node.Value : null;
        }
    }

    /// <summary>Keeps an answer, when it may be kept.</summary>
    public void Keep(ObjectValue key, ObjectValue answer, HttpResponseMessage message, TimeSpan? forced, DateTimeOffset now)
    {
        if (!Keepable.Contains((int)message.StatusCode) || (forced is null && message.Headers.CacheControl is { NoStore: true }))
        {
            return;
        }

        var size = message.Content.Headers.ContentLength ?? (answer.Get("raw_body") as StringValue)?.Text.Length ?? 0;
        var kept = new Kept(
            key, answer, Ends(message, forced, now), message.Headers.ETag, message.Content.Headers.LastModified, size + 1024);
        lock (_lock)
        {
            Remove(key);
            _kept[key] = _oldestFirst.AddLast(kept);
            _bytes += kept.Bytes;
            while (_kept.Count > MostAnswers || (_bytes > MostBytes && _kept.Count > 1))
            {
                Remove(_oldestFirst.First!.Value.Key);
            }
        }
    }

    /// <summary>It is still so, says the server.</summary>
    public void Renew(Kept kept, HttpResponseMessage message, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_kept.TryGetValue(kept.Key, out var node) && ReferenceEquals(node.Value, kept))
            {
                node.Value = kept with { Ends = Ends(message, null, now) };
            }
        }
    }

    /// <summary>Until when an answer is fresh.</summary>
    public static DateTimeOffset Ends(HttpResponseMessage message, TimeSpan? forced, DateTimeOffset now)
    {
        if (forced is { } duration)
        {
            return now + duration;
        }

        var control = message.Headers.CacheControl;
        var made = message.Headers.Date ?? now;
        return control is { NoCache: true } ? DateTimeOffset.MinValue
            : control?.MaxAge is { } age ? made + age
            : message.Content.Headers.Expires ?? DateTimeOffset.MinValue;
    }

    private void Remove(ObjectValue key)
    {
        if (_kept.Remove(key, out var node))
        {
            _oldestFirst.Remove(node);
            _bytes -= node.Value.Bytes;
        }
    }

    /// <summary>An answer, and how long it is fresh.</summary>
    internal sealed record Kept(
        ObjectValue Key, ObjectValue Answer, DateTimeOffset Ends, EntityTagHeaderValue? Tag, DateTimeOffset? Modified, long Bytes)
    {
        /// <summary>Can the server be asked whether it is still so?</summary>
        public bool CanBeAsked => Tag is not null || Modified is not null;

        /// <summary>Asks for it only if it is another by now.</summary>
        public void Ask(HttpRequestMessage message)
        {
            if (Tag is { } tag)
            {
                message.Headers.TryAddWithoutValidation("If-None-Match", tag.ToString());
            }

            if (Modified is { } modified)
            {
                message.Headers.TryAddWithoutValidation("If-Modified-Since", modified.ToString("r", CultureInfo.InvariantCulture));
            }
        }
    }
}
