using System.Globalization;

namespace Reeve.Runtime.Schedules;

/// <summary>
/// What may stand in one field of a cron expression in Quartz's form. Everything is checked here, as Quartz takes some malformed
/// fields and then looks for their next time forever.
/// </summary>
internal sealed record CronField(string Name, int Min, int Max, string[] Words)
{
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

    /// <summary>The days of the week in their order.</summary>
    public static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    /// <summary>The fields in their order; the last may be left out.</summary>
    public static readonly CronField[] All =
    [
        new("second", 0, 59, []),
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of the month", 1, 31, []),
        new("month", 1, 12, Months),
        new("day of the week", 1, 7, Weekdays),
        new("year", 1970, 2099, []),
    ];

    private bool IsDay => Max == 31;

    private bool IsWeekday => Max == 7;

    /// <summary>May this text stand in the field?</summary>
    public bool Fits(string text)
    {
        if (text == "*")
        {
            return true;
        }

        if (IsDay && FitsDay(text))
        {
            return true;
        }

        return (IsWeekday && FitsWeekday(text)) || text.Split(',').All(FitsItem);
    }

    // the last day, the last working day, days before the last one, the working day nearest to one
    private bool FitsDay(string text) =>
        text is "?" or "L" or "LW"
        || (text.StartsWith("L-", StringComparison.Ordinal) && Number(text[2..]) is >= 1 and <= 27)
        || (text.EndsWith('W') && Number(text[..^1]) is { } day && day >= Min && day <= Max);

    // the last one of the month, the second one of the month
    private bool FitsWeekday(string text)
    {
        if (text is "?" or "L")
        {
            return true;
        }

        var mark = text.IndexOf('#', StringComparison.Ordinal);
        return mark > 0
            ? Value(text[..mark]) is not null && Number(text[(mark + 1)..]) is >= 1 and <= 5
            : text.EndsWith('L') && Value(text[..^1]) is not null;
    }

    private bool FitsItem(string item)
    {
        var parts = item.Split('/');
        if (parts.Length > 2 || (parts.Length == 2 && !(Number(parts[1]) is >= 1 and var step && step <= Max)))
        {
            return false;
        }

        if (parts[0] == "*")
        {
            return true;
        }

        var ends = parts[0].Split('-');
        return ends.Length <= 2
            && ends.All(end => Value(end) is not null)
            && (Max < 1970 || ends.Length == 1 || Value(ends[0]) <= Value(ends[1]));
    }

    private int? Value(string text)
    {
        var word = Array.FindIndex(Words, w => string.Equals(w, text, StringComparison.OrdinalIgnoreCase));
        return word >= 0 ? word + Min : Number(text) is { } number && number >= Min && number <= Max ? number : null;
    }

    private static int? Number(string text) =>
        text.Length <= 4 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
