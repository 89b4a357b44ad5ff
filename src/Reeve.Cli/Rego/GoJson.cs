using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reeve.Cli.Rego;

/// <summary>JSON as OPA prints it: two blanks deep, and of strings also <c>&lt;</c>, <c>&gt;</c> and <c>&amp;</c> escaped.</summary>
internal static class GoJson
{
    private static readonly JsonWriterOptions _indented = Options(true);
    private static readonly JsonWriterOptions _compact = Options(false);

    public static string Indented(Action<Utf8JsonWriter> write) => Text(_indented, write);

    public static string Compact(Action<Utf8JsonWriter> write) => Text(_compact, write);

    private static string Text(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, options))
        {
            write(writer);
        }

        // outside of strings JSON has none of these
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length)
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal);
    }

    private static JsonWriterOptions Options(bool indented) => new()
    {
        Indented = indented,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 100_000,
    };
}
