using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Events;

/// <summary>
/// An event: an immutable map in which the fields that every event has are held directly. A standard field that holds something unusual
/// (a metric that is text, tags that are no list of texts) is kept among the attributes under the same name, and the direct field is
/// absent.
/// </summary>
public sealed class StreamEvent
{
    private static readonly KeyValuePair<Keyword, object?>[] Nothing = [];

    // the three numbers without their rare exact parts: events are what memory is full of
    private readonly long _metric;
    private readonly long _time;
    private readonly long _ttl;
    private readonly object? _exact;
    private readonly NumberKind _metricKind;
    private readonly NumberKind _timeKind;
    private readonly NumberKind _ttlKind;

    /// <summary>Where it was seen.</summary>
    public string? Host { get; init; }

    /// <summary>What was seen.</summary>
    public string? Service { get; init; }

    /// <summary>A state as a word.</summary>
    public string? State { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>The value measured.</summary>
    public StreamNumber Metric
    {
        get => StreamNumber.Unpack(_metricKind, _metric, _exact, 0);
        init => _exact = value.Pack(out _metricKind, out _metric, _exact, 0);
    }

    /// <summary>When it was seen, seconds.</summary>
    public StreamNumber Time
    {
        get => StreamNumber.Unpack(_timeKind, _time, _exact, 1);
        init => _exact = value.Pack(out _timeKind, out _time, _exact, 1);
    }

    /// <summary>For how long it counts, seconds.</summary>
    public StreamNumber Ttl
    {
        get => StreamNumber.Unpack(_ttlKind, _ttl, _exact, 2);
        init => _exact = value.Pack(out _ttlKind, out _ttl, _exact, 2);
    }

    /// <summary>Free words.</summary>
    public string[]? Tags { get; init; }

    /// <summary>All other fields, in the order in which they came; no two have the same key.</summary>
    public KeyValuePair<Keyword, object?>[] Attributes { get; init; } = Nothing;

    /// <summary>Whatever else belongs to it and is no field: where it came from.</summary>
    public object? Origin { get; init; }

    /// <summary>The value of a field; null when it is absent.</summary>
    public object? Get(Keyword key)
    {
        switch (key.Field)
        {
            case EventField.Host when Host is not null:
                return Host;
            case EventField.Service when Service is not null:
                return Service;
            case EventField.State when State is not null:
                return State;
            case EventField.Description when Description is not null:
                return Description;
            case EventField.Metric when Metric.HasValue:
                return Numbers.Box(Metric);
            case EventField.Time when Time.HasValue:
                return Numbers.Box(Time);
            case EventField.Ttl when Ttl.HasValue:
                return Numbers.Box(Ttl);
            case EventField.Tags when Tags is not null:
                return PVec.Of(Tags);
        }

        return Attribute(key);
    }

    /// <summary>The value of a field that events do not have by themselves, or an unusual value of one that they have.</summary>
    public object? Attribute(Keyword key)
    {
        foreach (var (name, value) in Attributes)
        {
            if (ReferenceEquals(name, key))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Has it the field, even if with nil?</summary>
    public bool Has(Keyword key) => Get(key) is not null;

    /// <summary>The event with one field set; null takes it away.</summary>
    public StreamEvent With(Keyword key, object? value)
    {
        var changed = new EventBuilder(this);
        changed.Set(key, value);
        return changed.ToEvent();
    }

    /// <summary>The event with where it came from.</summary>
    public StreamEvent From(object? origin) => new()
    {
        Host = Host,
        Service = Service,
        State = State,
        Description = Description,
        Metric = Metric,
        Time = Time,
        Ttl = Ttl,
        Tags = Tags,
        Attributes = Attributes,
        Origin = origin,
    };

    /// <summary>The event with another metric; the commonest change.</summary>
    public StreamEvent WithMetric(in StreamNumber metric) => new()
    {
        Host = Host,
        Service = Service,
        State = State,
        Description = Description,
        Metric = metric,
        Time = Time,
        Ttl = Ttl,
        Tags = Tags,
        Attributes = Attributes.Length == 0 ? Attributes : EventBuilder.Without(Attributes, Keyword.Metric),
        Origin = Origin,
    };

    /// <summary>Its fields that are not absent.</summary>
    public IEnumerable<KeyValuePair<Keyword, object?>> Fields()
    {
        foreach (var key in Keyword.Standard)
        {
            if (Get(key) is { } value)
            {
                yield return new(key, value);
            }
        }

        foreach (var pair in Attributes)
        {
            if (pair.Key.Field == EventField.None && pair.Value is not null)
            {
                yield return pair;
            }
        }
    }
}
