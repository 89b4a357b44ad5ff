namespace Reeve.Languages.Rego.Builtins;

/// <summary>A time by the calendar, in a zone.</summary>
internal readonly record struct GoDate(
    long Year, int Month, int Day, int Hour, int Minute, int Second, int Nanosecond, int Offset, string Zone)
{
    private const long SecondsOfDay = 86_400;

    public int Weekday => (int)((((DaysOf(Year, Month, Day) + 4) % 7) + 7) % 7);

    public int YearDay => (int)(DaysOf(Year, Month, Day) - DaysOf(Year, 1, 1)) + 1;

    /// <summary>The date of nanoseconds since 1970 in a zone.</summary>
    public static GoDate Of(long nanoseconds, GoZone zone)
    {
        var seconds = nanoseconds / 1_000_000_000;
        var rest = nanoseconds % 1_000_000_000;
        if (rest < 0)
        {
            rest += 1_000_000_000;
            seconds--;
        }

        var (offset, name) = zone.At(seconds);
        seconds += offset;
        var days = Math.DivRem(seconds, SecondsOfDay, out var second);
        if (second < 0)
        {
            second += SecondsOfDay;
            days--;
        }

        var (year, month, day) = DateOf(days);
        return new GoDate(year, month, day, (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60), (int)rest, offset, name);
    }

    /// <summary>Days since 1970; months and days may be out of their ranges and are carried over.</summary>
    public static long DaysOf(long year, long month, long day)
    {
        year += Math.DivRem(month - 1, 12, out var index);
        if (index < 0)
        {
            index += 12;
            year--;
        }

        // counted from March on, so that the leap day is the last of its year
        var shifted = index < 2 ? year - 1 : year;
        var era = (shifted >= 0 ? shifted : shifted - 399) / 400;
        var ofEra = shifted - era * 400;
        var ofYear = (153 * ((index + 10) % 12) + 2) / 5;
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468 + day - 1;
    }

    /// <summary>Nanoseconds since 1970.</summary>
    public Int128 ToNanoseconds() =>
        ((Int128)DaysOf(Year, Month, Day) * SecondsOfDay + Hour * 3600 + Minute * 60 + Second - Offset) * 1_000_000_000 + Nanosecond;

    private static (long Year, int Month, int Day) DateOf(long days)
    {
        days += 719_468;
        var era = (days >= 0 ? days : days - 146_096) / 146_097;
        var ofEra = days - era * 146_097;
        var yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        var ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var index = (5 * ofYear + 2) / 153;
        var month = (int)(index < 10 ? index + 3 : index - 9);
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, (int)(ofYear - (153 * index + 2) / 5 + 1));
    }
}
