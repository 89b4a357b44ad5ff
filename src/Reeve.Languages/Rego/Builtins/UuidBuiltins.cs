using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Universally unique identifiers.</summary>
internal static class UuidBuiltins
{
    // hundreds of nanoseconds from the Gregorian reform, where the times of identifiers begin, to 1970
    private const long Reform = 122_192_928_000_000_000;

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "uuid.parse", Parameters = [RegoType.Any], Result = RegoType.Object,
            Invoke = static (_, operands) => Parse(operands),
        },
        new()
        {
            Name = "uuid.rfc4122", Parameters = [RegoType.String], Result = RegoType.String, Deterministic = false,
            Invoke = static (context, operands) => Make(context, Operand.String(operands, 0, "uuid.rfc4122").Text),
        },
    ];

    // the same for the same key within a query
    private static StringValue Make(BuiltinContext context, string key)
    {
        var seed = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(seed, context.Seed);
        var bytes = SHA256.HashData([.. seed, .. Encoding.UTF8.GetBytes(key)]).AsSpan(0, 16);
        bytes[6] = (byte)(0x40 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return StringValue.Of(new Guid(bytes, bigEndian: true).ToString());
    }

    private static ObjectValue? Parse(ReadOnlySpan<Value> operands)
    {
        var text = Operand.String(operands, 0, "uuid.parse").Text;
        text = text.Length == 45 && text.StartsWith("urn:uuid:", StringComparison.OrdinalIgnoreCase) ? text[9..]
            : text.Length == 38 && text[0] == '{' && text[^1] == '}' ? text[1..^1]
            : text;
        if (!Guid.TryParseExact(text, text.Length == 32 ? "N" : "D", out var identifier) || text.Length is not (32 or 36))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        identifier.TryWriteBytes(bytes, bigEndian: true, out _);
        var version = bytes[6] >> 4;
        var parts = new ObjectBuilder(8);
        void Put(string name, Value value) => parts.Set(StringValue.Of(name), value);
        Put("version", NumberValue.Of(version));
        Put("variant", StringValue.Of((bytes[8] & 0xc0) == 0x80 ? "RFC4122"
            : (bytes[8] & 0xe0) == 0xc0 ? "Microsoft" : (bytes[8] & 0xe0) == 0xe0 ? "Future" : "Reserved"));
        if (version is 1 or 2)
        {
            var time = (long)BinaryPrimitives.ReadUInt32BigEndian(bytes) | (long)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) << 32
                | (long)(BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) & 0x0fff) << 48;
            Put("time", NumberValue.Of((System.Numerics.BigInteger)(time - Reform) * 100));
            Put("nodeid", StringValue.Of(BitConverter.ToString(bytes[10..].ToArray()).ToLowerInvariant()));
            Put("macvariables", StringValue.Of(
                ((bytes[10] & 2) != 0 ? "local" : "global") + ((bytes[10] & 1) != 0 ? ":multicast" : ":unicast")));
            Put("clocksequence", NumberValue.Of(BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) & 0x3fff));
        }

        if (version == 2)
        {
            Put("id", NumberValue.Of((long)BinaryPrimitives.ReadUInt32BigEndian(bytes)));
            Put("domain", StringValue.Of(bytes[9] switch { 0 => "Person", 1 => "Group", 2 => "Org", var other => $"Domain{other}" }));
        }

        return parts.ToObject();
    }
}
