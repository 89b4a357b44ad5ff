using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Cli.Client;

/// <summary>
/// Follows what changes on a server. When the stream breaks off it is taken up again after the last number that was seen, so that nothing
/// is missed.
/// </summary>
internal static class ChangeStream
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The changes from now on, or after a number, until cancelled. A first connection that fails is an error; a later one is tried again.
    /// </summary>
    /// <param name="open">Opens the stream after a number; null for from now on.</param>
    /// <param name="after">The number to begin after.</param>
    /// <param name="lost">Told when the stream broke off.</param>
    /// <param name="opened">Told when the stream is open, each time.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public static async IAsyncEnumerable<SeenChange> FollowAsync(
        Func<string?, CancellationToken, Task<HttpResponseMessage>> open, string? after, Action lost, Func<Task> opened,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = after;
        for (var isFirst = true; ; isFirst = false)
        {
            using var response = await OpenAsync(open, last, isFirst, cancellationToken);
            if (response is not null)
            {
                var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken), (_, data) => Parse(data));
                await opened();
                await using var items = parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
                while (await NextAsync(items))
                {
                    last = parser.LastEventId is { Length: > 0 } id ? id : last;
                    if (items.Current.Data is { } data)
                    {
                        yield return new SeenChange(items.Current.EventType, data);
                    }
                }

                last = parser.LastEventId is { Length: > 0 } end ? end : last;
                lost();
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<HttpResponseMessage?> OpenAsync(
        Func<string?, CancellationToken, Task<HttpResponseMessage>> open, string? last, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            return await open(last, cancellationToken);
        }
        catch (VerbException e) when (!isFirst && e.ExitCode == ExitCode.CouldNotRun)
        {
            return null;
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<JsonElement?>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or WebException)
        {
            return false;
        }
    }

    private static JsonElement? Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return Json.Parse(System.Text.Encoding.UTF8.GetString(data));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
