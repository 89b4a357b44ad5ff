using System.Globalization;
using System.Text;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;

namespace Reeve.Server.Intake.Riemann.Wire;

/// <summary>
/// Reads one message: its events, the older form of them (states), and its query. What it does not know it passes over, as protobuf has
/// it. For one thread at a time; the events are those of the last message that was read.
/// </summary>
internal sealed class MessageReader
{
    /// <summary>How many events a message may hold; its bytes alone would allow millions of empty ones.</summary>
    public const int MaxEvents = 100_000;

    private const int MaxParts = 1000;
    private static readonly KeyValuePair<Keyword, object?>[] _nothing = [];
    private readonly TextCache _texts = new();
    private readonly List<StreamEvent> _states = [];
    private readonly List<string> _tags = [];
    private readonly List<KeyValuePair<Keyword, object?>> _attributes = [];
    private string[] _lastTags = [];

    /// <summary>The events of the last message, states first.</summary>
    public List<StreamEvent> Events { get; } = [];

    /// <summary>The query of the last message, or null.</summary>
    public string? Query { get; private set; }

    /// <summary>Reads a message; gives what is wrong with it, or null. An event without a time is of now (seconds since 1970).</summary>
    public string? Read(ReadOnlySpan<byte> message, double now)
    {
        Events.Clear();
        Query = null;
        var problem = ReadParts(message, now);
        if (problem is not null)
        {
            Events.Clear();
        }

        return problem;
    }

    private string? ReadParts(ReadOnlySpan<byte> message, double now)
    {
        _states.Clear();
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field, reader.Type)
            {
                case (6 or 4, WireType.Bytes):
                    if (Events.Count + _states.Count == MaxEvents)
                    {
                        return $"the message has more than {MaxEvents} events";
                    }

                    if (ReadEvent(reader.Bytes(), now) is not { } seen)
                    {
                        return Malformed($"event {Events.Count} cannot be read");
                    }

                    (reader.Field == 4 ? _states : Events).Add(seen);
                    break;
                case (5, WireType.Bytes):
                    if (!ReadQuery(reader.Bytes()))
                    {
                        return Malformed("its query cannot be read");
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (_states.Count > 0)
        {
            Events.InsertRange(0, _states);
        }

        return reader.IsBroken ? Malformed("it ends in the middle of something, or is something else") : null;
    }

    private static string Malformed(string what) => $"this is no message of Riemann's protocol: {what}";

    private bool ReadQuery(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        Query ??= "";
        while (reader.Next())
        {
            if (reader is { Field: 1, Type: WireType.Bytes })
            {
                Query = Encoding.UTF8.GetString(reader.Bytes());
            }
            else
            {
                reader.Skip();
            }
        }

        return !reader.IsBroken;
    }

    private StreamEvent? ReadEvent(ReadOnlySpan<byte> bytes, double now)
    {
        string? host = null, service = null, state = null, description = null;
        long? whole = null, seconds = null, micros = null;
        double? floating = null;
        float? single = null, ttl = null;
        _tags.Clear();
        _attributes.Clear();
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Varint):
                    seconds = (long)reader.Varint();
                    break;
                case (2, WireType.Bytes):
                    state = _texts.Read(reader.Bytes());
                    break;
                case (3, WireType.Bytes):
                    service = _texts.Read(reader.Bytes());
                    break;
                case (4, WireType.Bytes):
                    host = _texts.Read(reader.Bytes());
                    break;
                case (5, WireType.Bytes):
                    description = _texts.Read(reader.Bytes());
                    break;
                case (7, WireType.Bytes):
                    _tags.Add(_texts.Read(reader.Bytes()));
                    break;
                case (8, WireType.Fixed32):
                    ttl = reader.Single();
                    break;
                case (9, WireType.Bytes):
                    if (!ReadAttribute(reader.Bytes()))
                    {
                        return null;
                    }

                    break;
                case (10, WireType.Varint):
                    micros = (long)reader.Varint();
                    break;
                case (13, WireType.Varint):
                    whole = reader.Zigzag();
                    break;
                case (14, WireType.Fixed64):
                    floating = reader.Double();
                    break;
                case (15, WireType.Fixed32):
                    single = reader.Single();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (reader.IsBroken || _tags.Count > MaxParts || _attributes.Count > MaxParts)
        {
            return null;
        }

        return new StreamEvent
        {
            Host = host,
            Service = service,
            State = state,
            Description = description,
            Metric = whole is { } w ? StreamNumber.Of(w)
                : floating is { } d ? StreamNumber.Of(d)
                : single is { } f ? StreamNumber.Of(f)
                : default,
            Time = micros is { } m ? StreamNumber.Of(m / 1e6) : seconds is { } s ? StreamNumber.Of(s) : StreamNumber.Of(now),
            Ttl = ttl is { } t ? StreamNumber.Of(t) : default,
            Tags = _tags.Count == 0 ? null : Tags(),
            Attributes = _attributes.Count == 0 ? _nothing : [.. _attributes],
        };
    }

    // mostly the tags of one event are those of the event before, as the very same strings
    private string[] Tags()
    {
        if (_lastTags.Length != _tags.Count)
        {
            return _lastTags = [.. _tags];
        }

        for (var i = 0; i < _lastTags.Length; i++)
        {
            if (!ReferenceEquals(_lastTags[i], _tags[i]))
            {
                return _lastTags = [.. _tags];
            }
        }

        return _lastTags;
    }

    private bool ReadAttribute(ReadOnlySpan<byte> bytes)
    {
        string? key = null, value = null;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field, reader.Type)
            {
                case (1, WireType.Bytes):
                    key = _texts.Read(reader.Bytes());
                    break;
                case (2, WireType.Bytes):
                    value = _texts.Read(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (reader.IsBroken || key is null)
        {
            return false;
        }

        return Keep(key, value ?? "");
    }

    // of two with one name the last counts; one that is named like a field of every event is passed over, and cannot hide it
    private bool Keep(string key, string value)
    {
        Keyword name;
        try
        {
            name = Keyword.Of(key);
        }
        catch (StreamError)
        {
            // the table of names is full: somebody makes up ever new ones
            return false;
        }

        if (_attributes.Count > MaxParts)
        {
            return false;
        }

        if (name.Field == EventField.None)
        {
            _attributes.RemoveAll(a => ReferenceEquals(a.Key, name));
            _attributes.Add(new(name, value));
        }

        return true;
    }
}
