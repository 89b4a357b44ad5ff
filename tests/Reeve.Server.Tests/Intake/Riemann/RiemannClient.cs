using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Reeve.Server.Tests.Intake.Riemann;

/// <summary>A client of Riemann's protocol that says what it is told, also nonsense. It has a writer and a reader of its own.</summary>
internal sealed class RiemannClient(Stream stream) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public static async Task<RiemannClient> ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        return new RiemannClient(new NetworkStream(socket, ownsSocket: true));
    }

    public static byte[] Frame(byte[] message)
    {
        var frame = new byte[message.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame, 4);
        return frame;
    }

    public static byte[] Message(params byte[][] parts) => [.. parts.SelectMany(p => p)];

    public static byte[] Event(string? host, string? service, long? metric = null, params byte[][] more) =>
        Field(6, EventBody(host, service, metric, more));

    public static byte[] EventBody(string? host, string? service, long? metric = null, params byte[][] more) => Message(
        host is null ? [] : Text(4, host),
        service is null ? [] : Text(3, service),
        metric is null ? [] : [13 << 3, .. Varint((ulong)((metric.Value << 1) ^ (metric.Value >> 63)))],
        [.. more.SelectMany(m => m)]);

    public static byte[] Query(string query) => Field(5, Text(1, query));

    public static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    public static byte[] Field(int field, byte[] body) => [.. Varint((ulong)(field << 3 | 2)), .. Varint((ulong)body.Length), .. body];

    public static byte[] Number(int field, long value) => [.. Varint((ulong)(field << 3)), .. Varint((ulong)value)];

    public static byte[] Float(int field, float value) => [.. Varint((ulong)(field << 3 | 5)), .. BitConverter.GetBytes(value)];

    public static byte[] Double(int field, double value) => [.. Varint((ulong)(field << 3 | 1)), .. BitConverter.GetBytes(value)];

    public static byte[] Attribute(string key, string value) => Field(9, [.. Text(1, key), .. Text(2, value)]);

    public async Task<RiemannReply> AskAsync(params byte[][] parts)
    {
        await SendAsync(Frame(Message(parts)));
        return await ReplyAsync() ?? throw new EndOfStreamException();
    }

    public Task<RiemannReply> AskAsync(string query) => AskAsync(Query(query));

    public ValueTask SendAsync(byte[] bytes) => stream.WriteAsync(bytes);

    /// <summary>The next reply; null when the connection was closed.</summary>
    public async Task<RiemannReply?> ReplyAsync()
    {
        using var limit = new CancellationTokenSource(_patience);
        var head = new byte[4];
        try
        {
            if (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, limit.Token) < 4)
            {
                return null;
            }

            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
            await stream.ReadExactlyAsync(body, limit.Token);
            return RiemannReply.Read(body);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => stream.Dispose();

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}

/// <summary>A reply, with the fields of its events by number: texts, or numbers as they were written.</summary>
internal sealed record RiemannReply(bool Ok, string? Error, IReadOnlyList<ILookup<int, object>> Events)
{
    public IEnumerable<string?> Services => Events.Select(e => (string?)e[3].SingleOrDefault());

    public static RiemannReply Read(byte[] body)
    {
        var fields = Fields(body);
        return new RiemannReply(
            (ulong)fields[2].Single() == 1,
            fields[3].Select(f => Encoding.UTF8.GetString((byte[])f)).SingleOrDefault(),
            [.. fields[6].Select(f => Fields((byte[])f)).Select(f => f.SelectMany(g => g.Select(v => (g.Key, Value: Plain(g.Key, v))))
                .ToLookup(p => p.Key, p => p.Value))]);
    }

    private static object Plain(int field, object value) => (field, value) switch
    {
        (9, byte[] attribute) => string.Join(
            '=', Fields(attribute).OrderBy(f => f.Key).Select(f => Encoding.UTF8.GetString((byte[])f.Single()))),
        (_, byte[] text) => Encoding.UTF8.GetString(text),
        (13, ulong signed) => (long)(signed >> 1) ^ -(long)(signed & 1),
        (_, ulong number) => (long)number,
        _ => value,
    };

    private static ILookup<int, object> Fields(byte[] body)
    {
        var found = new List<(int Field, object Value)>();
        for (var at = 0; at < body.Length;)
        {
            var tag = Varint(body, ref at);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    found.Add((field, Varint(body, ref at)));
                    break;
                case 1:
                    found.Add((field, BitConverter.ToDouble(body, at)));
                    at += 8;
                    break;
                case 5:
                    found.Add((field, BitConverter.ToSingle(body, at)));
                    at += 4;
                    break;
                default:
                    var length = (int)Varint(body, ref at);
                    found.Add((field, body[at..(at + length)]));
                    at += length;
                    break;
            }
        }

        return found.ToLookup(f => f.Field, f => f.Value);
    }

    private static ulong Varint(byte[] body, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = body[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
