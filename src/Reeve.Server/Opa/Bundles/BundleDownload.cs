using System.Net;
using System.Net.Http.Headers;
using Reeve.Languages.Rego.Bundles;
using Reeve.Server.Opa.Config;

namespace Reeve.Server.Opa.Bundles;

/// <summary>Fetches one bundle, when there is a newer one.</summary>
internal sealed class BundleDownload(BundleSource source, TimeProvider time) : IDisposable
{
    // by this type a server says that it holds a request back until there is something new
    private const string LongPollType = "application/vnd.openpolicyagent.bundles";

    // how long a bundle may take to come, once it has begun
    private static readonly TimeSpan TransferLimit = TimeSpan.FromMinutes(10);

    private readonly RemoteCalls? _calls = source.Service is null || IsFile(source) ? null : new RemoteCalls(source.Service);

    /// <summary>What the server gave; <paramref name="etag"/> is that of the bundle at work.</summary>
    public Task<Fetched> FetchAsync(string? etag, CancellationToken cancellationToken) =>
        _calls is null ? FromFileAsync(etag, cancellationToken) : FromServerAsync(_calls, etag, cancellationToken);

    public void Dispose() => _calls?.Dispose();

    private static bool IsFile(BundleSource source) =>
        source.Resource.StartsWith("file://", StringComparison.Ordinal) || source.Service?.Url.Scheme == "file";

    private async Task<Fetched> FromFileAsync(string? etag, CancellationToken cancellationToken)
    {
        var url = source.Resource.StartsWith("file://", StringComparison.Ordinal)
            ? new Uri(source.Resource)
            : new Uri(source.Service!.Url, source.Resource);
        var file = new FileInfo(url.LocalPath);
        if (!file.Exists)
        {
            throw new BundleException($"there is no file `{url.LocalPath}`");
        }

        var mark = $"{file.LastWriteTimeUtc.Ticks}-{file.Length}";
        if (mark == etag)
        {
            return Fetched.Nothing(longPolls: false);
        }

        return file.Length > source.SizeLimit
            ? throw TooLarge()
            : new Fetched(await File.ReadAllBytesAsync(file.FullName, cancellationToken), mark, false, null);
    }

    private async Task<Fetched> FromServerAsync(RemoteCalls calls, string? etag, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, calls.At(source.Resource));
        var modes = "modes=snapshot,delta";
        request.Headers.TryAddWithoutValidation(
            "Prefer", source.LongPoll is { } wait ? FormattableString.Invariant($"{modes};wait={(int)wait.TotalSeconds}") : modes);
        if (etag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        }

        var patience = source.Service!.ResponseTimeout + (source.LongPoll ?? TimeSpan.Zero);
        using var answer = await calls.SendAsync(request, patience, time, cancellationToken);
        var longPolls = source.LongPoll is not null && answer.Content.Headers.ContentType?.MediaType == LongPollType;
        switch (answer.StatusCode)
        {
            case HttpStatusCode.NotModified:
                return Fetched.Nothing(longPolls);
            case HttpStatusCode.OK:
                return new Fetched(await BodyAsync(answer.Content, cancellationToken), TagOf(answer.Headers), longPolls, null);
            default:
                return new Fetched(null, null, false, (int)answer.StatusCode);
        }
    }

    private async Task<byte[]> BodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > source.SizeLimit)
        {
            throw TooLarge();
        }

        using var limit = new CancellationTokenSource(TransferLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await using var stream = await content.ReadAsStreamAsync(either.Token);
        using var all = new MemoryStream();
        var chunk = new byte[64 * 1024];
        for (int count; (count = await stream.ReadAsync(chunk, either.Token)) > 0;)
        {
            if (all.Length + count > Math.Min(source.SizeLimit, Array.MaxLength))
            {
                throw TooLarge();
            }

            all.Write(chunk, 0, count);
        }

        return all.ToArray();
    }

    private static string? TagOf(HttpResponseHeaders headers) => headers.TryGetValues("ETag", out var tags) ? tags.FirstOrDefault() : null;

    private BundleException TooLarge() => new($"the bundle is larger than {source.SizeLimit} bytes");
}

/// <summary>What came of a request for a bundle.</summary>
/// <param name="Content">The archive; null when there is nothing new.</param>
/// <param name="Tag">Its ETag.</param>
/// <param name="LongPolls">Does the server hold requests back until there is something new?</param>
/// <param name="Refused">The status of an answer that gives no bundle.</param>
internal sealed record Fetched(byte[]? Content, string? Tag, bool LongPolls, int? Refused)
{
    public static Fetched Nothing(bool longPolls) => new(null, null, longPolls, null);
}
