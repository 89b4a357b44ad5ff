using System.Globalization;
using System.Text;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Go's layouts of times: the words of <c>Mon Jan 2 15:04:05 MST 2006</c> stand for their parts.</summary>
internal static class GoLayout
{
    public static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    public static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    // longer ones first
    private static readonly string[] Words =
    [
        "January", "Jan", "Monday", "Mon", "MST", "002", "01", "02", "03", "04", "05", "06", "15", "1", "2006", "2", "__2", "_2", "3", "4",
        "5", "PM", "pm", "-070000", "-07:00:00", "-0700", "-07:00", "-07", "Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07",
    ];

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["ANSIC"] = "Mon Jan _2 15:04:05 2006",
        ["UnixDate"] = "Mon Jan _2 15:04:05 MST 2006",
        ["RubyDate"] = "Mon Jan 02 15:04:05 -0700 2006",
        ["RFC822"] = "02 Jan 06 15:04 MST",
        ["RFC822Z"] = "02 Jan 06 15:04 -0700",
        ["RFC850"] = "Monday, 02-Jan-06 15:04:05 MST",
        ["RFC1123"] = "Mon, 02 Jan 2006 15:04:05 MST",
        ["RFC1123Z"] = "Mon, 02 Jan 2006 15:04:05 -0700",
        ["RFC3339"] = "2006-01-02T15:04:05Z07:00",
        ["RFC3339Nano"] = "2006-01-02T15:04:05.999999999Z07:00",
    };

    /// <summary>The layout of a name, or the text itself.</summary>
    public static string Named(string layout) => Names.GetValueOrDefault(layout, layout);

    /// <summary>The first word of a layout: what stands before it, the word (empty when there is none), and what follows.</summary>
    public static (string Before, string Word, string After) Next(string layout)
    {
        for (var at = 0; at < layout.Length; at++)
        {
            if (layout.AsSpan(at).StartsWith("_2006"))
            {
                return (layout[..(at + 1)], "2006", layout[(at + 5)..]);
            }

            foreach (var word in Words)
            {
                if (string.CompareOrdinal(layout, at, word, 0, word.Length) == 0
                    && !(word is "Jan" or "Mon" && at + 3 < layout.Length && char.IsAsciiLetterLower(layout[at + 3])))
                {
                    return (layout[..at], word, layout[(at + word.Length)..]);
                }
            }

            if (layout[at] is '.' or ',' && at + 1 < layout.Length && layout[at + 1] is '0' or '9')
            {
                var end = at + 1;
                while (end < layout.Length && layout[end] == layout[at + 1])
                {
                    end++;
                }

                if (end == layout.Length || !char.IsAsciiDigit(layout[end]))
                {
                    return (layout[..at], layout[at..end], layout[end..]);
                }
            }
        }

        return (layout, "", "");
    }

    /// <summary>A date in a layout.</summary>
    public static string Format(GoDate date, string layout)
    {
        var text = new StringBuilder();
        while (layout.Length > 0)
        {
            (var before, var word, layout) = Next(layout);
            text.Append(before).Append(word.Length == 0 ? "" : Write(date, word));
        }

        return text.ToString();
    }

    private static string Write(GoDate date, string word)
    {
        var half = date.Hour % 12 == 0 ? 12 : date.Hour % 12;
        return word switch
        {
            "January" => Months[date.Month - 1],
            "Jan" => Months[date.Month - 1][..3],
            "Monday" => Days[date.Weekday],
            "Mon" => Days[date.Weekday][..3],
            "MST" => date.Zone.Length > 0 ? date.Zone : Offset(date.Offset, "-0700"),
            "002" => Digits(date.YearDay, 3),
            "__2" => Digits(date.YearDay, 1).PadLeft(3),
            "01" => Digits(date.Month, 2),
            "1" => Digits(date.Month, 1),
            "02" => Digits(date.Day, 2),
            "2" => Digits(date.Day, 1),
            "_2" => Digits(date.Day, 1).PadLeft(2),
            "15" => Digits(date.Hour, 2),
            "03" => Digits(half, 2),
            "3" => Digits(half, 1),
            "04" => Digits(date.Minute, 2),
            "4" => Digits(date.Minute, 1),
            "05" => Digits(date.Second, 2),
            "5" => Digits(date.Second, 1),
            "06" => Digits((int)(date.Year % 100), 2),
            "2006" => Digits((int)date.Year, 4),
            "PM" => date.Hour >= 12 ? "PM" : "AM",
            "pm" => date.Hour >= 12 ? "pm" : "am",
            _ when word[0] is '-' or 'Z' => Offset(date.Offset, word),
            _ => Fraction(date.Nanosecond, word),
        };
    }

    private static string Digits(int number, int width) => number.ToString($"D{width}", CultureInfo.InvariantCulture);

    private static string Offset(int offset, string word)
    {
        if (word[0] == 'Z' && offset == 0)
        {
            return "Z";
        }

        var (sign, seconds) = (offset < 0 ? "-" : "+", Math.Abs(offset));
        var colon = word.Contains(':', StringComparison.Ordinal) ? ":" : "";
        var text = sign + Digits(seconds / 3600, 2);
        var digits = word.Count(char.IsAsciiDigit);
        text += digits > 2 ? colon + Digits(seconds / 60 % 60, 2) : "";
        return text + (digits > 4 ? colon + Digits(seconds % 60, 2) : "");
    }

    private static string Fraction(int nanosecond, string word)
    {
        var digits = Digits(nanosecond, 9).PadRight(word.Length - 1, '0')[..(word.Length - 1)];
        digits = word[1] == '9' ? digits.TrimEnd('0') : digits;
        return digits.Length == 0 ? "" : word[0] + digits;
    }
}
