using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Cli.Output;

/// <summary>Writes what a verb has to say: as a table for people, as JSON or YAML for programs.</summary>
internal sealed class Report(Terminal terminal, string form)
{
    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Is it for people?</summary>
    public bool IsTable => form == "table";

    /// <summary>Is it JSON?</summary>
    public bool IsJson => form == "json";

    public Terminal Terminal => terminal;

    /// <summary>A list: one row for each item.</summary>
    public void List(IReadOnlyList<JsonElement> items, params Column[] columns)
    {
        if (IsTable)
        {
            TableText.Write(terminal, items, columns);
            return;
        }

        Value(Json.Build(writer =>
        {
            writer.WriteStartArray();
            foreach (var item in items)
            {
                item.WriteTo(writer);
            }

            writer.WriteEndArray();
        }));
    }

    /// <summary>One thing; <paramref name="asTable"/> writes it for people.</summary>
    public void One(JsonElement item, Action<JsonElement> asTable)
    {
        if (IsTable)
        {
            asTable(item);
        }
        else
        {
            Value(item);
        }
    }

    /// <summary>One value as a line of its own, so that a stream of them can be read as it grows.</summary>
    public void Streamed(JsonElement item, Action<JsonElement> asTable)
    {
        if (form == "json")
        {
            terminal.Out.WriteLine(item.GetRawText());
        }
        else if (form == "yaml")
        {
            terminal.Out.Write("---\n" + YamlText.Write(item));
        }
        else
        {
            asTable(item);
        }

        terminal.Out.Flush();
    }

    /// <summary>A line for people; nothing for programs.</summary>
    public void Line(string text)
    {
        if (IsTable)
        {
            terminal.Out.WriteLine(text);
        }
    }

    private void Value(JsonElement value)
    {
        if (form == "yaml")
        {
            terminal.Out.Write(YamlText.Write(value));
            return;
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            value.WriteTo(writer);
        }

        terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
