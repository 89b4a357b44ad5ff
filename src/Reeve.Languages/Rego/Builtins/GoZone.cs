using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>A time zone: the offset at a time, and what it is called then.</summary>
internal sealed class GoZone
{
    public static readonly GoZone Utc = new(TimeZoneInfo.Utc, [], []);

    private const int MostKept = 1000;
    private static readonly ConcurrentDictionary<string, GoZone> Known = new(StringComparer.Ordinal);

    private readonly TimeZoneInfo _zone;
    private readonly (long From, int Kind)[] _changes;
    private readonly (int Offset, string Name)[] _kinds;

    private GoZone(TimeZoneInfo zone, (long From, int Kind)[] changes, (int Offset, string Name)[] kinds) =>
        (_zone, _changes, _kinds) = (zone, changes, kinds);

    /// <summary>The zone of a name of the IANA's data; fails with Go's words when there is none.</summary>
    public static GoZone Of(string name)
    {
        if (name is "" or "UTC")
        {
            return Utc;
        }

        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        if (name != "Local" && (name.Contains("..", StringComparison.Ordinal) || name[0] is '/' or '\\' || name.Contains('\0')))
        {
            throw new FormatException("time: invalid location name");
        }

        try
        {
            var zone = name == "Local" ? TimeZoneInfo.Local : TimeZoneInfo.FindSystemTimeZoneById(name);
            var (changes, kinds) = Names(zone.Id);
            var made = new GoZone(zone, changes, kinds);
            return Known.Count < MostKept ? Known.GetOrAdd(name, made) : made;
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            throw new FormatException($"unknown time zone {name}");
        }
    }

    /// <summary>Seconds east of Greenwich and the zone's short name at a second since 1970.</summary>
    public (int Offset, string Name) At(long second)
    {
        if (ReferenceEquals(this, Utc))
        {
            return (0, "UTC");
        }

        var offset = (int)_zone.GetUtcOffset(DateTime.UnixEpoch.AddSeconds(second)).TotalSeconds;
        var at = Array.BinarySearch(_changes, (second, int.MaxValue));
        at = at < 0 ? ~at - 1 : at;
        if (at >= 0 && _kinds[_changes[at].Kind].Offset == offset)
        {
            return (offset, _kinds[_changes[at].Kind].Name);
        }

        // behind the last change of the table, or an offset rounded to minutes
        for (var kind = _kinds.Length - 1; kind >= 0; kind--)
        {
            if (_kinds[kind].Offset == offset)
            {
                return (offset, _kinds[kind].Name);
            }
        }

        var hours = Math.Abs(offset) / 3600;
        var minutes = Math.Abs(offset) / 60 % 60;
        return (offset, $"{(offset < 0 ? '-' : '+')}{hours:00}{(minutes == 0 ? "" : minutes.ToString("00"))}");
    }

    // the short names, which the platform does not give, from the file of the zone (RFC 8536)
    private static ((long From, int Kind)[] Changes, (int Offset, string Name)[] Kinds) Names(string id)
    {
        try
        {
            var file = Path.Combine("/usr/share/zoneinfo", id);
            ReadOnlySpan<byte> data = File.Exists(file) ? File.ReadAllBytes(file) : [];
            if (data.Length < 44 || !data[..4].SequenceEqual("TZif"u8) || data[4] < (byte)'2')
            {
                return ([], []);
            }

            var (counts, body) = Header(data);
            data = body[(counts[3] * 5 + counts[4] * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0])..];
            (counts, data) = Header(data);
            var (times, types, characters) = (counts[3], counts[4], counts[5]);
            var changes = new (long, int)[times];
            for (var at = 0; at < times; at++)
            {
                changes[at] = (BinaryPrimitives.ReadInt64BigEndian(data[(at * 8)..]), data[times * 8 + at]);
            }

            data = data[(times * 9)..];
            var kinds = new (int, string)[types];
            var names = data.Slice(types * 6, characters);
            for (var at = 0; at < types; at++)
            {
                var name = names[data[at * 6 + 5]..];
                var text = Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]);
                kinds[at] = (BinaryPrimitives.ReadInt32BigEndian(data[(at * 6)..]), text);
            }

            return (changes, kinds);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or IndexOutOfRangeException)
        {
            return ([], []);
        }
    }

    private static Split Header(ReadOnlySpan<byte> data)
    {
        var counts = new int[6];
        for (var at = 0; at < 6; at++)
        {
            counts[at] = BinaryPrimitives.ReadInt32BigEndian(data[(20 + at * 4)..]);
        }

        return new Split(counts, data[44..]);
    }

    private readonly ref struct Split(int[] counts, ReadOnlySpan<byte> body)
    {
        private readonly ReadOnlySpan<byte> _body = body;

        public void Deconstruct(out int[] counted, out ReadOnlySpan<byte> rest)
        {
            counted = counts;
            rest = _body;
        }
    }
}
