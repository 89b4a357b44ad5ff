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
    // senders may name attributes as they like, so the table holds no keyword that nothing else holds, and is swept when it has doubled
    private const int SweptFrom = 50_000;
    private static readonly ConcurrentDictionary<string, WeakReference<Keyword>> All = new(StringComparer.Ordinal);
    private static readonly Lock Sweeping = new();
    private static int _added;
    private static int _sweepAfter = SweptFrom;

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
        while (true)
        {
            if (!All.TryGetValue(name, out var known))
            {
                var fresh = new Keyword(name, EventField.None);
                if (All.TryAdd(name, new WeakReference<Keyword>(fresh)))
                {
                    if (Interlocked.Increment(ref _added) >= _sweepAfter)
                    {
                        Sweep();
                    }

                    return fresh;
                }
            }
            else if (known.TryGetTarget(out var kept))
            {
                return kept;
            }
            else
            {
                All.TryRemove(new(name, known));
            }
        }
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

    internal static int Known => All.Count;

    private static Keyword Make(string name, EventField field)
    {
        var made = new Keyword(name, field);
        All[name] = new WeakReference<Keyword>(made);
        return made;
    }

    private static void Sweep()
    {
        lock (Sweeping)
        {
            if (_added < _sweepAfter)
            {
                return;
            }

            foreach (var entry in All)
            {
                if (!entry.Value.TryGetTarget(out _))
                {
                    All.TryRemove(entry);
                }
            }

            _sweepAfter = Math.Max(SweptFrom, All.Count);
            _added = 0;
        }
    }
}

/// <summary>A symbol, quoted; called, it looks itself up as a keyword does.</summary>
public sealed class Symbol(string name) : Fn, IEquatable<Symbol>
{
    /// <summary>Its text.</summary>
    public string Name => name;

    /// <inheritdoc/>
    public override object? Invoke(params ReadOnlySpan<object?> args) => args.Length switch
    {
        1 => Lookup.Get(args[0], this),
        2 => Lookup.Get(args[0], this, args[1]),
        _ => throw StreamError.Arity(ToString(), args.Length),
    };

    /// <inheritdoc/>
    public bool Equals(Symbol? other) => other?.Name == name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Symbol);

    /// <inheritdoc/>
    public override int GetHashCode() => name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => name;
}
