using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Reeve.Languages.Rego.Values;

/// <summary>Writes values as Rego does: blanks behind commas and colons, sets in braces.</summary>
internal static class ValueText
{
    public static string Of(Value value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    /// <summary>A text in quotes, as Go quotes it.</summary>
    public static void Quote(string value, StringBuilder text)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\a':
                    text.Append("\\a");
                    break;
                case '\v':
                    text.Append("\\v");
                    break;
                case < ' ' or '\u007f':
                    text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
                    break;
                default:
                    Plain(value, ref i, text);
                    break;
            }
        }

        text.Append('"');
    }

    private static void Plain(string value, ref int i, StringBuilder text)
    {
        if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
        {
            text.Append(value[i]).Append(value[++i]);
        }
        else if (char.IsSurrogate(value[i]))
        {
            text.Append('\ufffd');
        }
        else if (char.GetUnicodeCategory(value[i]) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || (value[i] != ' ' && char.GetUnicodeCategory(value[i]) == UnicodeCategory.SpaceSeparator))
        {
            text.Append(CultureInfo.InvariantCulture, $"\\u{(int)value[i]:x4}");
        }
        else
        {
            text.Append(value[i]);
        }
    }

    private static void Write(Value value, StringBuilder text)
    {
        switch (value)
        {
            case NullValue:
                text.Append("null");
                break;
            case BooleanValue boolean:
                text.Append(boolean.Boolean ? "true" : "false");
                break;
            case NumberValue number:
                text.Append(number.Text);
                break;
            case StringValue found:
                Quote(found.Text, text);
                break;
            case ArrayValue array:
                Write(array.AsSpan(), '[', ']', text);
                break;
            case SetValue { Count: 0 }:
                text.Append("set()");
                break;
            case SetValue set:
                Write(set.AsSpan(), '{', '}', text);
                break;
            case ObjectValue members:
                RuntimeHelpers.EnsureSufficientExecutionStack();
                RunningLimits.Step();
                text.Append('{');
                var first = true;
                foreach (var (key, member) in members)
                {
                    text.Append(first ? "" : ", ");
                    first = false;
                    Write(key, text);
                    text.Append(": ");
                    Write(member, text);
                }

                text.Append('}');
                break;
        }
    }

    private static void Write(ReadOnlySpan<Value> items, char open, char close, StringBuilder text)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        RunningLimits.Step();
        text.Append(open);
        for (var i = 0; i < items.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Write(items[i], text);
        }

        text.Append(close);
    }
}
