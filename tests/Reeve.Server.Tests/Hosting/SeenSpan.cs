using System.Text;

namespace Reeve.Server.Tests.Hosting;

/// <summary>A span as a collector gets it: read from OTLP's protobuf, as far as the tests ask.</summary>
internal sealed record SeenSpan(string Trace, string Id, string Parent, string Name)
{
    // ExportTraceServiceRequest.resource_spans = 1, ResourceSpans.scope_spans = 2, ScopeSpans.spans = 2
    public static IEnumerable<SeenSpan> ReadAll(byte[] request) =>
        from resource in Fields(request).Where(f => f.Number == 1)
        from scope in Fields(resource.Bytes).Where(f => f.Number == 2)
        from span in Fields(scope.Bytes).Where(f => f.Number == 2)
        select Read(span.Bytes);

    private static SeenSpan Read(byte[] span)
    {
        var fields = Fields(span).ToLookup(f => f.Number, f => f.Bytes);
        return new SeenSpan(Hex(1), Hex(2), Hex(4), Encoding.UTF8.GetString(fields[5].Single()));

        string Hex(int number) => Convert.ToHexStringLower(fields[number].FirstOrDefault() ?? []);
    }

    private static List<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        var found = new List<(int, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            byte[] bytes = [];
            switch (tag & 7)
            {
                case 0:
                    _ = Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    bytes = message[at..(at + length)];
                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }

            found.Add(((int)(tag >> 3), bytes));
        }

        return found;
    }

    private static ulong Varint(byte[] from, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var one = from[at++];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }
}
