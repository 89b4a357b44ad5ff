using System.Text.Json;

namespace Reeve.Cli.Texts;

/// <summary>Prints what was found: a line for each message, or JSON.</summary>
internal static class ReportWriter
{
    private static readonly JsonWriterOptions _indented = new()
    {
        Indented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Lines(IEnumerable<TextReport> reports, TextWriter to)
    {
        foreach (var report in reports)
        {
            foreach (var error in report.Errors)
            {
                to.WriteLine($"{report.File}:{error.Line}:{error.Column}: error: {error.Text} [{error.Code}]");
            }

            foreach (var finding in report.Findings)
            {
                to.WriteLine($"{report.File}:{finding.Line}:{finding.Column}: warning: {finding.Text} [{finding.Code}]");
            }
        }
    }

    public static void Json(IEnumerable<TextReport> reports, TextWriter to)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, _indented))
        {
            json.WriteStartObject();
            json.WriteStartArray("files");
            foreach (var report in reports)
            {
                json.WriteStartObject();
                json.WriteString("file", report.File);
                json.WriteBoolean("compiles", report.Errors.Count == 0);
                Messages(json, "errors", report.Errors);
                Messages(json, "findings", report.Findings);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        to.WriteLine(System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Messages(Utf8JsonWriter json, string name, IReadOnlyList<TextMessage> messages)
    {
        json.WriteStartArray(name);
        foreach (var message in messages)
        {
            json.WriteStartObject();
            foreach (var (part, text) in message.Parts)
            {
                json.WriteString(part, text);
            }

            json.WriteNumber("line", message.Line);
            json.WriteNumber("column", message.Column);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
