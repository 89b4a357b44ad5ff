namespace Reeve.Languages.Streams.Query;

/// <summary>A field of events by its name: one that every event has room for, or one of those that a sender added.</summary>
internal readonly record struct QueryField(QueryPlace Place, string Name)
{
    public static readonly QueryField HostName = new(QueryPlace.Host, "host");
    public static readonly QueryField ServiceName = new(QueryPlace.Service, "service");

    public static QueryField Named(string name) => name switch
    {
        "host" => HostName,
        "service" => ServiceName,
        "state" => new(QueryPlace.State, name),
        "description" => new(QueryPlace.Description, name),
        "metric" => new(QueryPlace.Metric, name),
        "time" => new(QueryPlace.Time, name),
        "ttl" => new(QueryPlace.Ttl, name),
        "tags" => new(QueryPlace.Tags, name),
        _ => new(QueryPlace.Attribute, name),
    };
}

/// <summary>Where events keep a field.</summary>
internal enum QueryPlace : byte
{
    Attribute,
    Host,
    Service,
    State,
    Description,
    Metric,
    Time,
    Ttl,
    Tags,
}
