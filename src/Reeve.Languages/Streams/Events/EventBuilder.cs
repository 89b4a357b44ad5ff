using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Events;

/// <summary>Makes an event field by field.</summary>
public struct EventBuilder
{
    private string? _host;
    private string? _service;
    private string? _state;
    private string? _description;
    private StreamNumber _metric;
    private StreamNumber _time;
    private StreamNumber _ttl;
    private string[]? _tags;
    private KeyValuePair<Keyword, object?>[] _attributes;
    private object? _origin;

    /// <summary>Begins with an event's fields.</summary>
    public EventBuilder(StreamEvent from)
    {
        _host = from.Host;
        _service = from.Service;
        _state = from.State;
        _description = from.Description;
        _metric = from.Metric;
        _time = from.Time;
        _ttl = from.Ttl;
        _tags = from.Tags;
        _attributes = from.Attributes;
        _origin = from.Origin;
    }

    /// <summary>Sets a field; null takes it away.</summary>
    public void Set(Keyword key, object? value)
    {
        _attributes ??= [];
        if (_attributes.Length > 0)
        {
            _attributes = Without(_attributes, key, keepPlace: key.Field == EventField.None && value is not null, value);
        }

        switch (key.Field)
        {
            case EventField.Host:
                _host = value as string;
                break;
            case EventField.Service:
                _service = value as string;
                break;
            case EventField.State:
                _state = value as string;
                break;
            case EventField.Description:
                _description = value as string;
                break;
            case EventField.Metric:
                _metric = Numbers.TryOf(value);
                break;
            case EventField.Time:
                _time = Numbers.TryOf(value);
                break;
            case EventField.Ttl:
                _ttl = Numbers.TryOf(value);
                break;
            case EventField.Tags:
                _tags = TagsOf(value);
                break;
        }

        if (value is not null && !IsDirect(key.Field, value) && !Contains(key))
        {
            _attributes = [.. _attributes, new(key, value)];
        }
    }

    /// <summary>The event.</summary>
    public readonly StreamEvent ToEvent() => new()
    {
        Host = _host,
        Service = _service,
        State = _state,
        Description = _description,
        Metric = _metric,
        Time = _time,
        Ttl = _ttl,
        Tags = _tags,
        Attributes = _attributes ?? [],
        Origin = _origin,
    };

    internal static KeyValuePair<Keyword, object?>[] Without(
        KeyValuePair<Keyword, object?>[] attributes, Keyword key, bool keepPlace = false, object? value = null)
    {
        var at = Array.FindIndex(attributes, a => ReferenceEquals(a.Key, key));
        if (at < 0)
        {
            return attributes;
        }

        if (!keepPlace)
        {
            return [.. attributes[..at], .. attributes[(at + 1)..]];
        }

        var changed = attributes.ToArray();
        changed[at] = new(key, value);
        return changed;
    }

    private readonly bool Contains(Keyword key)
    {
        foreach (var pair in _attributes)
        {
            if (ReferenceEquals(pair.Key, key))
            {
                return true;
            }
        }

        return false;
    }

    private readonly bool IsDirect(EventField field, object value) => field switch
    {
        EventField.None => false,
        EventField.Host or EventField.Service or EventField.State or EventField.Description => value is string,
        EventField.Tags => _tags is not null,
        _ => Numbers.IsNumber(value),
    };

    private static string[]? TagsOf(object? value)
    {
        // a list and a vector are equal to Clojure, so either may be held as the texts alone
        if (value is not (PVec or PSeq))
        {
            return value as string[];
        }

        var items = (IReadOnlyList<object?>)value;
        var tags = new string[items.Count];
        for (var i = 0; i < tags.Length; i++)
        {
            if (items[i] is not string tag)
            {
                return null;
            }

            tags[i] = tag;
        }

        return tags;
    }
}
