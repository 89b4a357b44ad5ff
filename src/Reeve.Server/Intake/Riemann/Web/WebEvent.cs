using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reeve.Engines.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;

namespace Reeve.Server.Intake.Riemann.Web;

/// <summary>Events as JSON, in the shape that Riemann's WebSockets have: the time as ISO 8601, absent fields as null.</summary>
internal static class WebEvent
{
    private const int MaxAttributes = 1000;
    private static readonly JsonDocumentOptions _reading = new() { MaxDepth = 32 };
    private static readonly JsonWriterOptions _writing =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reads an event; null, with the reason, when it is none. One without a time is of now (seconds since 1970).</summary>
    public static StreamEvent? Read(ReadOnlyMemory<byte> text, double now, out string? problem)
    {
        problem = null;
        try
        {
            using var document = JsonDocument.Parse(text, _reading);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Read(document.RootElement, now);
            }

            problem = "expected an event, a JSON object";
        }
        catch (Exception wrong) when (wrong is FormatException or StreamError)
        {
            problem = wrong.Message;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            problem = "this is no JSON";
        }

        return null;
    }

    /// <summary>Writes an event.</summary>
    public static byte[] Write(StreamEvent seen)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, _writing))
        {
            writer.WriteStartObject();
            writer.WriteString("host", seen.Host);
            writer.WriteString("service", seen.Service);
            writer.WriteString("state", seen.State);
            writer.WriteString("description", seen.Description);
            Write(writer, "metric", seen.Metric);
            WriteTags(writer, seen);
            if (StreamFields.Time(seen) is { } time)
            {
                writer.WriteString("time", StreamFields.Moment(time).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            }
            else
            {
                writer.WriteNull("time");
            }

            Write(writer, "ttl", seen.Ttl);
            foreach (var (name, value) in StreamFields.Attributes(seen))
            {
                writer.WritePropertyName(name);
                value.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTags(Utf8JsonWriter writer, StreamEvent seen)
    {
        if (seen.Tags is not { } tags)
        {
            writer.WriteNull("tags");
            return;
        }

        writer.WriteStartArray("tags");
        foreach (var tag in tags)
        {
            writer.WriteStringValue(tag);
        }

        writer.WriteEndArray();
    }

    // NaN and the infinities are no JSON
    private static void Write(Utf8JsonWriter writer, string name, in StreamNumber number)
    {
        if (!number.HasValue)
        {
            writer.WriteNull(name);
        }
        else if (number.TryToInt64(out var whole))
        {
            writer.WriteNumber(name, whole);
        }
        else if (double.IsFinite(number.ToDouble()))
        {
            writer.WriteNumber(name, number.ToDouble());
        }
        else
        {
            writer.WriteString(name, number.ToDouble().ToString(CultureInfo.InvariantCulture));
        }
    }

    private static StreamEvent Read(JsonElement value, double now)
    {
        string? host = null, service = null, state = null, description = null;
        StreamNumber metric = default, ttl = default, time = default;
        string[]? tags = null;
        var attributes = new List<KeyValuePair<Keyword, object?>>();
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case "host":
                    host = Text(member);
                    break;
                case "service":
                    service = Text(member);
                    break;
                case "state":
                    state = Text(member);
                    break;
                case "description":
                    description = Text(member);
                    break;
                case "metric":
                    metric = Number(member);
                    break;
                case "ttl":
                    ttl = Number(member);
                    break;
                case "time":
                    time = Time(member);
                    break;
                case "tags":
                    tags = Tags(member);
                    break;
                default:
                    if (attributes.Count == MaxAttributes)
                    {
                        throw new FormatException($"an event has at most {MaxAttributes} attributes");
                    }

                    attributes.RemoveAll(a => a.Key.Name == member.Name);
                    attributes.Add(new(Keyword.Of(member.Name), EventJson.ReadValue(member.Value)));
                    break;
            }
        }

        return new StreamEvent
        {
            Host = host,
            Service = service,
            State = state,
            Description = description,
            Metric = metric,
            Ttl = ttl,
            Time = time.HasValue ? time : StreamNumber.Of(now),
            Tags = tags,
            Attributes = [.. attributes.Where(a => a.Value is not null)],
        };
    }

    private static string? Text(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => member.Value.GetString(),
        _ => throw Expected(member, "a text"),
    };

    private static StreamNumber Number(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Null => default,
        JsonValueKind.Number when member.Value.TryGetInt64(out var whole) => StreamNumber.Of(whole),
        JsonValueKind.Number => StreamNumber.Of(member.Value.GetDouble()),
        _ => throw Expected(member, "a number"),
    };

    private static StreamNumber Time(JsonProperty member)
    {
        if (member.Value.ValueKind == JsonValueKind.String)
        {
            const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            return DateTimeOffset.TryParse(member.Value.GetString(), CultureInfo.InvariantCulture, Styles, out var moment)
                ? StreamNumber.Of((moment - DateTimeOffset.UnixEpoch).TotalSeconds)
                : throw Expected(member, "a time such as `2026-01-31T12:00:00Z`");
        }

        return Number(member);
    }

    private static string[]? Tags(JsonProperty member)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().All(t => t.ValueKind == JsonValueKind.String)
            ? [.. member.Value.EnumerateArray().Select(t => t.GetString()!)]
            : throw Expected(member, "a list of texts");
    }

    private static FormatException Expected(JsonProperty member, string what)
    {
        var found = member.Value.GetRawText();
        return new FormatException($"{member.Name}: expected {what}, found `{(found.Length <= 60 ? found : $"{found[..60]}…")}`");
    }
}
