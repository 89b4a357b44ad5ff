using System.Text.Json;

namespace Reeve.Engines.Builtin.Threshold;

/// <summary>Counts the events that did not count, so that <c>explain</c> can say why a threshold stays silent.</summary>
internal struct IgnoredEvents
{
    /// <summary>No metric, or none that is a number.</summary>
    public long WithoutNumber;

    /// <summary>Past their ttl when they came.</summary>
    public long Expired;

    /// <summary>Older than the newest of the same sender.</summary>
    public long Late;

    /// <summary>Taken, but as of now: their time was too far ahead.</summary>
    public long TimesAhead;

    public readonly bool Any => (WithoutNumber | Expired | Late | TimesAhead) != 0;

    public readonly void WriteTo(Utf8JsonWriter writer, string name)
    {
        if (!Any)
        {
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("without_number", WithoutNumber);
        writer.WriteNumber("expired", Expired);
        writer.WriteNumber("late", Late);
        writer.WriteNumber("times_ahead", TimesAhead);
        writer.WriteEndObject();
    }

    public static IgnoredEvents Read(JsonElement state, string name) => state.TryGetProperty(name, out var saved)
        ? new IgnoredEvents
        {
            WithoutNumber = saved.GetProperty("without_number").GetInt64(),
            Expired = saved.GetProperty("expired").GetInt64(),
            Late = saved.GetProperty("late").GetInt64(),
            TimesAhead = saved.GetProperty("times_ahead").GetInt64(),
        }
        : default;
}
