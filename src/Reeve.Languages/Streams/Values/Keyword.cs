using System.Collections.Concurrent;

namespace Reeve.Languages.Streams.Values;

/// <summary>Which direct field of an event a keyword names.</summary>
public enum EventField : byte
{
    /// <summary>None: an attribute.</summary>
    None,

    /// <summary>host</summary>
    Host,

    /// <summary>service</summary>
    Service,

    /// <summary>state</summary>
    State,

    /// <summary>description</summary>
    Description,

    /// <summary>metric</summary>
    Metric,

    /// <summary>time</summary>
    Time,

    /// <summary>ttl</summary>
    Ttl,

    /// <summary>tags</summary>
    Tags,
}

/// <summary>A keyword; there is one object for each name, so they are compared by reference.</summary>
public sealed class Keyword : Fn
{
    // senders may name attributes as they like, so the table does not grow without end: what is beyond is not shared
    private const int MostShared = 100_000;
    private static readonly ConcurrentDictionary<string, Keyword> All = new(StringComparer.Ordinal);

    private Keyword(string name, EventField field)
    {
        Name = name;
        Field = field;
    }

    /// <summary>host</summary>
    public static Keyword Host { get; } = Make("host", EventField.Host);

    /// <summary>service</summary>
    public static Keyword Service { get; } = Make("service", EventField.Service);

    /// <summary>state</summary>
    public static Keyword State { get; } = Make("state", EventField.State);

    /// <summary>description</summary>
    public static Keyword Description { get; } = Make("description", EventField.Description);

    /// <summary>metric</summary>
    public static Keyword Metric { get; } = Make("metric", EventField.Metric);

    /// <summary>time</summary>
    public static Keyword Time { get; } = Make("time", EventField.Time);

    /// <summary>ttl</summary>
    public static Keyword Ttl { get; } = Make("ttl", EventField.Ttl);

    /// <summary>tags</summary>
    public static Keyword Tags { get; } = Make("tags", EventField.Tags);

    /// <summary>The fields that every event has room for.</summary>
    public static IReadOnlyList<Keyword> Standard { get; } = [Host, Service, State, Description, Metric, Time, Ttl, Tags];

    /// <summary>The name without the colon.</summary>
    public string Name { get; }

    /// <summary>The direct field of events that it names.</summary>
    public EventField Field { get; }

    /// <summary>The keyword of a name.</summary>
    public static Keyword Of(string name)
    {
        if (All.TryGetValue(name, out var known))
        {
            return known;
        }

        if (All.Count >= MostShared)
        {
            throw new StreamError(StreamError.IllegalState, "there are too many different field names");
        }

        return All.GetOrAdd(name, n => new Keyword(n, EventField.None));
    }

    /// <inheritdoc/>
    public override object? Invoke(params ReadOnlySpan<object?> args) => args.Length switch
    {
        1 => Lookup.Get(args[0], this),
        2 => Lookup.Get(args[0], this, args[1]),
        _ => throw StreamError.Arity(ToString(), args.Length),
    };

    /// <inheritdoc/>
    public override object? Invoke(object? arg) => Lookup.Get(arg, this);

    /// <inheritdoc/>
    public override string ToString() => ":" + Name;

    private static Keyword Make(string name, EventField field) => All.GetOrAdd(name, n => new Keyword(n, field));
}

/// <summary>A symbol, quoted.</summary>
public sealed record Symbol(string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
