using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Languages.Streams.Events;

namespace Reeve.Languages.Streams.Values;

/// <summary>Values as text: readable as Clojure's <c>pr-str</c>, or plain as its <c>str</c>.</summary>
internal static class Printer
{
    private const int Deepest = 100;
    private const int Longest = 1_000_000;

    /// <summary>What <c>str</c> makes of one value.</summary>
    public static string Str(object? value) => value switch
    {
        null => "",
        string text => text,
        char letter => letter.ToString(),
        Regex pattern => pattern.ToString(),
        _ => Write(value),
    };

    /// <summary>What <c>pr-str</c> makes of it.</summary>
    public static string Write(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString();
    }

    /// <summary>A little of it, for messages.</summary>
    public static string Short(object? value)
    {
        var text = Write(value);
        return text.Length <= 40 ? $"`{text}`" : $"`{text[..40]}…`";
    }

    private static void Write(StringBuilder text, object? value, int depth)
    {
        if (depth > Deepest || text.Length > Longest)
        {
            throw new StreamLimitException("a value is too large or nested too deeply to be printed");
        }

        switch (value)
        {
            case null:
                text.Append("nil");
                break;
            case string said:
                text.Append('"').Append(said.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
                break;
            case char letter:
                text.Append('\\').Append(letter);
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case long whole:
                text.Append(whole.ToString(CultureInfo.InvariantCulture));
                break;
            case double floating:
                text.Append(StreamNumber.Of(floating));
                break;
            case PVec vector:
                WriteAll(text, '[', vector, ']', depth);
                break;
            case PSeq or LazySeq:
                WriteAll(text, '(', Sequences.List(value), ')', depth);
                break;
            case PSet set:
                text.Append('#');
                WriteAll(text, '{', set, '}', depth);
                break;
            case PMap or StreamEvent:
                WriteMap(text, value, depth);
                break;
            case Regex pattern:
                text.Append("#\"").Append(pattern).Append('"');
                break;
            default:
                text.Append(value);
                break;
        }
    }

    private static void WriteAll(StringBuilder text, char open, IEnumerable<object?> items, char close, int depth)
    {
        text.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            text.Append(isFirst ? "" : " ");
            isFirst = false;
            Write(text, item, depth + 1);
        }

        text.Append(close);
    }

    private static void WriteMap(StringBuilder text, object map, int depth)
    {
        text.Append('{');
        var isFirst = true;
        foreach (var (key, value) in Sequences.Entries(map))
        {
            text.Append(isFirst ? "" : ", ");
            isFirst = false;
            Write(text, key, depth + 1);
            text.Append(' ');
            Write(text, value, depth + 1);
        }

        text.Append('}');
    }
}
