using System.Globalization;
using Reeve.Core.Documents;

namespace Reeve.Runtime.Schedules;

/// <summary>
/// Translates the cron expressions that people write into Quartz's: five fields as in cron (a week's days count from 0 or 7, Sunday;
/// a day fits when either its number or its weekday fits), six or seven as in Quartz (from 1, Sunday), and <c>@daily</c> and its like.
/// </summary>
/// <param name="Expressions">One expression, or two of which either may fit.</param>
/// <param name="EveryHour">Does it run through every hour?</param>
internal sealed record CronSyntax(IReadOnlyList<string> Expressions, bool EveryHour)
{
    private const int LongestExpression = 200;

    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
    };

    public static CronSyntax? TryTranslate(string expression, out string? problem)
    {
        problem = null;
        var text = Words.GetValueOrDefault(expression.Trim(), expression);
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (text.Length > LongestExpression || fields.Count is < 5 or > 7)
        {
            problem = $"{Quote.Text(expression)} is no cron expression: "
                + $"expected 5 fields as in cron, or 6 or 7 as in Quartz, found {fields.Count}";
            return null;
        }

        if (fields.Count == 5)
        {
            if (TranslateWeekdays(fields[4]) is not { } weekdays)
            {
                problem = $"{Quote.Text(expression)} is no cron expression: {Quote.Text(fields[4])} names no weekdays; "
                    + "expected `0` to `7`, `SUN` to `SAT`, lists and ranges";
                return null;
            }

            fields[4] = weekdays;
            fields.Insert(0, "0");
        }

        for (var i = 0; i < fields.Count; i++)
        {
            fields[i] = fields[i].ToUpperInvariant();
            if (!CronField.All[i].Fits(fields[i]))
            {
                problem = $"{Quote.Text(expression)} is no cron expression: {Quote.Text(fields[i])} is no {CronField.All[i].Name}";
                return null;
            }
        }

        return new CronSyntax(Split(fields), fields[2].StartsWith('*'));
    }

    // Quartz wants one of the two kinds of day left open
    private static List<string> Split(List<string> fields)
    {
        var anyDay = fields[3] is "*" or "?";
        var anyWeekday = fields[5] is "*" or "?";
        if (anyWeekday)
        {
            return [With(fields, anyDay ? "*" : fields[3], "?")];
        }

        return anyDay ? [With(fields, "?", fields[5])] : [With(fields, fields[3], "?"), With(fields, "?", fields[5])];
    }

    private static string With(List<string> fields, string day, string weekday) =>
        string.Join(' ', [.. fields[..3], day, fields[4], weekday, .. fields[6..]]);

    private static string? TranslateWeekdays(string field)
    {
        if (field is "*" or "?")
        {
            return "*";
        }

        // `5#2` is the second Friday, `5L` the last one
        var mark = field.AsSpan().IndexOfAny("#Ll");
        if (mark > 0 && DayOf(field[..mark]) is { } marked)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{(marked % 7) + 1}{field[mark..]}");
        }

        var days = new SortedSet<int>();
        foreach (var item in field.Split(','))
        {
            if (!AddDays(item, days))
            {
                return null;
            }
        }

        return days.Count == 7 ? "*" : string.Join(',', days.Select(d => CronField.Weekdays[d]));
    }

    private static bool AddDays(string item, SortedSet<int> days)
    {
        var parts = item.Split('/');
        var step = 1;
        if (parts.Length > 2
            || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out step))
            || step is < 1 or > 7)
        {
            return false;
        }

        var ends = parts[0].Split('-');
        int? first = parts[0] == "*" ? 0 : DayOf(ends[0]);
        int? last = parts[0] == "*" ? 6 : ends.Length == 1 ? (parts.Length == 2 ? 6 : first) : DayOf(ends[1]);
        if (ends.Length > 2 || first is null || last is null)
        {
            return false;
        }

        // `FRI-MON` goes over the end of the week
        var end = last.Value < first.Value ? last.Value + 7 : last.Value;
        for (var day = first.Value; day <= end; day += step)
        {
            days.Add(day % 7);
        }

        return true;
    }

    private static int? DayOf(string text)
    {
        if (text.Length == 1 && text[0] is >= '0' and <= '7')
        {
            return text[0] - '0';
        }

        var index = Array.FindIndex(CronField.Weekdays, d => string.Equals(d, text, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : index;
    }
}
