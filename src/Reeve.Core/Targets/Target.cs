using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Core.Targets;

/// <summary>What is governed: one node of a tree such as deployment / group / instance. Immutable; a change is a new value.</summary>
public sealed record Target
{
    /// <summary>Its name and place.</summary>
    public required TargetKey Key { get; init; }

    /// <summary>
    /// What it is: <c>deployment</c>, <c>group</c>, <c>node</c>, <c>instance</c>, <c>cluster</c>,
    /// <c>project</c>, … Free text; <c>instance</c> and <c>group</c> have a meaning to scaling.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>Was it written in a document (then only a document removes it), or made by an operation?</summary>
    public bool Declared { get; init; }

    /// <summary>Free names and values to select by.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Other names under which events may speak of it (a host name, a context id).</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>A JSON object of free properties; drivers add what they learn (address, process id).</summary>
    public JsonElement Properties { get; init; } = Json.EmptyObject;

    /// <summary>The state last seen.</summary>
    public TargetState State { get; init; } = TargetState.Unknown;

    /// <summary>Why it is in that state, when there is something to say.</summary>
    public string? StateReason { get; init; }

    /// <summary>Since when it is in that state.</summary>
    public DateTimeOffset StateSince { get; init; }

    /// <summary>Bounds on its number of instances; null where nothing is counted.</summary>
    public Capacity? Capacity { get; init; }

    /// <summary>Who operates it and what is below it, unless something below names another.</summary>
    public DriverChoice? Driver { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A driver by name, with its configuration (a JSON object that the driver reads).</summary>
public sealed record DriverChoice(string Name, JsonElement Config);

/// <summary>How many instances there may be, and how many are wanted. Invariant: 0 ≤ Min ≤ Desired ≤ Max.</summary>
public sealed record Capacity(int Min, int Max, int Desired);
