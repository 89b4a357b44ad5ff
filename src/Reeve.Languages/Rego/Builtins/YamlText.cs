using System.Globalization;
using System.Numerics;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Writes values as YAML in blocks, in the style of OPA: keys in natural order, lists not indented in objects.</summary>
internal sealed class YamlText
{
    private const int Width = 80;

    private readonly StringBuilder _into = new();

    public static string Of(Value value)
    {
        var text = new YamlText();
        text.Node(value, -2, Place.Top);
        return text._into.ToString();
    }

    private enum Place
    {
        Top,
        Key,
        Item,
    }

    private void Node(Value value, int indent, Place place)
    {
        switch (value)
        {
            case ObjectValue { Count: > 0 } members:
                Members(members, indent + 2, place);
                break;
            case ArrayValue { Count: > 0 } array:
                Items(array.AsSpan(), place == Place.Key ? indent : indent + 2, place);
                break;
            case SetValue { Count: > 0 } set:
                Items(set.AsSpan(), place == Place.Key ? indent : indent + 2, place);
                break;
            default:
                _into.Append(place == Place.Key ? " " : "");
                Scalar(value, indent + 2, false);
                _into.Append('\n');
                break;
        }
    }

    private void Members(ObjectValue members, int indent, Place place)
    {
        if (place == Place.Key)
        {
            _into.Append('\n');
        }

        var keyed = new List<(string Key, Value Value)>(members.Count);
        foreach (var (key, value) in members)
        {
            keyed.Add((key is StringValue text ? text.Text : ValueJson.ToText(key), value));
        }

        keyed.Sort(static (one, other) => CompareKeys(one.Key, other.Key));
        var first = true;
        foreach (var (key, value) in keyed)
        {
            _into.Append(' ', first && place == Place.Item ? 0 : indent);
            first = false;
            Text(key, indent, true);
            _into.Append(':');
            Node(value, indent, Place.Key);
        }
    }

    private void Items(ReadOnlySpan<Value> items, int indent, Place place)
    {
        if (place == Place.Key)
        {
            _into.Append('\n');
        }

        for (var at = 0; at < items.Length; at++)
        {
            _into.Append(' ', at == 0 && place == Place.Item ? 0 : indent).Append("- ");
            Node(items[at], indent, Place.Item);
        }
    }

    private void Scalar(Value value, int indent, bool key)
    {
        switch (value)
        {
            case StringValue text:
                Text(text.Text, indent, key);
                break;
            case NumberValue number:
                _into.Append(Number(number));
                break;
            case ArrayValue or SetValue:
                _into.Append("[]");
                break;
            case ObjectValue:
                _into.Append("{}");
                break;
            default:
                _into.Append(value.ToString());
                break;
        }
    }

    // whole numbers as they are, all others as Go's shortest
    private static string Number(NumberValue number) =>
        number.IsWrittenWhole && number.TryGetWhole(out var whole) && whole >= long.MinValue && whole <= ulong.MaxValue
            ? whole.ToString(CultureInfo.InvariantCulture)
            : GoTemplate.Texts.Number(number.ToDouble());

    private void Text(string text, int indent, bool key)
    {
        var traits = new YamlScalar(text);
        if (text.Contains('\n') && !key && traits.AllowsBlock)
        {
            Block(text, indent);
        }
        else if (text.Contains('\n') || YamlScalar.MeansSomethingElse(text) || !(traits.AllowsPlain || traits.AllowsSingle))
        {
            Double(text, indent, !key);
        }
        else
        {
            Words(traits.AllowsPlain ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'", indent, !key);
        }
    }

    private void Block(string text, int indent)
    {
        _into.Append('|');
        if (text[0] is ' ' or '\n')
        {
            _into.Append('2');
        }

        _into.Append(!text.EndsWith('\n') ? "-" : text.Length == 1 || text[^2] == '\n' ? "+" : "");
        var lines = text.Split('\n');
        for (var at = 0; at < (text.EndsWith('\n') ? lines.Length - 1 : lines.Length); at++)
        {
            _into.Append('\n');
            if (lines[at].Length > 0)
            {
                _into.Append(' ', Math.Max(indent, 0)).Append(lines[at]);
            }
        }
    }

    private int Column()
    {
        for (var at = _into.Length; at > 0; at--)
        {
            if (_into[at - 1] == '\n')
            {
                return _into.Length - at;
            }
        }

        return _into.Length;
    }

    // long texts go on in the next line, at a space between two words
    private void Words(string text, int indent, bool breaks)
    {
        var column = Column();
        for (var at = 0; at < text.Length; at++, column++)
        {
            var isBetween = at > 0 && at < text.Length - 1 && text[at] == ' ' && text[at - 1] != ' ' && text[at + 1] != ' ';
            if (breaks && isBetween && column > Width)
            {
                _into.Append('\n').Append(' ', Math.Max(indent, 0));
                column = Math.Max(indent, 0) - 1;
            }
            else
            {
                _into.Append(text[at]);
            }
        }
    }

    private void Double(string text, int indent, bool breaks)
    {
        var column = Column();
        _into.Append('"');
        var start = _into.Length;
        var wasSpace = false;
        for (var at = 0; at < text.Length; at++)
        {
            var length = char.IsSurrogatePair(text, at) ? 2 : 1;
            if (text[at] == ' ' && breaks && !wasSpace && at > 0 && at < text.Length - 1 && column + _into.Length - start > Width)
            {
                _into.Append('\n').Append(' ', Math.Max(indent, 0)).Append(text[at + 1] == ' ' ? "\\" : "");
                (column, start, wasSpace) = (Math.Max(indent, 0), _into.Length, true);
                continue;
            }

            wasSpace = text[at] == ' ';
            _into.Append(Escape(text.AsSpan(at, length)));
            at += length - 1;
        }

        _into.Append('"');
    }

    private static string Escape(ReadOnlySpan<char> one) => one[0] switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\0' => @"\0",
        '\a' => @"\a",
        '\b' => @"\b",
        '\v' => @"\v",
        '\f' => @"\f",
        '\x1b' => @"\e",
        '\u0085' => @"\N",
        '\u00a0' => @"\_",
        '\u2028' => @"\L",
        '\u2029' => @"\P",
        < ' ' or '\x7f' => $"\\x{(int)one[0]:X2}",
        '\ufeff' or (>= '\u0080' and < '\u00a0') => $"\\u{(int)one[0]:X4}",
        _ => one.ToString(),
    };

    // what is no letter comes first, and runs of digits are numbers
    private static int CompareKeys(string one, string other)
    {
        var at = 0;
        while (at < one.Length && at < other.Length && one[at] == other[at])
        {
            at++;
        }

        if (at == one.Length || at == other.Length)
        {
            return one.Length.CompareTo(other.Length);
        }

        var (isLetter, isOther) = (char.IsLetter(one[at]), char.IsLetter(other[at]));
        if (isLetter || isOther)
        {
            return isLetter == isOther ? StringValue.Compare(one, other) : isLetter ? 1 : -1;
        }

        var zeros = (one[at] == '0' || other[at] == '0') && IsWithinNumber(one, at) ? "1" : "0";
        var (digits, others) = (Digits(one, at), Digits(other, at));
        var order = BigInteger.Parse(zeros + digits, CultureInfo.InvariantCulture)
            .CompareTo(BigInteger.Parse(zeros + others, CultureInfo.InvariantCulture));
        return order != 0 ? order
            : digits.Length != others.Length ? digits.Length.CompareTo(others.Length)
            : StringValue.Compare(one, other);
    }

    private static bool IsWithinNumber(string text, int at)
    {
        while (--at >= 0 && char.IsAsciiDigit(text[at]))
        {
            if (text[at] != '0')
            {
                return true;
            }
        }

        return false;
    }

    private static string Digits(string text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return text[at..end];
    }
}
