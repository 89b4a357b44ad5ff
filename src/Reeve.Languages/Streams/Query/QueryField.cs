using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Query;

/// <summary>A field of events by its name: one that every event has room for, or one of those that a sender added.</summary>
internal readonly record struct QueryField(EventField Place, string Name)
{
    public static readonly QueryField HostName = new(EventField.Host, "host");
    public static readonly QueryField ServiceName = new(EventField.Service, "service");

    public static QueryField Named(string name) => name switch
    {
        "host" => HostName,
        "service" => ServiceName,
        "state" => new(EventField.State, name),
        "description" => new(EventField.Description, name),
        "metric" => new(EventField.Metric, name),
        "time" => new(EventField.Time, name),
        "ttl" => new(EventField.Ttl, name),
        "tags" => new(EventField.Tags, name),
        _ => new(EventField.None, name),
    };
}
