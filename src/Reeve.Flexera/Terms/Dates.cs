using System.Globalization;
using System.Text.RegularExpressions;

namespace Reeve.Flexera.Terms;

/// <summary>Dates in the forms that programs and people write; without a zone they are UTC.</summary>
internal static partial class Dates
{
    private const DateTimeStyles Utc =
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowWhiteSpaces;

    private static readonly string[] _forms =
    [
        "yyyy-MM-dd", "yyyy/MM/dd", "yyyy-MM", "yyyy", "yyyyMM", "yyyyMMdd", "yyyyMMddHHmmss", "yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmmss'Z'",
        "yyyyMMdd'T'HHmmsszzz", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz", "dddd, dd-MMM-yy HH:mm:ss", "dddd, dd-MMM-yy HH:mm:ss zzz", "ddd MMM d HH:mm:ss yyyy",
        "ddd MMM d HH:mm:ss zzz yyyy", "ddd MMM d yyyy HH:mm:ss", "ddd MMM d yyyy HH:mm:ss zzz", "yyyy-MMM-dd", "dd-MMM-yyyy",
        "dd/MMM/yyyy:HH:mm:ss zzz", "MMM d yyyy HH:mm:ss zzz",
    ];

    /// <summary>Null for what is none.</summary>
    public static DateTimeOffset? Read(string text)
    {
        // what most answers hold
        if (DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"], CultureInfo.InvariantCulture, Utc, out var usual))
        {
            return usual;
        }

        var plain = Plain(text.Trim());
        if (plain.Length is 0 or > 100)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(plain, _forms, CultureInfo.InvariantCulture, Utc, out var exact))
        {
            return exact;
        }

        if (plain.All(char.IsAsciiDigit))
        {
            return Counted(plain);
        }

        // a time alone would be one of today, a day alone one of this year
        const DateTimeStyles Dated = Utc | DateTimeStyles.NoCurrentDateDefault;
        return Year().IsMatch(plain) && DateTime.TryParse(plain, CultureInfo.InvariantCulture, Dated, out var parsed) && parsed.Year > 1
            ? new DateTimeOffset(DateTime.SpecifyKind(parsed, DateTimeKind.Utc)) : null;
    }

    // seconds, milliseconds, microseconds or nanoseconds since 1970, by the number of digits
    private static DateTimeOffset? Counted(string digits) => digits.Length switch
    {
        10 => DateTimeOffset.FromUnixTimeSeconds(long.Parse(digits, CultureInfo.InvariantCulture)),
        13 => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(digits, CultureInfo.InvariantCulture)),
        16 => DateTimeOffset.UnixEpoch.AddTicks(long.Parse(digits, CultureInfo.InvariantCulture) * 10),
        19 => DateTimeOffset.UnixEpoch.AddTicks((long)(UInt128.Parse(digits, CultureInfo.InvariantCulture) / 100)),
        _ => null,
    };

    // one way to say that a date is UTC, one space, at most seven digits of a second
    private static string Plain(string text)
    {
        var plain = text.Length > 200 ? "" : Name().Replace(text, "");
        plain = Offset().Replace(plain, "$1");
        plain = Zone().Replace(plain, " +00:00");
        plain = Spaces().Replace(plain, " ");
        return Digits().Replace(plain, "$1");
    }

    [GeneratedRegex(@"\d{4}|\d[/-]\d+[/-]\d", RegexOptions.None, 1000)]
    private static partial Regex Year();

    // what JavaScript and Go write behind an offset
    [GeneratedRegex(@"\s*\([A-Za-z ]+\)$|(?<=[+-]\d\d:?\d\d) (?:[A-Z]{3,4}|[+-]\d{4})$", RegexOptions.None, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(?:GMT|UTC)([+-]\d\d:?\d\d)", RegexOptions.None, 1000)]
    private static partial Regex Offset();

    [GeneratedRegex(@"(?<=\d) ?(?:UTC|GMT)\b", RegexOptions.None, 1000)]
    private static partial Regex Zone();

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(\.\d{7})\d+", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
