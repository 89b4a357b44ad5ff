using System.Buffers;
using System.Text;
using System.Text.Json;
using Reeve.Languages.Data;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>A script as its worker gets it.</summary>
internal sealed record ScriptRequest(
    string Code, string Result, long Now, int Output, int Console, IReadOnlyList<ScriptArgument> Arguments);

/// <summary>A global of a script: where its JSON begins and ends in the request.</summary>
internal sealed record ScriptArgument(string Name, bool IsStreamed, int Start, int End);

/// <summary>What Reeve and a worker say to each other: JSON, each message behind its length in four bytes.</summary>
internal static class ScriptMessages
{
    /// <summary>The largest message.</summary>
    public const int Longest = 1 << 30;

    private static readonly byte[] OutOfMemoryBytes = Encoding.UTF8.GetBytes("""{"memory":true}""");

    /// <summary>The worker has no memory left, and should be replaced.</summary>
    public static byte[] OutOfMemory => OutOfMemoryBytes;

    public static ReadOnlyMemory<byte> WriteRequest(ScriptCall call, ScriptLimits limits)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("code", call.Code);
        writer.WriteString("result", call.Result);
        writer.WriteNumber("now", call.Now.ToUnixTimeMilliseconds());
        writer.WriteNumber("output", limits.Output);
        writer.WriteNumber("console", limits.Console);
        foreach (var (name, value) in call.Arguments)
        {
            writer.WritePropertyName((call.Streamed.Contains(name) ? "~" : "=") + name);
            Write(writer, value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public static ScriptRequest ReadRequest(ReadOnlyMemory<byte> request)
    {
        var (code, result, now, output, console) = ("", "", 0L, 0, 0);
        var arguments = new List<ScriptArgument>();
        var reader = new Utf8JsonReader(request.Span, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "code":
                    code = reader.GetString()!;
                    break;
                case "result":
                    result = reader.GetString()!;
                    break;
                case "now":
                    now = reader.GetInt64();
                    break;
                case "output":
                    output = reader.GetInt32();
                    break;
                case "console":
                    console = reader.GetInt32();
                    break;
                default:
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    arguments.Add(new ScriptArgument(name[1..], name[0] == '~', start, (int)reader.BytesConsumed));
                    break;
            }
        }

        return new ScriptRequest(code, result, now, output, console, arguments);
    }

    public static byte[] Done(ReadOnlyMemory<byte> value, List<string> console) => Answer(console, writer =>
    {
        writer.WritePropertyName("value");
        writer.WriteRawValue(value.Span, skipInputValidation: true);
    });

    public static byte[] Failed(string error, int line, List<string> console) => Answer(console, writer =>
    {
        writer.WriteString("error", error);
        writer.WriteNumber("line", line);
    });

    /// <summary>What a worker answered; null when it has no memory left.</summary>
    public static ScriptOutcome? ReadAnswer(ReadOnlyMemory<byte> answer)
    {
        using var document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 1000 });
        var root = document.RootElement;
        if (root.TryGetProperty("memory", out _))
        {
            return null;
        }

        string[] console = [.. root.GetProperty("console").EnumerateArray().Select(l => l.GetString()!)];
        return root.TryGetProperty("error", out var error)
            ? new ScriptOutcome(null, error.GetString(), root.GetProperty("line").GetInt32(), console)
            : new ScriptOutcome(JsonData.From(root.GetProperty("value")), null, 0, console);
    }

    private static byte[] Answer(List<string> console, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        write(writer);
        writer.WriteStartArray("console");
        foreach (var line in console)
        {
            writer.WriteStringValue(line);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case List<object?> list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case OrderedDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach (var (name, inner) in map)
                {
                    writer.WritePropertyName(name);
                    Write(writer, inner);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
