using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Policies.Properties;

namespace Reeve.Core.Policies;

/// <summary>A versioned rule with a property schema, written in one engine.</summary>
public sealed record PolicyType
{
    /// <summary>Its name, such as <c>reeve.threshold</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, such as <c>1.0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The engine that evaluates it.</summary>
    public required string Engine { get; init; }

    /// <summary>What it does, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>The properties that a policy of this type has; a map.</summary>
    public required PropertySchema Properties { get; init; }

    /// <summary>How strictly the types of values are taken; strict unless the system it comes from is not.</summary>
    public PropertyCoercion Coercion { get; init; } = PropertyCoercion.Strict;

    /// <summary>Since when it is supported, experimental or deprecated, in order of time.</summary>
    public ImmutableArray<SupportStatus> Support { get; init; } = [];

    /// <summary>What the engine reads: a program's text, a command. An object.</summary>
    public JsonElement Source { get; init; } = Json.EmptyObject;

    /// <summary>Is it part of Reeve, so that no document can change or remove it?</summary>
    public bool BuiltIn { get; init; }

    /// <summary>Counts the changes of the document; 0 for built-in types.</summary>
    public long Revision { get; init; }

    /// <summary><c>name-version</c>, as policies refer to it (after Senlin).</summary>
    public string FullName => $"{Name}-{Version}";
}
