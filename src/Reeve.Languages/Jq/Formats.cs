using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary><c>@text</c>, <c>@csv</c> and the like.</summary>
internal static class Formats
{
    public static readonly string[] All = ["text", "json", "csv", "tsv", "html", "uri", "urid", "sh", "base64", "base64d", "base32",
        "base32d"];

    public static string Write(string format, object? value) => format switch
    {
        "text" => Texts.ToText(value),
        "json" => JsonData.Write(value),
        "csv" => Row(value, "csv", ",", v => v is string text ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : Plain(v,
        "csv")),
        "tsv" => Row(value, "tsv", "\t", v => v is string text
            ? text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal)
            : Plain(v, "tsv")),
        "html" => Texts.ToText(value).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal),
        "uri" => Uri.EscapeDataString(Texts.ToText(value)),
        "urid" => Uri.UnescapeDataString(Texts.ToText(value)),
        "sh" => value is List<object?> list ? string.Join(' ', list.Select(Shell)) : Shell(value),
        "base64" => Convert.ToBase64String(Encoding.UTF8.GetBytes(Texts.ToText(value))),
        "base64d" => FromBase64(Texts.ToText(value)),
        "base32" => Base32.Write(Encoding.UTF8.GetBytes(Texts.ToText(value))),
        _ => Encoding.UTF8.GetString(Base32.Read(Texts.ToText(value))
            ?? throw new JqFault($"{Operators.Describe(value)} is not valid base32 data")),
    };

    private static string Row(object? value, string format, string between, Func<object?, string> cell) => value is List<object?> list
        ? string.Join(between, list.Select(cell))
        : throw new JqFault($"{Operators.Describe(value)} cannot be {format}-formatted, only an array can be");

    private static string Plain(object? value, string format) => value switch
    {
        null => "",
        bool or double => JsonData.Write(value),
        _ => throw new JqFault($"{Operators.Describe(value)} is not valid in a {format} row"),
    };

    private static string Shell(object? value) => value switch
    {
        string text => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'",
        List<object?> or OrderedDictionary<string,
        object?> => throw new JqFault($"{Operators.Describe(value)} can not be escaped for shell"),
        _ => JsonData.Write(value),
    };

    private static string FromBase64(string text)
    {
        var bare = text.TrimEnd('=');
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            throw new JqFault($"{Operators.Describe(text)} is not valid base64 data");
        }
    }
}

/// <summary>Five bits to a letter.</summary>
internal static class Base32
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Write(byte[] bytes)
    {
        var text = new StringBuilder();
        for (var at = 0; at < bytes.Length; at += 5)
        {
            var count = Math.Min(5, bytes.Length - at);
            var block = 0L;
            for (var i = 0; i < 5; i++)
            {
                block = (block << 8) | (i < count ? bytes[at + i] : 0L);
            }

            var letters = ((count * 8) + 4) / 5;
            for (var i = 0; i < 8; i++)
            {
                text.Append(i < letters ? Letters[(int)(block >> (35 - (i * 5))) & 31] : '=');
            }
        }

        return text.ToString();
    }

    public static byte[]? Read(string text)
    {
        var bytes = new List<byte>();
        var (bits, count) = (0, 0);
        foreach (var c in text.TrimEnd('='))
        {
            var letter = Letters.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            if (letter < 0)
            {
                return null;
            }

            (bits, count) = (((bits << 5) | letter) & 0xfff, count + 5);
            if (count >= 8)
            {
                count -= 8;
                bytes.Add((byte)(bits >> count));
            }
        }

        return [.. bytes];
    }
}
