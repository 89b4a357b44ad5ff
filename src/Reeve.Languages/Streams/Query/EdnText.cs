using System.Globalization;
using System.Text;

namespace Reeve.Languages.Streams.Query;

/// <summary>Reads the escapes of a text as EDN has them: single letters, <c>\uXXXX</c>, and up to three octal digits.</summary>
internal static class EdnText
{
    /// <summary>The value of a text that stands, with its quotes, at a place of the query.</summary>
    public static string Read(string text, int start, int length)
    {
        var inside = text.AsSpan(start + 1, length - 2);
        if (!inside.Contains('\\'))
        {
            return inside.ToString();
        }

        var value = new StringBuilder(inside.Length);
        for (var at = 0; at < inside.Length; at++)
        {
            if (inside[at] != '\\')
            {
                value.Append(inside[at]);
                continue;
            }

            var place = start + 1 + at;
            at++;
            switch (inside[at])
            {
                case 't':
                    value.Append('\t');
                    break;
                case 'r':
                    value.Append('\r');
                    break;
                case 'n':
                    value.Append('\n');
                    break;
                case 'b':
                    value.Append('\b');
                    break;
                case 'f':
                    value.Append('\f');
                    break;
                case '\\' or '"':
                    value.Append(inside[at]);
                    break;
                case 'u':
                    const NumberStyles Hexadecimal = NumberStyles.AllowHexSpecifier;
                    if (at + 4 >= inside.Length
                        || !int.TryParse(inside.Slice(at + 1, 4), Hexadecimal, CultureInfo.InvariantCulture, out var unit))
                    {
                        throw new QueryException(place, "`\\u` is to be followed by four hexadecimal digits");
                    }

                    value.Append((char)unit);
                    at += 4;
                    break;
                case >= '0' and <= '9':
                    at = Octal(inside, at, place, value);
                    break;
                default:
                    throw new QueryException(place, $"there is no escape `\\{inside[at]}` in texts; a backslash itself is written `\\\\`");
            }
        }

        return value.ToString();
    }

    // up to three digits; a blank or a bracket ends the number early, anything else in its place is wrong
    private static int Octal(ReadOnlySpan<char> inside, int at, int place, StringBuilder value)
    {
        var number = 0;
        var read = 0;
        for (; read < 3 && at + read < inside.Length; read++)
        {
            var c = inside[at + read];
            if (read > 0 && (char.IsWhiteSpace(c) || c is ',' || "\";^()[]{}\\#".Contains(c)))
            {
                break;
            }

            if (c is < '0' or > '7')
            {
                throw new QueryException(place, $"`{c}` is no octal digit");
            }

            number = number * 8 + (c - '0');
        }

        if (number > 255)
        {
            throw new QueryException(place, "an octal escape goes up to `\\377`");
        }

        value.Append((char)number);
        return at + read - 1;
    }
}
