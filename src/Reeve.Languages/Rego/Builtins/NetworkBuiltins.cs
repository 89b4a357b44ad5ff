using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Addresses and ranges of them.</summary>
internal static class NetworkBuiltins
{
    private const int LargestExpansion = 20;

    private static readonly RegoType Ranges = RegoType.String | RegoType.ArrayOrSet | RegoType.Object;

    public static IEnumerable<Builtin> All { get; } =
    [
        Of("net.cidr_contains", [RegoType.String, RegoType.String], RegoType.Boolean, static operands => Contains(operands)),
        Of("net.cidr_overlap", [RegoType.String, RegoType.String], RegoType.Boolean, static operands => Contains(operands)),
        Of("net.cidr_intersects", [RegoType.String, RegoType.String], RegoType.Boolean, static operands => BooleanValue.Of(
            Range(operands, 0, "net.cidr_intersects").Meets(Range(operands, 1, "net.cidr_intersects")))),
        Of("net.cidr_is_valid", [RegoType.Any], RegoType.Boolean, static operands => BooleanValue.Of(
            operands[0] is StringValue text && Block.Parse(text.Text) is not null)),
        Of("net.cidr_expand", [RegoType.String], RegoType.SetOf(RegoType.String), static operands => Expand(operands)),
        Of("net.cidr_contains_matches", [Ranges, Ranges], RegoType.Set, static operands => Matches(operands)),
        Of("net.cidr_merge", [RegoType.ArrayOrSet], RegoType.SetOf(RegoType.String), static operands => Merge(operands)),
    ];

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, Function invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Deprecated = name == "net.cidr_overlap",
        Invoke = (_, operands) => invoke(operands),
    };

    private static BooleanValue Contains(ReadOnlySpan<Value> operands) => BooleanValue.Of(
        Range(operands, 0, "net.cidr_contains").Contains(AddressOrRange(operands, 1, "net.cidr_contains")));

    private static Block Range(ReadOnlySpan<Value> operands, int at, string name)
    {
        var text = Operand.String(operands, at, name).Text;
        return Block.Parse(text) ?? throw Operand.Failed($"{name}: invalid CIDR address: {text}");
    }

    private static Block AddressOrRange(ReadOnlySpan<Value> operands, int at, string name)
    {
        var text = Operand.String(operands, at, name).Text;
        return Block.ParseAny(text) ?? throw Operand.Failed($"{name}: not a valid textual representation of an IP address or CIDR: {text}");
    }

    private static SetValue Expand(ReadOnlySpan<Value> operands)
    {
        var block = Range(operands, 0, "net.cidr_expand");
        if (block.Bits - block.Prefix > LargestExpansion)
        {
            throw Operand.Failed($"net.cidr_expand: the range has more than 2^{LargestExpansion} addresses");
        }

        var addresses = new SetBuilder(16);
        for (var address = block.First; address <= block.Last; address++)
        {
            addresses.Add(StringValue.Of(Block.Show(address, block.Bits)));
        }

        return addresses.ToSet();
    }

    private static SetValue Matches(ReadOnlySpan<Value> operands)
    {
        const string name = "net.cidr_contains_matches";
        var (ranges, wanted) = (Keyed(operands, 0, name), Keyed(operands, 1, name));
        var matches = new SetBuilder(8);
        foreach (var (key, text) in ranges)
        {
            var block = Block.ParseAny(text) ?? throw Operand.Failed($"{name}: invalid CIDR address: {text}");
            foreach (var (other, address) in wanted)
            {
                if (block.Contains(Block.ParseAny(address) ?? throw Operand.Failed($"{name}: invalid CIDR address: {address}")))
                {
                    matches.Add(ArrayValue.Own([key, other]));
                }
            }
        }

        return matches.ToSet();
    }

    private static List<(Value Key, string Text)> Keyed(ReadOnlySpan<Value> operands, int at, string name)
    {
        var all = new List<(Value Key, string Text)>();
        switch (operands[at])
        {
            case StringValue text:
                all.Add((text, text.Text));
                break;
            case ArrayValue array:
                for (var item = 0; item < array.Count; item++)
                {
                    all.Add((NumberValue.Of(item), TextOf(array[item], at, name)));
                }

                break;
            case SetValue set:
                foreach (var item in set)
                {
                    all.Add((item, TextOf(item, at, name)));
                }

                break;
            case ObjectValue map:
                foreach (var (key, item) in map)
                {
                    all.Add((key, TextOf(item, at, name)));
                }

                break;
            default:
                throw Operand.Wrong(operands, at, name, "one of {string, array, set, object}");
        }

        return all;
    }

    private static string TextOf(Value item, int at, string name) => item switch
    {
        StringValue text => text.Text,
        ArrayValue { Count: > 0 } array when array[0] is StringValue first => first.Text,
        _ => throw Operand.Failed($"{name}: operand {at + 1}: element must be string or non-empty array"),
    };

    private static SetValue Merge(ReadOnlySpan<Value> operands)
    {
        const string name = "net.cidr_merge";
        var blocks = new List<Block>();
        foreach (var item in Operand.Items(operands, 0, name))
        {
            var text = (item as StringValue)?.Text ?? throw Operand.Type($"{name}: operand must be an array or a set of strings");
            var block = Block.ParseAny(text) ?? throw Operand.Failed($"{name}: invalid CIDR address: {text}");
            if (block.Bits == 128 && !text.Contains('/', StringComparison.Ordinal))
            {
                throw Operand.Failed($"{name}: IPv6 invalid: needs prefix length");
            }

            blocks.Add(text.Contains('/', StringComparison.Ordinal) ? block : block.OfClass());
        }

        var merged = new SetBuilder(8);
        foreach (var family in blocks.GroupBy(block => block.Bits))
        {
            var (first, last) = (BigInteger.MinusOne, BigInteger.MinusOne);
            foreach (var block in family.OrderBy(block => block.First))
            {
                if (last >= 0 && block.First <= last + 1)
                {
                    last = BigInteger.Max(last, block.Last);
                    continue;
                }

                Cover(first, last, family.Key, merged);
                (first, last) = (block.First, block.Last);
            }

            Cover(first, last, family.Key, merged);
        }

        return merged.ToSet();
    }

    /// <summary>The fewest ranges that make up a run of addresses.</summary>
    private static void Cover(BigInteger first, BigInteger last, int bits, SetBuilder into)
    {
        while (first >= 0 && first <= last)
        {
            var size = 0;
            while (size < bits && (first & ((BigInteger.One << (size + 1)) - 1)).IsZero &&
                first + (BigInteger.One << (size + 1)) - 1 <= last)
            {
                size++;
            }

            into.Add(StringValue.Of($"{Block.Show(first, bits)}/{bits - size}"));
            first += BigInteger.One << size;
        }
    }

    /// <summary>A range of addresses of 32 or 128 bits.</summary>
    private sealed record Block(BigInteger First, BigInteger Last, int Bits, int Prefix)
    {
        public bool Contains(Block other) => Bits == other.Bits && First <= other.First && other.Last <= Last;

        public bool Meets(Block other) => Bits == other.Bits && First <= other.Last && other.First <= Last;

        /// <summary>The network that an address without a prefix belonged to when networks had classes.</summary>
        public Block OfClass() => (int)(First >> 24) switch
        {
            < 128 => Of(First, Bits, 8),
            < 192 => Of(First, Bits, 16),
            < 224 => Of(First, Bits, 24),
            _ => this,
        };

        public static Block? Parse(string text)
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            return slash > 0 && Address(text[..slash]) is var (address, bits)
                && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) && prefix <= bits
                ? Of(address, bits, prefix)
                : null;
        }

        public static Block? ParseAny(string text) =>
            text.Contains('/', StringComparison.Ordinal) ? Parse(text)
            : Address(text) is var (address, bits) ? Of(address, bits, bits)
            : null;

        public static string Show(BigInteger address, int bits)
        {
            var bytes = new byte[bits / 8];
            var written = address.ToByteArray(true, true);
            written.CopyTo(bytes, bytes.Length - written.Length);
            return new IPAddress(bytes).ToString();
        }

        private static Block Of(BigInteger address, int bits, int prefix)
        {
            var host = (BigInteger.One << (bits - prefix)) - 1;
            var first = address - (address & host);
            return new(first, first + host, bits, prefix);
        }

        private static (BigInteger Address, int Bits)? Address(string text)
        {
            // four numbers without zeros in front: what else the framework takes for an address is none here
            if (!IPAddress.TryParse(text, out var parsed) || text.Contains('%', StringComparison.Ordinal) ||
                (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text))
            {
                return null;
            }

            var bytes = parsed.GetAddressBytes();
            return (new BigInteger(bytes, true, true), bytes.Length * 8);
        }
    }
}
