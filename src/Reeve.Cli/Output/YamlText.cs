using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reeve.Cli.Output;

/// <summary>Writes a JSON value as YAML that reads back as the same value.</summary>
internal static class YamlText
{
    private static readonly OutputJson _readable =
        new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        if (IsNested(value))
        {
            WriteNested(value, 0, text, startsOnNewLine: true);
        }
        else
        {
            text.Append(Scalar(value)).Append('\n');
        }

        return text.ToString();
    }

    private static void WriteNested(JsonElement value, int indent, StringBuilder text, bool startsOnNewLine)
    {
        var first = !startsOnNewLine;
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                Indent(text, indent, ref first);
                text.Append(Quoted(member.Name)).Append(':');
                WriteValue(member.Value, indent, text, listIndent: 0);
            }

            return;
        }

        foreach (var item in value.EnumerateArray())
        {
            Indent(text, indent, ref first);
            text.Append('-');
            if (IsNested(item))
            {
                text.Append(' ');
                WriteNested(item, indent + 2, text, startsOnNewLine: false);
            }
            else
            {
                text.Append(' ').Append(Scalar(item)).Append('\n');
            }
        }
    }

    private static void WriteValue(JsonElement value, int indent, StringBuilder text, int listIndent)
    {
        if (IsNested(value))
        {
            text.Append('\n');
            WriteNested(value, value.ValueKind == JsonValueKind.Array ? indent + listIndent : indent + 2, text, startsOnNewLine: true);
        }
        else
        {
            text.Append(' ').Append(Scalar(value)).Append('\n');
        }
    }

    private static void Indent(StringBuilder text, int indent, ref bool isFirstOnLine)
    {
        if (!isFirstOnLine)
        {
            text.Append(' ', indent);
        }

        isFirstOnLine = false;
    }

    private static bool IsNested(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String => Quoted(value.GetString()!),
        JsonValueKind.Undefined => "null",
        _ => value.GetRawText(),
    };

    // plain only where no reader of YAML can take it for anything but a text
    private static string Quoted(string text)
    {
        var isPlain = text.Length is > 0 and < 200 && char.IsAsciiLetter(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/')
            && text.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");
        return isPlain ? text : JsonSerializer.Serialize(text, _readable.String);
    }
}
