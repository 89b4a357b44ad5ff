using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Verbs;

/// <summary>
/// <c>reeve simulate</c>: events through a stream program in virtual time. The clock starts at 0 and moves to an event's time before the
/// event is delivered; what the program sends to <c>emit</c> is printed, one line of JSON for each.
/// </summary>
internal static class SimulateVerb
{
    private const int LongestLine = 16 * 1024 * 1024;
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly StreamOptions Single = new() { IsSingle = true };

    public static Command Make(Terminal terminal)
    {
        var program = new Argument<string?>("program")
        {
            Description = "a file with one stream expression, such as (where (> metric 0.9) emit)",
            HelpName = "PROG.clj",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var events = new Option<string?>("--events")
        {
            Description = "one event on each line, as JSON, or {\"advance_to\": SECONDS}; `-` for standard input",
            HelpName = "FILE",
        };
        var cases = new Option<string?>("--cases")
        {
            Description = "one case on each line: {\"id\", \"stream\", \"events\"}; prints {\"id\", \"out\"} or {\"id\", \"error\"}",
            HelpName = "FILE",
        };
        var documents = new Option<string[]>("--file", "-f")
        {
            Description = "documents, or folders of them, as for `apply`: the events go through their bindings, with actions muted",
            HelpName = "DOCUMENTS",
        };
        var folders = new Option<string[]>("--programs")
        {
            Description = "a folder whose programs the documents may name, as for `serve`; none is run",
            HelpName = "FOLDER",
        }.Folder();
        var approve = new Option<string?>("--approve")
        {
            Description = "how questions to people are answered, `all` with yes or `none`; they wait unless said (bindings only)",
            HelpName = "WHICH",
        };
        approve.AcceptOnlyFromAmong("all", "none");
        var output = new Option<string?>("--output", "-o")
        {
            Description = "json: one line for each event sent, or each entry of the journal; table: for people (bindings only)",
            HelpName = "FORM",
        };
        output.AcceptOnlyFromAmong("json", "table");
        var command = new Command("simulate", "events through a stream program or through bindings, in virtual time")
        {
            program, events, cases, documents, folders, approve, output,
        };
        command.SetAction((parsed, cancellationToken) =>
            (parsed.GetValue(program), parsed.GetValue(events), parsed.GetValue(cases), parsed.GetValue(documents) ?? []) switch
            {
                (null, null, { } rows, []) => CasesAsync(rows, terminal, cancellationToken),
                ({ } file, { } seen, null, []) => OneAsync(file, seen, terminal, cancellationToken),
                (null, { } seen, null, [_, ..] files) => new SimulateBindings(terminal, parsed.GetValue(output) == "json")
                {
                    Approves = parsed.GetValue(approve) is { } which ? which == "all" : null,
                }.RunAsync(files, seen, parsed.GetValue(folders) ?? [], cancellationToken),
                _ => throw new VerbException(
                    "simulate: give PROG.clj and `--events FILE`, `--cases FILE` alone, or `-f DOCUMENTS` and `--events FILE`",
                    ExitCode.WrongInput),
            });
        return command;
    }

    private static async Task<int> OneAsync(string file, string events, Terminal terminal, CancellationToken cancellationToken)
    {
        string text;
        using (var source = Open(file, "program", terminal))
        {
            text = await source.ReadToEndAsync(cancellationToken);
        }

        if (StreamProgram.Compile(text, Single, out var problems) is not { } program)
        {
            throw Malformed(problems[0].Line, problems[0].Column, problems[0].Message);
        }

        var line = new ArrayBufferWriter<byte>(512);
        void Emit(string sink, object? value)
        {
            line.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(line, Writing))
            {
                EventJson.Write(writer, value);
            }

            terminal.Out.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
        }

        using var reader = Open(events, "events", terminal);
        var place = "";
        try
        {
            var instance = program.Open(Emit, warn: terminal.Error.WriteLine);
            var number = 0;
            while (await reader.ReadLineAsync(cancellationToken) is { } row)
            {
                place = string.Create(CultureInfo.InvariantCulture, $"{(events == "-" ? "stdin" : events)}:{++number}");
                if (!string.IsNullOrWhiteSpace(row))
                {
                    using var document = Parse(row, place);
                    Take(instance, document.RootElement, place);
                }
            }
        }
        catch (StreamError error)
        {
            throw place.Length == 0
                ? Malformed(1, 1, error.Message)
                : new VerbException($"{place}: {error.Kind}: {error.Message}", ExitCode.Found);
        }
        catch (StreamLimitException limit)
        {
            throw new VerbException($"{(place.Length == 0 ? file : place)}: the program was stopped: {limit.Message}", ExitCode.Found);
        }
        finally
        {
            await terminal.Out.FlushAsync(cancellationToken);
        }

        return ExitCode.Fine;
    }

    private static async Task<int> CasesAsync(string file, Terminal terminal, CancellationToken cancellationToken)
    {
        using var reader = Open(file, "cases", terminal);
        var buffer = new ArrayBufferWriter<byte>(4096);
        var number = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } row)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{(file == "-" ? "stdin" : file)}:{++number}");
            if (string.IsNullOrWhiteSpace(row))
            {
                continue;
            }

            using var document = Parse(row, place);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("stream", out var stream)
                || stream.ValueKind != JsonValueKind.String || !root.TryGetProperty("events", out var events)
                || events.ValueKind != JsonValueKind.Array)
            {
                throw new VerbException($"{place}: expected {{\"id\", \"stream\": text, \"events\": list}}", ExitCode.WrongInput);
            }

            buffer.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(buffer, Writing))
            {
                writer.WriteStartObject();
                writer.WritePropertyName("id");
                if (root.TryGetProperty("id", out var id))
                {
                    id.WriteTo(writer);
                }
                else
                {
                    writer.WriteNullValue();
                }

                var (sent, error) = RunCase(stream.GetString()!, events, place);
                if (error is not null)
                {
                    writer.WriteString("error", error);
                }
                else
                {
                    writer.WritePropertyName("out");
                    writer.WriteRawValue($"[{string.Join(',', sent)}]");
                }

                writer.WriteEndObject();
            }

            terminal.Out.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        }

        await terminal.Out.FlushAsync(cancellationToken);
        return ExitCode.Fine;
    }

    private static (List<string> Sent, string? Error) RunCase(string text, JsonElement events, string place)
    {
        var sent = new List<string>();
        if (StreamProgram.Compile(text, Single, out var problems) is not { } program)
        {
            return (sent, problems[0].ToString());
        }

        try
        {
            var instance = program.Open((_, value) => sent.Add(Text(value)));
            foreach (var item in events.EnumerateArray())
            {
                Take(instance, item, place);
            }

            return (sent, null);
        }
        catch (StreamError error)
        {
            return (sent, $"{error.Kind}: {error.Message}");
        }
        catch (StreamLimitException limit)
        {
            return (sent, limit.Message);
        }
    }

    // what was sent is written at once: nothing that comes later may change it
    private static string Text(object? value)
    {
        var line = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(line, Writing))
        {
            EventJson.Write(writer, value);
        }

        return Encoding.UTF8.GetString(line.WrittenSpan);
    }

    private static void Take(StreamInstance instance, JsonElement item, string place)
    {
        if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("advance_to", out var time))
        {
            var to = EventJson.ReadValue(time);
            if (time.ValueKind != JsonValueKind.Number)
            {
                throw new VerbException($"{place}: `advance_to` is a number of seconds", ExitCode.WrongInput);
            }

            instance.AdvanceTo(to is long whole ? StreamNumber.Of(whole) : StreamNumber.Of(time.GetDouble()));
        }
        else if (EventJson.Read(item) is { } seen)
        {
            instance.Send(seen);
        }
        else
        {
            throw new VerbException($"{place}: expected an event, an object such as {{\"service\": \"cpu\", \"metric\": 1}}",
                ExitCode.WrongInput);
        }
    }

    private static JsonDocument Parse(string row, string place)
    {
        if (row.Length > LongestLine)
        {
            throw new VerbException($"{place}: the line is longer than {LongestLine} characters", ExitCode.WrongInput);
        }

        try
        {
            return JsonDocument.Parse(row, Reading);
        }
        catch (JsonException e)
        {
            throw new VerbException(
                string.Create(CultureInfo.InvariantCulture, $"{place}:{(e.BytePositionInLine ?? 0) + 1}: this is no JSON"),
                    ExitCode.WrongInput);
        }
    }

    private static StreamReader Open(string file, string what, Terminal terminal)
    {
        try
        {
            return new StreamReader(file == "-" ? terminal.In : File.OpenRead(file), Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new VerbException($"simulate: {what}: `{file}` cannot be read: {FileReason.Of(file, e)}", ExitCode.WrongInput);
        }
    }

    private static VerbException Malformed(int line, int column, string message)
    {
        var text = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(text, Writing))
        {
            writer.WriteStartObject();
            writer.WriteNumber("line", line);
            writer.WriteNumber("column", column);
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }

        return new VerbException(Encoding.UTF8.GetString(text.WrittenSpan), ExitCode.WrongInput);
    }
}
