using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Signals;

namespace Reeve.Senlin.Policies.Kinds;

/// <summary>One policy of a Senlin type: its values, read, and what it says before and after an action.</summary>
internal abstract class SenlinPolicy
{
    /// <summary>Does it have a say in this action at this time?</summary>
    public abstract bool Handles(PolicyQuestion question);

    /// <summary>What it says before the action; what it plans goes into the question's data.</summary>
    public abstract Decision Before(PolicyQuestion question, PolicyIdentity self);

    /// <summary>What it says after the action.</summary>
    public virtual Decision After(PolicyQuestion question, PolicyIdentity self) => Decision.Nothing;

    /// <summary>Is the action one of these, before it runs?</summary>
    protected static bool IsBefore(PolicyQuestion question, params ReadOnlySpan<string> actions) =>
        question.Phase == OperationPhase.Before && actions.Contains(question.Action);

    /// <summary>Is the action one of these, after it has ended?</summary>
    protected static bool IsAfter(PolicyQuestion question, params ReadOnlySpan<string> actions) =>
        question.Phase == OperationPhase.After && actions.Contains(question.Action);
}

/// <summary>Which policy on which cluster it is.</summary>
/// <param name="Id">The policy's id.</param>
/// <param name="Name">The policy's name.</param>
/// <param name="LastOp">When the action last happened that its cooldown counts from; null for never.</param>
/// <param name="Data">What the binding keeps for it; an object.</param>
internal sealed record PolicyIdentity(string Id, string Name, DateTimeOffset? LastOp, JsonElement Data)
{
    public static readonly PolicyIdentity None = new("", "", null, Json.EmptyObject);
}

/// <summary>Reads values that the schema has let through; a value that is absent or null has its default.</summary>
internal static class Values
{
    public static JsonElement Of(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : default;

    public static string Text(JsonElement from, string name, string otherwise) => from.Text(name) ?? otherwise;

    public static bool Flag(JsonElement from, string name, bool otherwise) => from.Of(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => otherwise,
    };

    /// <summary>A whole number; null where null was given.</summary>
    public static long? Whole(JsonElement from, string name, long otherwise) => from.Of(name) switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        var value when JsonNumbers.TryWhole(value, out var number) => number,
        _ => otherwise,
    };

    public static IEnumerable<JsonElement> Items(JsonElement from, string name) =>
        from.Of(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static void Wrong(List<Mistake> mistakes, string path, string message) =>
        mistakes.Add(new Mistake(ErrorCodes.NotAllowed, path, message));
}
