using System.Buffers;
using System.Text;
using System.Text.Json;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>A script as its worker gets it.</summary>
internal sealed record ScriptRequest(
    string Code, string Result, long Now, long Output, int Console, IReadOnlyList<ScriptArgument> Arguments);

/// <summary>A global of a script: where its JSON begins and ends in the request, or where its rows come from.</summary>
internal sealed record ScriptArgument(string Name, int Start, int End, PackedRows? Packed);

/// <summary>A long list that comes in chunks: the how manieth of the call's, and is it read row by row?</summary>
internal sealed record PackedRows(int Number, int Chunks, int Rows, bool IsStreamed);

/// <summary>What Reeve and a worker say to each other at the beginning and the end of a call: JSON.</summary>
internal static class ScriptMessages
{
    /// <summary>The largest message.</summary>
    public const int Longest = 1 << 30;

    private static readonly byte[] OutOfMemoryBytes = Encoding.UTF8.GetBytes("""{"memory":true}""");

    /// <summary>The worker has no memory left, and should be replaced.</summary>
    public static byte[] OutOfMemory => OutOfMemoryBytes;

    /// <summary>The lists that a call hands over in chunks, by their numbers.</summary>
    public static IReadOnlyList<RowList> Packed(ScriptCall call) => [.. call.Arguments.Select(a => a.Value).OfType<RowList>()];

    public static ReadOnlyMemory<byte> WriteRequest(ScriptCall call, ScriptLimits limits)
    {
        var text = new JsonText();
        text.Raw("{\"code\":"u8);
        text.Text(call.Code);
        text.Raw(",\"result\":"u8);
        text.Text(call.Result);
        text.Raw(",\"now\":"u8);
        text.Number(call.Now.ToUnixTimeMilliseconds());
        text.Raw(",\"output\":"u8);
        text.Number(limits.Output);
        text.Raw(",\"console\":"u8);
        text.Number(limits.Console);
        foreach (var (name, value) in call.Arguments)
        {
            text.Byte(',');
            text.Text((value is not RowList ? "=" : call.Streamed.Contains(name) ? "~" : "#") + name);
            text.Byte(':');
            text.Value(value is RowList rows ? new List<object?> { (double)rows.ChunkCount, (double)rows.Count } : value);
        }

        text.Byte('}');
        return text.Memory;
    }

    public static ScriptRequest ReadRequest(ReadOnlyMemory<byte> request)
    {
        var (code, result, now, output, console) = ("", "", 0L, 0L, 0);
        var arguments = new List<ScriptArgument>();
        var packed = 0;
        var reader = new Utf8JsonReader(request.Span, new JsonReaderOptions { MaxDepth = RowText.Deepest });
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
                    output = reader.GetInt64();
                    break;
                case "console":
                    console = reader.GetInt32();
                    break;
                case ['=', ..]:
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    arguments.Add(new ScriptArgument(name[1..], start, (int)reader.BytesConsumed, null));
                    break;
                default:
                    reader.Read();
                    var chunks = reader.GetInt32();
                    reader.Read();
                    arguments.Add(new ScriptArgument(
                        name[1..], 0, 0, new PackedRows(packed++, chunks, reader.GetInt32(), name[0] == '~')));
                    reader.Read();
                    break;
            }
        }

        return new ScriptRequest(code, result, now, output, console, arguments);
    }

    /// <summary>The script is done; null: its rows have been handed on.</summary>
    public static byte[] Done(ReadOnlyMemory<byte>? value, List<string> console) => Answer(console, writer =>
    {
        if (value is { } json)
        {
            writer.WritePropertyName("value");
            writer.WriteRawValue(json.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteBoolean("rows", true);
        }
    });

    public static byte[] Failed(string error, int line, List<string> console) => Answer(console, writer =>
    {
        writer.WriteString("error", error);
        writer.WriteNumber("line", line);
    });

    /// <summary>What a worker answered, <paramref name="rows"/> when it handed them on before; null when it has no memory left.</summary>
    public static ScriptOutcome? ReadAnswer(ReadOnlyMemory<byte> answer, Func<object?> rows)
    {
        using var document = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = RowText.Deepest });
        var root = document.RootElement;
        if (root.TryGetProperty("memory", out _))
        {
            return null;
        }

        string[] console = [.. root.GetProperty("console").EnumerateArray().Select(l => l.GetString()!)];
        return root.TryGetProperty("error", out var error)
            ? new ScriptOutcome(null, error.GetString(), root.GetProperty("line").GetInt32(), console)
            : new ScriptOutcome(root.TryGetProperty("value", out var value) ? JsonData.From(value) : rows(), null, 0, console);
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
}
