using System.Globalization;

namespace Reeve.Core.Time;

/// <summary>
/// How people write durations: <c>500ms</c>, <c>15s</c>, <c>1h30m</c>, <c>1.5h</c>, <c>2d</c>, <c>1w</c>, <c>15 minutes</c>, a plain number
/// of seconds, or ISO 8601 (<c>PT5M</c>). Never negative, and at most 36,500 days.
/// </summary>
public static class Durations
{
    /// <summary>The longest duration that can be written; with it, no point in time runs over.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>What an error message gives as an example.</summary>
    public const string Expected = "a duration such as `30s`";

    private static readonly (string Name, long Ticks)[] Units =
    [
        ("w", 7 * TimeSpan.TicksPerDay),
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    private static readonly Dictionary<string, int> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["w"] = 0,
        ["week"] = 0,
        ["weeks"] = 0,
        ["d"] = 1,
        ["day"] = 1,
        ["days"] = 1,
        ["h"] = 2,
        ["hour"] = 2,
        ["hours"] = 2,
        ["m"] = 3,
        ["min"] = 3,
        ["minute"] = 3,
        ["minutes"] = 3,
        ["s"] = 4,
        ["sec"] = 4,
        ["second"] = 4,
        ["seconds"] = 4,
        ["ms"] = 5,
        ["millisecond"] = 5,
        ["milliseconds"] = 5,
    };

    /// <summary>Reads a duration; false when the text is none.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan().Trim();

        // every unit once, and no number needs more digits
        if (rest.Length is 0 or > 100)
        {
            return false;
        }

        if (rest[0] is 'P' or 'p')
        {
            return TryIso(rest[1..], out duration);
        }

        decimal ticks = 0;
        var last = -1;
        while (rest.Length > 0)
        {
            if (!TryAmount(ref rest, out var amount))
            {
                return false;
            }

            rest = rest.TrimStart();
            var letters = rest.IndexOfAnyExcept(Letters);
            var name = letters < 0 ? rest : rest[..letters];
            rest = rest[name.Length..].TrimStart();
            int unit;
            if (name.Length == 0)
            {
                if (last >= 0 || rest.Length > 0)
                {
                    return false;
                }

                unit = 4;
            }
            else if (!Names.TryGetValue(name.ToString(), out unit) || unit <= last)
            {
                return false;
            }

            last = unit;
            if (!TryAdd(ref ticks, amount, Units[unit].Ticks))
            {
                return false;
            }
        }

        return Finish(ticks, out duration);
    }

    /// <summary>The duration of a number of seconds; false when it is negative, not finite or too long.</summary>
    public static bool TryFromSeconds(double seconds, out TimeSpan duration)
    {
        duration = default;
        if (!(seconds >= 0 && seconds <= Longest.TotalSeconds))
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>Writes a duration the shortest way that reads well: <c>1h30m</c>, <c>2d</c>, <c>1w</c>, <c>500ms</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        if (duration < TimeSpan.Zero)
        {
            return duration == TimeSpan.MinValue ? "-" + Format(TimeSpan.MaxValue) : "-" + Format(-duration);
        }

        var text = "";
        var ticks = duration.Ticks;
        foreach (var (name, size) in Units)
        {
            // `8d` reads better than `1w1d`
            if (size == Units[0].Ticks && ticks % size != 0)
            {
                continue;
            }

            if (name == "ms" && ticks > 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{text}{(decimal)ticks / size:0.####}{name}");
            }

            if (ticks / size > 0)
            {
                text = string.Create(CultureInfo.InvariantCulture, $"{text}{ticks / size}{name}");
                ticks %= size;
            }
        }

        return text;
    }

    // days and what is shorter; years and months have no fixed length
    private static bool TryIso(ReadOnlySpan<char> rest, out TimeSpan duration)
    {
        duration = default;
        decimal ticks = 0;
        var inTime = false;
        var last = -1;
        while (rest.Length > 0)
        {
            if (rest[0] is 'T' or 't' && !inTime)
            {
                inTime = true;
                rest = rest[1..];
                if (rest.Length == 0)
                {
                    return false;
                }
            }

            if (!TryAmount(ref rest, out var amount) || rest.Length == 0)
            {
                return false;
            }

            var unit = (char.ToUpperInvariant(rest[0]), inTime) switch
            {
                ('W', false) => 0,
                ('D', false) => 1,
                ('H', true) => 2,
                ('M', true) => 3,
                ('S', true) => 4,
                _ => -1,
            };
            rest = rest[1..];
            if (unit <= last || !TryAdd(ref ticks, amount, Units[unit].Ticks))
            {
                return false;
            }

            last = unit;
        }

        return last >= 0 && Finish(ticks, out duration);
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static bool TryAmount(ref ReadOnlySpan<char> rest, out decimal amount)
    {
        var length = rest.IndexOfAnyExcept("0123456789.");
        var digits = length < 0 ? rest : rest[..length];
        rest = rest[digits.Length..];
        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount)
            && char.IsAsciiDigit(digits[^1]);
    }

    private static bool TryAdd(ref decimal ticks, decimal amount, long unit)
    {
        // compared before it is multiplied, as a decimal runs over too
        if (amount > Longest.Ticks / (decimal)unit)
        {
            return false;
        }

        ticks += amount * unit;
        return true;
    }

    private static bool Finish(decimal ticks, out TimeSpan duration)
    {
        var fits = ticks <= Longest.Ticks;
        duration = fits ? TimeSpan.FromTicks((long)Math.Round(ticks)) : default;
        return fits;
    }
}
