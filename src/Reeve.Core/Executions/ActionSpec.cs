using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reeve.Core.Executions;

/// <summary>An action that somebody wants: what kind, which one, on what, with what inputs.</summary>
/// <param name="Kind">What kind of action.</param>
/// <param name="Name">The operation, workflow or actor; <c>approval</c> for an approval.</param>
/// <param name="Inputs">An object; may hold <c>{{ references }}</c> to the context until it is filled in.</param>
/// <param name="Target">The path of the target to act on, <c>group</c> for the
/// group of the finding's target, or null for the finding's target.</param>
public sealed record ActionSpec(ActionKind Kind, string Name, JsonElement Inputs, string? Target = null)
{
    /// <inheritdoc/>
    public override string ToString() => Kind == ActionKind.Approval ? "approval" : $"{Kind.ToString().ToLowerInvariant()} {Name}";
}

/// <summary>The kinds of action.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ActionKind>))]
public enum ActionKind
{
    /// <summary>An operation on a target.</summary>
    [JsonStringEnumMemberName("operation")] Operation,

    /// <summary>A workflow.</summary>
    [JsonStringEnumMemberName("workflow")] Workflow,

    /// <summary>One call of an actor.</summary>
    [JsonStringEnumMemberName("actor")] Actor,

    /// <summary>Ask people, and wait.</summary>
    [JsonStringEnumMemberName("approval")] Approval,
}
