using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Executions;

namespace Reeve.Actors.Outbound;

/// <summary>Takes secrets out of what an actor gives back: whoever is called may repeat them, and outcomes are recorded.</summary>
internal static class Redaction
{
    private const string Hidden = "***";

    // shorter ones would take apart what merely looks alike
    private const int Shortest = 4;

    public static ActorOutcome Of(ActorOutcome outcome, IReadOnlyList<string> secrets)
    {
        var hidden = secrets.Where(s => s.Length >= Shortest).OrderByDescending(s => s.Length).ToList();
        return hidden.Count == 0 ? outcome : outcome with
        {
            Error = outcome.Error is { } error ? Hide(error, hidden) : null,
            Output = outcome.Output.ValueKind == JsonValueKind.Undefined
                ? outcome.Output
                : Json.From(Hide(Json.ToNode(outcome.Output), hidden)),
        };
    }

    private static string Hide(string text, List<string> secrets) =>
        secrets.Aggregate(text, (shown, secret) => shown.Replace(secret, Hidden, StringComparison.Ordinal));

    private static JsonNode? Hide(JsonNode? node, List<string> secrets) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Hide(text, secrets)),
        JsonObject members => new JsonObject(
            members.Select(m => new KeyValuePair<string, JsonNode?>(Hide(m.Key, secrets), Hide(m.Value, secrets)))),
        JsonArray items => new JsonArray([.. items.Select(i => Hide(i, secrets))]),
        _ => node?.DeepClone(),
    };
}
