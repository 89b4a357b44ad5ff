using System.Text.Json;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Values;

namespace Reeve.Cli.Rego;

/// <summary>Prints what an evaluation gave, in the forms of <c>opa eval</c>.</summary>
internal static class EvalOutput
{
    public static readonly string[] Forms = ["json", "pretty", "values", "bindings", "raw", "discard", "table", "source"];

    public static void Write(string form, EvalResult result, Terminal terminal)
    {
        if (result.Errors.Count > 0 && form is not ("json" or "discard" or "pretty" or "table"))
        {
            terminal.Error.Write(result.Texts.All(result.Errors) + "\n");
            return;
        }

        switch (form)
        {
            case "json" or "discard":
                terminal.Out.Write(GoJson.Indented(writer => Whole(writer, result, discard: form == "discard")) + "\n");
                break;
            case "values":
                foreach (var row in result.Rows)
                {
                    terminal.Out.Write(GoJson.Indented(writer => Values(writer, row)) + "\n");
                }

                break;
            case "bindings":
                foreach (var row in result.Rows)
                {
                    terminal.Out.Write(GoJson.Indented(writer => WriteBindings(writer, row)) + "\n");
                }

                break;
            case "raw":
                foreach (var row in result.Rows)
                {
                    terminal.Out.Write(string.Join(' ', row.Statements.Select(s => Raw(s.Value))) + "\n");
                }

                break;
            default:
                EvalPretty.Write(result, terminal, alwaysTable: form == "table");
                break;
        }
    }

    /// <summary>One value on one line.</summary>
    public static string Compact(Value value) => GoJson.Compact(writer => ValueJson.Write(writer, value));

    private static void Whole(Utf8JsonWriter writer, EvalResult result, bool discard)
    {
        writer.WriteStartObject();
        if (result.Errors.Count > 0)
        {
            result.Texts.Write(writer, result.Errors);
        }

        if (discard && result.Rows.Count > 0)
        {
            writer.WriteString("result", "discarded");
        }
        else if (result.Rows.Count > 0)
        {
            writer.WriteStartArray("result");
            foreach (var row in result.Rows)
            {
                WriteRow(writer, row);
            }

            writer.WriteEndArray();
        }

        WriteBeside(writer, result);
        writer.WriteEndObject();
    }

    private static void WriteRow(Utf8JsonWriter writer, QueryRow row)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("expressions");
        foreach (var statement in row.Statements)
        {
            writer.WriteStartObject();
            writer.WritePropertyName("value");
            ValueJson.Write(writer, statement.Value);
            writer.WriteString("text", statement.Text);
            writer.WriteStartObject("location");
            writer.WriteNumber("row", statement.Row);
            writer.WriteNumber("col", statement.Column);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (row.Bindings.Count > 0)
        {
            writer.WritePropertyName("bindings");
            WriteBindings(writer, row);
        }

        writer.WriteEndObject();
    }

    private static void Values(Utf8JsonWriter writer, QueryRow row)
    {
        writer.WriteStartArray();
        foreach (var statement in row.Statements)
        {
            ValueJson.Write(writer, statement.Value);
        }

        writer.WriteEndArray();
    }

    private static void WriteBindings(Utf8JsonWriter writer, QueryRow row)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in row.Bindings)
        {
            writer.WritePropertyName(name);
            ValueJson.Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteBeside(Utf8JsonWriter writer, EvalResult result)
    {
        if (result.Metrics is not null)
        {
            writer.WriteStartObject("metrics");
            foreach (var (name, value) in result.Metrics)
            {
                writer.WriteNumber(name, value);
            }

            writer.WriteEndObject();
        }

        if (result.Explain is not null)
        {
            WriteEvents(writer, result.Tracer!.Of(result.Explain));
        }

        if (result.Profile is not null)
        {
            WriteProfile(writer, result.Tracer!.Slowest.Take(result.Profile.Value));
        }

        if (result.Coverage is not null)
        {
            writer.WritePropertyName("coverage");
            result.Coverage.Write(writer);
        }
    }

    private static void WriteEvents(Utf8JsonWriter writer, IReadOnlyList<TraceEvent> events)
    {
        writer.WriteStartArray("explanation");
        foreach (var traced in events)
        {
            writer.WriteStartObject();
            writer.WriteString("op", traced.Kind.ToString());
            writer.WriteString("node", traced.Text);
            WriteLocation(writer, traced.Location.File, traced.Location.Row, traced.Location.Column);
            writer.WriteNumber("query_id", traced.Depth);
            writer.WriteNumber("parent_id", Math.Max(0, traced.Depth - 1));
            writer.WriteString("message", traced.Kind == TraceKind.Note ? traced.Text : "");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteProfile(Utf8JsonWriter writer, IEnumerable<EvalTracer.Line> lines)
    {
        writer.WriteStartArray("profile");
        foreach (var line in lines)
        {
            writer.WriteStartObject();
            writer.WriteNumber("total_time_ns", line.Nanoseconds);
            writer.WriteNumber("num_eval", line.Evaluated);
            writer.WriteNumber("num_redo", line.Redone);
            writer.WriteNumber("num_gen_expr", line.Evaluated > 0 ? 1 : 0);
            WriteLocation(writer, line.Location.File, line.Location.Row, line.Location.Column);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteLocation(Utf8JsonWriter writer, string file, int row, int column)
    {
        writer.WriteStartObject("location");
        writer.WriteString("file", file);
        writer.WriteNumber("row", row);
        writer.WriteNumber("col", column);
        writer.WriteEndObject();
    }

    private static string Raw(Value value) => value is StringValue text ? text.Text : Compact(value);
}
