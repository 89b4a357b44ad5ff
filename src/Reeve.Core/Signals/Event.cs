using System.Collections.Immutable;
using System.Text.Json;

namespace Reeve.Core.Signals;

/// <summary>A metric or a state seen, in the shape that monitoring agents send (after Riemann's event).</summary>
public sealed record Event
{
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

    /// <summary>Everything else that the sender said.</summary>
    public ImmutableDictionary<string, JsonElement> Attributes { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;
}
