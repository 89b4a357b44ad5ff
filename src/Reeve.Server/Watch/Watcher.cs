using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Reeve.Server.Watch;

/// <summary>
/// Sends one watcher what it wants, as server-sent events: first what it missed, from the journal, then what comes. Its bytes are all that
/// is kept for it; who does not keep up is dropped and told why, and may come back with the last number that it saw.
/// </summary>
internal sealed class Watcher(ChangeFeed feed, WatchFilter filter, Stream body, TimeSpan heartbeat, TimeProvider time)
{
    private const int LargestWrite = 64 * 1024;
    private readonly ArrayBufferWriter<byte> _out = new(4096);

    /// <summary>
    /// Sends until the watcher goes, falls behind or the feed is closed; false when the watcher took nothing any more and is to be cut off.
    /// </summary>
    public async Task<bool> RunAsync(long? after, CancellationToken cancellationToken)
    {
        try
        {
            var node = await CatchUpAsync(after, cancellationToken);
            while (true)
            {
                var pulse = feed.Pulse;
                node = Gather(node);
                if (feed.Tail.Node.Ordinal - node.Ordinal > feed.Options.MaxBehind)
                {
                    await SendAsync(Behind(feed.Tail.Node.Ordinal - node.Ordinal), cancellationToken);
                    return true;
                }

                if (_out.WrittenCount > 0)
                {
                    await FlushAsync(cancellationToken);
                }
                else if (feed.IsClosed)
                {
                    await SendAsync(Farewell("end", "reeve is stopping; come back with the last id"), cancellationToken);
                    return true;
                }
                else if (node.Next is null)
                {
                    await WaitAsync(pulse, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // the number comes first, also when nothing was missed, so that whoever is cut off before the first change knows where to go on
    private async Task<ChangeNode> CatchUpAsync(long? after, CancellationToken cancellationToken)
    {
        var (node, head) = feed.Tail;
        Write("retry: 2000\n\n");
        if (after > head)
        {
            // the store is another one, or was restored: what the watcher has seen is not what is here
            _out.Write(Change.Frame(0, "reset", writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("reason", string.Create(
                    CultureInfo.InvariantCulture, $"there is no entry {after} here; the newest is {head}: read everything again"));
                writer.WriteEndObject();
            }));
            after = null;
        }

        var seen = after ?? head;
        while (seen < head)
        {
            var entries = await feed.AfterAsync(seen, cancellationToken);
            foreach (var entry in entries)
            {
                if (entry.Sequence > head)
                {
                    break;
                }

                seen = entry.Sequence;
                if (Change.Of(entry) is var change && filter.Wants(change))
                {
                    _out.Write(change.Text);
                    if (_out.WrittenCount > LargestWrite)
                    {
                        await FlushAsync(cancellationToken);
                    }
                }
            }

            if (entries.Count == 0)
            {
                break;
            }

            // a long way: what came meanwhile is read from the journal too, rather than kept
            if (seen >= head && feed.Tail.Node.Ordinal - node.Ordinal > feed.Options.MaxBehind / 2)
            {
                (node, head) = feed.Tail;
            }
        }

        Write(string.Create(CultureInfo.InvariantCulture, $"id: {head}\n\n"));
        await FlushAsync(cancellationToken);
        return node;
    }

    private ChangeNode Gather(ChangeNode node)
    {
        while (_out.WrittenCount < LargestWrite && node.Next is { } next)
        {
            node = next;
            if (filter.Wants(node.Change!))
            {
                _out.Write(node.Change!.Text);
            }
        }

        return node;
    }

    private async Task WaitAsync(Task pulse, CancellationToken cancellationToken)
    {
        try
        {
            await pulse.WaitAsync(heartbeat, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            Write(": nothing new\n\n");
            await FlushAsync(cancellationToken);
        }
    }

    private static byte[] Behind(long by) => Farewell(
        "dropped",
        string.Create(
            CultureInfo.InvariantCulture, $"you are {by} changes behind; narrow what you watch, and come back with the last id"));

    private static byte[] Farewell(string kind, string reason) => Change.Frame(0, kind, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("reason", reason);
        writer.WriteEndObject();
    });

    private Task SendAsync(byte[] text, CancellationToken cancellationToken)
    {
        _out.Write(text);
        return FlushAsync(cancellationToken);
    }

    private void Write(string text) => _out.Write(Encoding.ASCII.GetBytes(text));

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(feed.Options.Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        await body.WriteAsync(_out.WrittenMemory, both.Token);
        await body.FlushAsync(both.Token);
        _out.ResetWrittenCount();
    }
}
