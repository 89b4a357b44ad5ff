using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Engines.Builtin;

/// <summary>Reads what an instance saved. A state that cannot be read (another release wrote it) counts as none.</summary>
internal static class Saved
{
    /// <summary>Reads a state; false when there is none or it is of another shape: then what was read so far is thrown away.</summary>
    public static bool TryRead(JsonElement saved, Action<JsonElement> read)
    {
        if (saved.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        try
        {
            read(saved);
            return true;
        }
        catch (Exception shape) when (shape is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>A number of ticks, or null when it is absent.</summary>
    public static long? Ticks(JsonElement from, string name) => from.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    /// <summary>A flag; false when it is absent.</summary>
    public static bool Flag(JsonElement from, string name) => from.TryGetProperty(name, out var value) && value.GetBoolean();

    /// <summary>Writes a number of ticks, unless it is null.</summary>
    public static void WriteTicks(Utf8JsonWriter writer, string name, long? ticks)
    {
        if (ticks is { } value)
        {
            writer.WriteNumber(name, value);
        }
    }

    /// <summary>A point in time from its ticks, in UTC.</summary>
    public static DateTimeOffset Moment(long ticks) =>
        new(Math.Clamp(ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    /// <summary><c> for 30s</c>, to the second; nothing when it has only begun.</summary>
    public static string Lasted(long since, long until)
    {
        var seconds = Math.Round((until - since) / (double)TimeSpan.TicksPerSecond);
        return seconds > 0 ? $" for {Durations.Format(TimeSpan.FromSeconds(seconds))}" : "";
    }
}
