using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Reeve.Core.Signals;
using Reeve.Languages.Streams.Events;

namespace Reeve.Engines.Streams;

/// <summary>
/// An event of the stream language inside an event of the loop: stream programs get it back as it came, and what other engines ask for is
/// put into the loop's words only when they ask.
/// </summary>
public sealed class StreamSignal(StreamEvent seen) : IEventOrigin
{
    /// <summary>The event as it came.</summary>
    public StreamEvent Event { get; } = seen;

    /// <summary>The loop's event for one of the stream language, speaking of a target. One without a time must not come here.</summary>
    public static Event Make(string target, StreamEvent seen) => new()
    {
        Target = target,
        Service = seen.Service ?? "",
        Metric = StreamFields.Metric(seen),
        State = seen.State,
        Time = StreamFields.Moment(seen.Time.ToDouble()),
        Ttl = StreamFields.Ttl(seen) is { } ttl ? StreamFields.Duration(ttl) : null,
        Description = seen.Description,
        Tags = seen.Tags is { } tags ? ImmutableCollectionsMarshal.AsImmutableArray(tags) : [],
        Origin = new StreamSignal(seen.From(target)),
    };

    /// <inheritdoc/>
    public ImmutableDictionary<string, JsonElement> ReadAttributes()
    {
        var read = ImmutableDictionary.CreateBuilder<string, JsonElement>(StringComparer.Ordinal);
        if (Event.Host is { } host)
        {
            read["host"] = JsonSerializer.SerializeToElement(host);
        }

        foreach (var (name, value) in StreamFields.Attributes(Event))
        {
            read[name] = value;
        }

        return read.ToImmutable();
    }
}
