using System.Globalization;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Reads a time written in one of Go's layouts.</summary>
internal sealed class GoTimeReader
{
    private readonly string _whole;
    private readonly string _layout;
    private string _value;
    private int _year;
    private int _month = -1;
    private int _day = -1;
    private int _yearDay = -1;
    private int _hour;
    private int _minute;
    private int _second;
    private int _nanosecond;
    private int _offset;
    private bool? _afternoon;

    private GoTimeReader(string layout, string value) => (_layout, _value, _whole) = (layout, value, value);

    /// <summary>Nanoseconds since 1970; fails with a <see cref="FormatException"/> in Go's words.</summary>
    public static Int128 Read(string layout, string value) => new GoTimeReader(layout, value).Run();

    private Int128 Run()
    {
        for (var layout = _layout; ;)
        {
            var (before, word, rest) = GoLayout.Next(layout);
            Skip(before);
            if (word.Length == 0)
            {
                if (_value.Length > 0)
                {
                    throw new FormatException($"parsing time {Quote(_whole)}: extra text: {Quote(_value)}");
                }

                return Result();
            }

            Take(word, rest);
            layout = rest;
        }
    }

    private Int128 Result()
    {
        if (_afternoon is { } afternoon)
        {
            _hour = afternoon && _hour < 12 ? _hour + 12 : !afternoon && _hour == 12 ? 0 : _hour;
        }

        if (_yearDay >= 0)
        {
            var length = DateTime.IsLeapYear(Math.Clamp(_year == 0 ? 4 : _year, 1, 9999)) ? 366 : 365;
            if (_yearDay < 1 || _yearDay > length)
            {
                throw Range("day-of-year");
            }

            (_month, _day) = (1, _yearDay);
        }
        else
        {
            (_month, _day) = (_month < 0 ? 1 : _month, _day < 0 ? 1 : _day);
            if (_day < 1 || _day > DateTime.DaysInMonth(_year == 0 ? 4 : _year, _month))
            {
                throw Range("day");
            }
        }

        return new GoDate(_year, _month, _day, _hour, _minute, _second, _nanosecond, _offset, "").ToNanoseconds();
    }

    private void Skip(string prefix)
    {
        var at = 0;
        while (at < prefix.Length)
        {
            if (prefix[at] == ' ')
            {
                if (_value.Length > 0 && _value[0] != ' ')
                {
                    throw Wrong(prefix);
                }

                while (at < prefix.Length && prefix[at] == ' ')
                {
                    at++;
                }

                _value = _value.TrimStart(' ');
                continue;
            }

            if (_value.Length == 0 || _value[0] != prefix[at])
            {
                throw Wrong(prefix);
            }

            _value = _value[1..];
            at++;
        }
    }

    private void Take(string word, string rest)
    {
        switch (word)
        {
            case "2006":
                _year = Number(word, 4, 4);
                break;
            case "06":
                _year = Number(word, 2, 2);
                _year += _year >= 69 ? 1900 : 2000;
                break;
            case "January" or "Jan":
                _month = Name(word, GoLayout.Months, word.Length == 3) + 1;
                break;
            case "Monday" or "Mon":
                Name(word, GoLayout.Days, word.Length == 3);
                break;
            case "01" or "1":
                _month = Between(Number(word, word.Length, 2), 1, 12, "month");
                break;
            case "02" or "2" or "_2":
                _value = word == "_2" && _value.StartsWith(' ') ? _value[1..] : _value;
                _day = Number(word, word == "02" ? 2 : 1, 2);
                break;
            case "002" or "__2":
                for (var i = 0; i < 2 && word == "__2" && _value.StartsWith(' '); i++)
                {
                    _value = _value[1..];
                }

                _yearDay = Number(word, word == "002" ? 3 : 1, 3);
                break;
            case "15":
                _hour = Between(Number(word, 1, 2), 0, 23, "hour");
                break;
            case "03" or "3":
                _hour = Between(Number(word, word.Length, 2), 0, 12, "hour");
                break;
            case "04" or "4":
                _minute = Between(Number(word, word.Length, 2), 0, 59, "minute");
                break;
            case "05" or "5":
                _second = Between(Number(word, word.Length, 2), 0, 59, "second");

                // a fraction may follow though the layout has none
                if (!(GoLayout.Next(rest) is { Before: "", Word: ['.' or ',', ..] }))
                {
                    Fraction();
                }

                break;
            case "PM" or "pm":
                var upper = word == "PM";
                _afternoon = _value.StartsWith(upper ? "PM" : "pm", StringComparison.Ordinal) ? true
                    : _value.StartsWith(upper ? "AM" : "am", StringComparison.Ordinal) ? false : throw Wrong(word);
                _value = _value[2..];
                break;
            case "MST":
                Abbreviation();
                break;
            case ['-' or 'Z', ..]:
                Offset(word);
                break;
            case [_, '9', ..]:
                Fraction();
                break;
            default:
                if (_value.Length < word.Length || _value[0] is not ('.' or ',') || !_value.AsSpan(1, word.Length - 1).ContainsOnlyDigits())
                {
                    throw Wrong(word);
                }

                SetFraction(_value[1..word.Length]);
                _value = _value[word.Length..];
                break;
        }
    }

    private void Fraction()
    {
        var end = 1;
        while (end < _value.Length && char.IsAsciiDigit(_value[end]))
        {
            end++;
        }

        if (end > 1 && _value[0] is '.' or ',')
        {
            SetFraction(_value[1..end]);
            _value = _value[end..];
        }
    }

    private void SetFraction(string digits) =>
        _nanosecond = int.Parse(digits.PadRight(9, '0').AsSpan(0, 9), NumberStyles.None, CultureInfo.InvariantCulture);

    private void Abbreviation()
    {
        if (_value.StartsWith("UTC", StringComparison.Ordinal))
        {
            _value = _value[3..];
            return;
        }

        var end = 0;
        while (end < _value.Length && end < 6 && char.IsAsciiLetterUpper(_value[end]))
        {
            end++;
        }

        if (end == 3 && _value.StartsWith("GMT", StringComparison.Ordinal) && _value.Length > 4 && _value[3] is '+' or '-')
        {
            var digits = 4;
            while (digits < _value.Length && digits < 6 && char.IsAsciiDigit(_value[digits]))
            {
                digits++;
            }

            if (digits > 4
                && int.Parse(_value.AsSpan(4, digits - 4), NumberStyles.None, CultureInfo.InvariantCulture) is <= 23 and var hours)
            {
                _offset = (_value[3] == '-' ? -hours : hours) * 3600;
                end = digits;
            }
        }
        else if (end is not (3 or 4 or 5))
        {
            throw Wrong("MST");
        }

        _value = _value[end..];
    }

    private void Offset(string word)
    {
        if (word[0] == 'Z' && _value.StartsWith('Z'))
        {
            _value = _value[1..];
            return;
        }

        var parts = new int[3];
        if (_value.Length < word.Length || _value[0] is not ('+' or '-'))
        {
            throw Wrong(word);
        }

        for (int at = 1, part = 0; at < word.Length; part++)
        {
            if (word[at] == ':')
            {
                at = _value[at] == ':' ? at + 1 : throw Wrong(word);
            }

            parts[part] = _value.AsSpan(at, 2).ContainsOnlyDigits() ? (_value[at] - '0') * 10 + _value[at + 1] - '0' : throw Wrong(word);
            at += 2;
        }

        if (parts[0] > 24 || parts[1] > 60 || parts[2] > 60)
        {
            throw Range(parts[0] > 24 ? "time zone offset hour" : parts[1] > 60 ? "time zone offset minute" : "time zone offset second");
        }

        _offset = (parts[0] * 3600 + parts[1] * 60 + parts[2]) * (_value[0] == '-' ? -1 : 1);
        _value = _value[word.Length..];
    }

    private int Number(string word, int least, int most)
    {
        var end = 0;
        while (end < _value.Length && end < most && char.IsAsciiDigit(_value[end]))
        {
            end++;
        }

        if (end < least || end == 0)
        {
            throw Wrong(word);
        }

        var number = int.Parse(_value.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture);
        _value = _value[end..];
        return number;
    }

    private int Name(string word, string[] names, bool brief)
    {
        for (var at = 0; at < names.Length; at++)
        {
            var name = brief ? names[at][..3] : names[at];
            if (_value.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                _value = _value[name.Length..];
                return at;
            }
        }

        throw Wrong(word);
    }

    private int Between(int number, int least, int most, string what) => number >= least && number <= most ? number : throw Range(what);

    private FormatException Range(string what) => new($"parsing time {Quote(_whole)}: {what} out of range");

    private FormatException Wrong(string word) =>
        new($"parsing time {Quote(_whole)} as {Quote(_layout)}: cannot parse {Quote(_value)} as {Quote(word)}");

    private static string Quote(string text) => StringValue.Of(text).ToString()!;
}

/// <summary>Tests of characters.</summary>
internal static class DigitSpans
{
    public static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}
