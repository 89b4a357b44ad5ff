using System.Text.Json;
using Microsoft.Extensions.Logging;
using Reeve.Core.Documents;
using Reeve.Server.Hosting;

namespace Reeve.Server.Access.Oidc;

/// <summary>
/// The keys of an issuer, fetched when first needed, when they are old, and when a token names one that is not among them. While the
/// issuer is away the last keys go on.
/// </summary>
internal sealed class IssuerKeys : IDisposable
{
    private const int LargestReply = 1024 * 1024;
    private readonly OidcOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LargestReply,
    };

    private readonly SemaphoreSlim _gate = new(1);
    private volatile Fetched? _last;
    private long? _triedAt;

    public IssuerKeys(OidcOptions options, TimeProvider time) => (_options, _time) = (options, time);

    /// <summary>Where trouble with the issuer is reported.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>The keys of this name, or all when the token names none; empty when the issuer has none or cannot be asked.</summary>
    public async ValueTask<IReadOnlyList<SigningKey>> FindAsync(string? id, CancellationToken cancellationToken)
    {
        var last = _last;
        if (last is null || _time.GetElapsedTime(last.At) > _options.KeyMemory || last.Find(id).Count == 0)
        {
            last = await RefreshAsync(last, cancellationToken);
        }

        return last?.Find(id) ?? [];
    }

    public void Dispose() => _http.Dispose();

    private async Task<Fetched?> RefreshAsync(Fetched? seen, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // whoever waited here may find that it was done; and made-up key names must not become a stream of requests to the issuer
            if (_last != seen || (_triedAt is { } tried && _time.GetElapsedTime(tried) < _options.KeyPatience))
            {
                return _last;
            }

            _triedAt = _time.GetTimestamp();
            _last = await FetchAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or InvalidDataException
            || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Logger?.IssuerAway(_options.Issuer, e.Message);
        }
        finally
        {
            _gate.Release();
        }

        return _last;
    }

    private async Task<Fetched> FetchAsync(CancellationToken cancellationToken)
    {
        var about = await GetAsync(new Uri(_options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration"), cancellationToken);
        if (about.Text("issuer") != _options.Issuer)
        {
            throw new InvalidDataException("it calls itself by another name");
        }

        if (!Uri.TryCreate(about.Text("jwks_uri"), UriKind.Absolute, out var at) || !OidcOptions.IsSafe(at))
        {
            throw new InvalidDataException("it says of no safe place where its keys are");
        }

        var set = await GetAsync(at, cancellationToken);
        return set.TryGetProperty("keys", out var keys) && keys.ValueKind == JsonValueKind.Array
            ? new Fetched([.. keys.EnumerateArray().Select(SigningKey.Read).OfType<SigningKey>()], _time.GetTimestamp())
            : throw new InvalidDataException("it has no list of keys");
    }

    private async Task<JsonElement> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(url, cancellationToken);
        response.EnsureSuccessStatusCode();
        var read = Json.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return read.ValueKind == JsonValueKind.Object ? read : throw new InvalidDataException("it answers with something else");
    }

    private sealed record Fetched(IReadOnlyList<SigningKey> Keys, long At)
    {
        public IReadOnlyList<SigningKey> Find(string? id) => id is null ? Keys : [.. Keys.Where(k => k.Id == id)];
    }
}
