using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Signals;
using Reeve.Core.Time;

namespace Reeve.Server.Intake;

/// <summary>
/// Reads events as JSON: one object, a list, or one after the other (newlines between them). A field that events do not have becomes an
/// attribute. Nothing is thrown for what is wrong; paths of mistakes start with the number of the event, from 0.
/// </summary>
internal static class EventReader
{
    private const int MaxEvents = 100_000;
    private const int MaxMistakes = 20;
    private const int LongestName = 1000;
    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = 32 };

    /// <summary>Makes an event of one object; mistakes have paths below the given one.</summary>
    public delegate Event Shape(JsonElement value, string path, DateTimeOffset now, List<Mistake> mistakes);

    public static List<Event> Read(ReadOnlySpan<byte> body, DateTimeOffset now, List<Mistake> mistakes, Shape? shape = null)
    {
        shape ??= One;
        var events = new List<Event>();
        if (!Utf8.IsValid(body))
        {
            mistakes.Add(new Mistake(ErrorCodes.NotUtf8, "", "the body is not UTF-8"));
            return events;
        }

        if (body.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        var reader = new Utf8JsonReader(body, Options);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.StartArray && reader.CurrentDepth == 0)
                {
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        Add(ref reader, shape, events, now, mistakes);
                    }
                }
                else
                {
                    Add(ref reader, shape, events, now, mistakes);
                }

                if (mistakes.Count >= MaxMistakes)
                {
                    return events;
                }
            }
        }
        catch (JsonException e)
        {
            // counted from 1 as everywhere else
            var place = new TextPosition("body", (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            mistakes.Add(new Mistake(
                ErrorCodes.MalformedText, Pointer(events.Count),
                "this is no JSON; send an event, a list of events, or one event on each line",
                place));
        }

        return events;
    }

    private static void Add(
        ref Utf8JsonReader reader, Shape shape, List<Event> events, DateTimeOffset now, List<Mistake> mistakes)
    {
        var value = JsonElement.ParseValue(ref reader);
        var path = Pointer(events.Count);
        if (events.Count == MaxEvents)
        {
            mistakes.Add(new Mistake(ErrorCodes.TooLarge, path, $"there are more than {MaxEvents} events; send them in several requests"));
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(new Mistake(
                ErrorCodes.WrongType, path, $"expected an event with `target` and `service`, found {Quote.Value(value)}"));
            events.Add(new Event { Target = "", Service = "", Time = now });
            return;
        }

        events.Add(shape(value, path, now, mistakes));
    }

    /// <summary>Lays the fields of an object over an event; a field that events do not have becomes an attribute.</summary>
    public static Event Fill(Event seen, JsonElement value, string path, List<Mistake> mistakes)
    {
        var attributes = seen.Attributes.ToBuilder();
        foreach (var member in value.EnumerateObject())
        {
            var field = member.Value;
            switch (member.Name)
            {
                case "target":
                    seen = seen with { Target = Text(member, path, mistakes) ?? "" };
                    break;
                case "service":
                    seen = seen with { Service = Text(member, path, mistakes) ?? "" };
                    break;
                case "metric":
                    seen = seen with { Metric = Number(member, path, mistakes) };
                    break;
                case "state":
                    seen = seen with { State = Text(member, path, mistakes) };
                    break;
                case "description":
                    seen = seen with { Description = Text(member, path, mistakes) };
                    break;
                case "time":
                    seen = seen with { Time = Moment(field, path, mistakes) ?? seen.Time };
                    break;
                case "ttl":
                    seen = seen with { Ttl = Duration(field, path, mistakes) };
                    break;
                case "tags":
                    seen = seen with { Tags = Tags(field, path, mistakes) };
                    break;
                default:
                    attributes[member.Name] = field;
                    break;
            }
        }

        return attributes.Count == seen.Attributes.Count ? seen : seen with { Attributes = attributes.ToImmutable() };
    }

    /// <summary>Says what an event must have and has not.</summary>
    public static void MustBeWhole(Event seen, string path, List<Mistake> mistakes)
    {
        Require(seen.Target, "target", path, mistakes);
        Require(seen.Service, "service", path, mistakes);
    }

    /// <summary>The text of a member; null when it is null or no text.</summary>
    public static string? Text(JsonProperty member, string path, List<Mistake> mistakes)
    {
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.String:
                return member.Value.GetString();
            case JsonValueKind.Null:
                return null;
            default:
                mistakes.Add(new Mistake(
                    ErrorCodes.WrongType, $"{path}/{member.Name}", $"expected a text, found {Quote.Value(member.Value)}"));
                return null;
        }
    }

    private static Event One(JsonElement value, string path, DateTimeOffset now, List<Mistake> mistakes)
    {
        var seen = Fill(new Event { Target = "", Service = "", Time = now }, value, path, mistakes);
        MustBeWhole(seen, path, mistakes);
        return seen;
    }

    private static void Require(string value, string name, string path, List<Mistake> mistakes)
    {
        if (value.Length == 0 && mistakes.All(m => m.Path != $"{path}/{name}"))
        {
            mistakes.Add(new Mistake(ErrorCodes.MissingField, $"{path}/{name}", $"the field `{name}` is missing"));
        }
        else if (value.Length > LongestName)
        {
            mistakes.Add(new Mistake(ErrorCodes.TooLarge, $"{path}/{name}", $"the field `{name}` is longer than {LongestName} characters"));
        }
    }

    private static double? Number(JsonProperty member, string path, List<Mistake> mistakes)
    {
        if (member.Value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        mistakes.Add(new Mistake(ErrorCodes.WrongType, $"{path}/{member.Name}", $"expected a number, found {Quote.Value(member.Value)}"));
        return null;
    }

    /// <summary>The moment that a field <c>time</c> says; null when it is null or none.</summary>
    public static DateTimeOffset? Moment(JsonElement value, string path, List<Mistake> mistakes)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String
            && DateTimeOffset.TryParse(
                value.GetString(), CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var moment))
        {
            return moment;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds))
        {
            // years 1 to 9999; whether the time makes sense is asked later
            return seconds is > -62_135_596_800 and < 253_402_300_800
                ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
                : DateTimeOffset.MaxValue;
        }

        mistakes.Add(new Mistake(
            ErrorCodes.WrongType, $"{path}/time",
            $"expected a time such as `2026-01-31T12:00:00Z` or seconds since 1970, found {Quote.Value(value)}"));
        return null;
    }

    private static TimeSpan? Duration(JsonElement value, string path, List<Mistake> mistakes)
    {
        TimeSpan duration;
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return null;
            case JsonValueKind.Number when value.TryGetDouble(out var seconds)
                && Durations.TryFromSeconds(seconds, out duration)
                && duration > TimeSpan.Zero:
                return duration;
            case JsonValueKind.String when Durations.TryParse(value.GetString()!, out duration) && duration > TimeSpan.Zero:
                return duration;
            default:
                mistakes.Add(new Mistake(
                    ErrorCodes.WrongType, $"{path}/ttl", $"expected {Durations.Expected} or seconds, found {Quote.Value(value)}"));
                return null;
        }
    }

    private static ImmutableArray<string> Tags(JsonElement value, string path, List<Mistake> mistakes)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(t => t.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(t => t.GetString()!)];
        }

        mistakes.Add(new Mistake(ErrorCodes.WrongType, $"{path}/tags", $"expected a list of texts, found {Quote.Value(value)}"));
        return [];
    }

    private static string Pointer(int index) => string.Create(CultureInfo.InvariantCulture, $"/{index}");
}
