using System.Collections.Immutable;
using System.Text.Json;

namespace Reeve.Core.Signals;

/// <summary>A metric or a state seen, in the shape that monitoring agents send (after Riemann's event).</summary>
public sealed record Event
{
    private readonly ImmutableDictionary<string, JsonElement>? _attributes;

    /// <summary>The path, or an alias, of the target that it speaks of.</summary>
    public required string Target { get; init; }

    /// <summary>What was measured, such as <c>cpu</c> or <c>heartbeat</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The value measured, when there is one.</summary>
    public double? Metric { get; init; }

    /// <summary>A state as a word, such as <c>ok</c> or <c>failed</c>.</summary>
    public string? State { get; init; }

    /// <summary>When it was seen, by the sender's clock; programs live on this time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How long it counts.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Free words.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Everything else that the sender said; read from <see cref="Origin"/> each time, unless it was given.</summary>
    public ImmutableDictionary<string, JsonElement> Attributes
    {
        get => _attributes ?? Origin?.ReadAttributes() ?? ImmutableDictionary<string, JsonElement>.Empty;
        init => _attributes = value;
    }

    /// <summary>What it was made from, for an engine that speaks the sender's language; null when there is nothing but this.</summary>
    public IEventOrigin? Origin { get; init; }
}

/// <summary>
/// An event as its sender's protocol has it. An intake hands it along as it is: most events are looked at by nobody, and to put each into
/// the words of this record would be most of the work.
/// </summary>
public interface IEventOrigin
{
    /// <summary>Everything that <see cref="Event"/> has no field for.</summary>
    ImmutableDictionary<string, JsonElement> ReadAttributes();
}
