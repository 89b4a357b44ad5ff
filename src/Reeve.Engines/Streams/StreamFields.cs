using System.Buffers;
using System.Text.Json;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;

namespace Reeve.Engines.Streams;

/// <summary>The fields of events of the stream language as plain values.</summary>
public static class StreamFields
{
    // years 1 to 9999; whether a time makes sense is asked later
    private const double Earliest = -62_135_596_800;
    private const double Latest = 253_402_300_799;

    /// <summary>The metric; null when there is none, or it is no finite number.</summary>
    public static double? Metric(StreamEvent seen) =>
        seen.Metric.HasValue && double.IsFinite(seen.Metric.ToDouble()) ? seen.Metric.ToDouble() : null;

    /// <summary>The time, in seconds since 1970.</summary>
    public static double? Time(StreamEvent seen) => seen.Time.HasValue ? seen.Time.ToDouble() : null;

    /// <summary>The time to live, in seconds.</summary>
    public static double? Ttl(StreamEvent seen) => seen.Ttl.HasValue ? seen.Ttl.ToDouble() : null;

    /// <summary>A moment of seconds since 1970; the nearest that there is.</summary>
    public static DateTimeOffset Moment(double seconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(
            (long)(Math.Clamp(double.IsNaN(seconds) ? 0 : seconds, Earliest, Latest) * TimeSpan.TicksPerSecond));

    /// <summary>A duration of seconds; the nearest that there is.</summary>
    public static TimeSpan Duration(double seconds) =>
        new((long)(Math.Clamp(double.IsNaN(seconds) ? 0 : seconds, 0, 9e11) * TimeSpan.TicksPerSecond));

    /// <summary>The attribute as a text, or null.</summary>
    public static string? Text(StreamEvent seen, string name)
    {
        foreach (var (key, value) in seen.Attributes)
        {
            if (key.Name == name)
            {
                return value as string;
            }
        }

        return null;
    }

    /// <summary>The attributes as JSON.</summary>
    public static IEnumerable<KeyValuePair<string, JsonElement>> Attributes(StreamEvent seen)
    {
        foreach (var (key, value) in seen.Attributes)
        {
            if (value is not null)
            {
                yield return KeyValuePair.Create(key.Name, ToJson(value));
            }
        }
    }

    /// <summary>What is left of an event when it has expired: the fields that are kept (none named: all), a new time and state.</summary>
    public static StreamEvent Expired(StreamEvent old, double now, IReadOnlyList<string> keep) => new()
    {
        Host = Keeps(keep, "host") ? old.Host : null,
        Service = Keeps(keep, "service") ? old.Service : null,
        State = "expired",
        Description = Keeps(keep, "description") ? old.Description : null,
        Metric = Keeps(keep, "metric") ? old.Metric : default,
        Time = StreamNumber.Of(now),
        Ttl = Keeps(keep, "ttl") ? old.Ttl : default,
        Tags = Keeps(keep, "tags") ? old.Tags : null,
        Attributes = Array.FindAll(old.Attributes, a => a.Key.Field == EventField.None && Keeps(keep, a.Key.Name)),
    };

    private static JsonElement ToJson(object value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            EventJson.Write(writer, value);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static bool Keeps(IReadOnlyList<string> keep, string name) => keep.Count == 0 || keep.Contains(name);
}
