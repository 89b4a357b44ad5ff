using System.Buffers.Binary;
using System.Text;

namespace Reeve.Bench.Rows;

/// <summary>Messages of Riemann's protocol, written beforehand: a client's own work is not what is measured.</summary>
internal static class RiemannFrames
{
    /// <summary>Frames with some events each, of many hosts; and where each frame begins.</summary>
    public static byte[] Write(int frames, int events, int hosts, DateTimeOffset now)
    {
        using var output = new MemoryStream();
        var head = new byte[4];
        var next = 0;
        for (var frame = 0; frame < frames; frame++)
        {
            using var message = new MemoryStream();
            for (var i = 0; i < events; i++, next++)
            {
                var body = Event($"web-{next % hosts}.example.com", "cpu", next % 100 / 100.0, now);
                message.WriteByte(6 << 3 | 2);
                Varint(message, (ulong)body.Length);
                message.Write(body);
            }

            BinaryPrimitives.WriteInt32BigEndian(head, (int)message.Length);
            output.Write(head);
            output.Write(message.GetBuffer(), 0, (int)message.Length);
        }

        return output.ToArray();
    }

    private static byte[] Event(string host, string service, double metric, DateTimeOffset now)
    {
        using var body = new MemoryStream();
        body.WriteByte(1 << 3);
        Varint(body, (ulong)now.ToUnixTimeSeconds());
        Text(body, 2, "ok");
        Text(body, 3, service);
        Text(body, 4, host);
        Text(body, 7, "bench");
        body.WriteByte(8 << 3 | 5);
        body.Write(BitConverter.GetBytes(60f));
        body.WriteByte(14 << 3 | 1);
        body.Write(BitConverter.GetBytes(metric));
        return body.ToArray();
    }

    private static void Text(MemoryStream body, int field, string text)
    {
        body.WriteByte((byte)(field << 3 | 2));
        Varint(body, (ulong)text.Length);
        body.Write(Encoding.ASCII.GetBytes(text));
    }

    private static void Varint(MemoryStream output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.WriteByte((byte)(value | 0x80));
        }

        output.WriteByte((byte)value);
    }
}
