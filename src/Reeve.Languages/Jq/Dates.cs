using System.Globalization;
using System.Text;

namespace Reeve.Languages.Jq;

/// <summary>Times as seconds since 1970 or broken down into parts; always UTC.</summary>
internal static class Dates
{
    private static readonly string[] _days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    public static void Add(Dictionary<string, Native> all)
    {
        all.Of("now", 0, (_, _, run) => run.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000d);
        foreach (var name in (ReadOnlySpan<string>)["gmtime", "localtime"])
        {
            all.Of(name, v => Broken(Seconds(v, name)));
        }

        all.Of("mktime", v => Math.Floor(Whole(v, "mktime")));
        foreach (var name in (ReadOnlySpan<string>)["strftime", "strflocaltime"])
        {
            all.Of(name, 1, (v, a, _) => Write(
                Moment(v is double seconds ? seconds : Whole(v, name)),
                a[0] as string ?? throw new JqFault($"{name}/1 requires a string format")));
        }

        all.Of("strptime", 1, (v, a, _) => v is string text && a[0] is string format
            ? Broken(Read(text, format)) : throw new JqFault($"strptime/1 requires string inputs and arguments"));
    }

    private static double Seconds(object? value, string name) =>
        value is double seconds ? seconds : throw new JqFault($"{name}() requires a number");

    private static DateTime Moment(double seconds) => double.IsFinite(seconds) && Math.Abs(seconds) < 6e10
        ? DateTime.UnixEpoch.AddMilliseconds(Math.Floor(seconds * 1000))
            : throw new JqFault("error converting number of seconds since epoch to datetime");

    private static List<object?> Broken(double seconds)
    {
        var at = Moment(seconds);
        return
        [
            (double)at.Year, (double)(at.Month - 1), (double)at.Day, (double)at.Hour, (double)at.Minute,
                at.Second + (seconds - Math.Floor(seconds)),
            (double)at.DayOfWeek, (double)(at.DayOfYear - 1),
        ];
    }

    private static double Whole(object? value, string name)
    {
        if (value is not List<object?> { Count: >= 6 } parts || !parts.Take(6).All(p => p is double n && Math.Abs(n) < 1e6))
        {
            throw new JqFault($"{name} requires array of 6 numbers");
        }

        var n = parts.ConvertAll(p => p as double? ?? 0);
        if (n[0] is < 1 or > 9998)
        {
            throw new JqFault("invalid gmtime representation");
        }

        return (new DateTime((int)n[0], 1, 1, 0, 0, 0,
            DateTimeKind.Utc).AddMonths((int)n[1]).AddDays(n[2] - 1).AddHours(n[3]).AddMinutes(n[4])
            - DateTime.UnixEpoch).TotalSeconds + Math.Floor(n[5]);
    }

    private static string Write(DateTime at, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            text.Append(Part(at, format[++i]));
        }

        return text.ToString();
    }

    private static string Part(DateTime at, char letter) => letter switch
    {
        'Y' => at.Year.ToString("0000", CultureInfo.InvariantCulture),
        'C' => Two(at.Year / 100),
        'y' => Two(at.Year % 100),
        'm' => Two(at.Month),
        'd' => Two(at.Day),
        'e' => at.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'H' => Two(at.Hour),
        'I' => Two(((at.Hour + 11) % 12) + 1),
        'k' => at.Hour.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'M' => Two(at.Minute),
        'S' => Two(at.Second),
        'p' => at.Hour < 12 ? "AM" : "PM",
        'j' => at.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'a' => _days[(int)at.DayOfWeek][..3],
        'A' => _days[(int)at.DayOfWeek],
        'b' or 'h' => at.ToString("MMM", CultureInfo.InvariantCulture),
        'B' => at.ToString("MMMM", CultureInfo.InvariantCulture),
        'u' => (at.DayOfWeek == 0 ? 7 : (int)at.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'w' => ((int)at.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'V' => Two(ISOWeek.GetWeekOfYear(at)),
        'G' => ISOWeek.GetYear(at).ToString(CultureInfo.InvariantCulture),
        'U' => Two((at.DayOfYear + 6 - (int)at.DayOfWeek) / 7),
        'W' => Two((at.DayOfYear + 6 - (((int)at.DayOfWeek + 6) % 7)) / 7),
        's' => ((long)(at - DateTime.UnixEpoch).TotalSeconds).ToString(CultureInfo.InvariantCulture),
        'Z' => "UTC",
        'z' => "+0000",
        'D' => Write(at, "%m/%d/%y"),
        'F' => Write(at, "%Y-%m-%d"),
        'T' => Write(at, "%H:%M:%S"),
        'R' => Write(at, "%H:%M"),
        'c' => Write(at, "%a %b %e %H:%M:%S %Y"),
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => "%" + letter,
    };

    private static string Two(int number) => number.ToString("00", CultureInfo.InvariantCulture);

    private static double Read(string text, string format)
    {
        var parts = new Dictionary<char, int> { ['Y'] = 1900, ['m'] = 1, ['d'] = 1, ['H'] = 0, ['M'] = 0, ['S'] = 0 };
        double? epoch = null;
        var offset = 0;
        var at = 0;
        var expanded = format.Replace("%T", "%H:%M:%S", StringComparison.Ordinal).Replace("%F", "%Y-%m-%d", StringComparison.Ordinal)
            .Replace("%D", "%m/%d/%y", StringComparison.Ordinal).Replace("%R", "%H:%M", StringComparison.Ordinal);
        for (var i = 0; i < expanded.Length; i++)
        {
            var c = expanded[i];
            if (char.IsWhiteSpace(c))
            {
                at += text[at..].TakeWhile(char.IsWhiteSpace).Count();
            }
            else if (c != '%' || i + 1 == expanded.Length)
            {
                at = at < text.Length && text[at] == c ? at + 1 : throw Mismatch(text, format);
            }
            else
            {
                at = ReadPart(text, at, expanded[++i], parts, ref epoch, ref offset) ?? throw Mismatch(text, format);
            }
        }

        if (at != text.Length)
        {
            throw Mismatch(text, format);
        }

        if (epoch is { } seconds)
        {
            return seconds;
        }

        try
        {
            return (new DateTime(parts['Y'], parts['m'], parts['d'], parts['H'], parts['M'], Math.Min(parts['S'], 59), DateTimeKind.Utc)
                - DateTime.UnixEpoch).TotalSeconds - offset;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Mismatch(text, format);
        }
    }

    private static JqFault Mismatch(string text, string format) => new($"date \"{text}\" does not match format \"{format}\"");

    private static int? ReadPart(string text, int at, char letter, Dictionary<char, int> parts, ref double? epoch, ref int offset)
    {
        switch (letter)
        {
            case 'Y' or 'm' or 'd' or 'e' or 'H' or 'M' or 'S' or 'j' or 'y' or 's':
                var most = letter switch { 'Y' => 4, 'j' => 3, 's' => 12, _ => 2 };
                var digits = text.AsSpan(at)[..Math.Min(most, text.Length - at)];
                var count = 0;
                while (count < digits.Length && char.IsAsciiDigit(digits[count]))
                {
                    count++;
                }

                if (count == 0)
                {
                    return null;
                }

                var number = long.Parse(digits[..count], CultureInfo.InvariantCulture);
                epoch = letter == 's' ? number : epoch;
                parts[letter == 'e' ? 'd' : letter == 'y' ? 'Y' : letter] =
                    letter == 'y' ? (int)(number < 69 ? 2000 + number : 1900 + number) : (int)Math.Min(number, int.MaxValue);
                return at + count;
            case 'b' or 'B' or 'h':
                return Name(text, at, CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12], out var month, m => parts['m'] = m + 1)
                    ? month : null;
            case 'a' or 'A':
                return Name(text, at, _days, out var day, _ => { }) ? day : null;
            case 'Z':
                return at + text[at..].TakeWhile(char.IsLetter).Count();
            case 'z':
                return Offset(text, at, ref offset);
            case '%':
                return at < text.Length && text[at] == '%' ? at + 1 : null;
            default:
                return null;
        }
    }

    private static bool Name(string text, int at, string[] names, out int end, Action<int> set)
    {
        for (var i = 0; i < names.Length; i++)
        {
            foreach (var name in (ReadOnlySpan<string>)[names[i], names[i][..3]])
            {
                if (string.Compare(text, at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0)
                {
                    set(i);
                    end = at + name.Length;
                    return true;
                }
            }
        }

        end = at;
        return false;
    }

    private static int? Offset(string text, int at, ref int offset)
    {
        if (at < text.Length && text[at] == 'Z')
        {
            return at + 1;
        }

        var digits = text[Math.Min(at + 1, text.Length)..].Replace(":", "", StringComparison.Ordinal);
        if (at >= text.Length || text[at] is not ('+' or '-') || digits.Length < 4 || !int.TryParse(digits[..4], out var number))
        {
            return null;
        }

        offset = ((number / 100 * 3600) + (number % 100 * 60)) * (text[at] == '-' ? -1 : 1);
        return at + (text.Length > at + 3 && text[at + 3] == ':' ? 6 : 5);
    }
}
