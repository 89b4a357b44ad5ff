using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Signals;
using Reeve.Server.Access;
using Reeve.Server.Api;

namespace Reeve.Server.Intake;

/// <summary>
/// <c>POST /api/v1/intake/alertmanager</c>: the webhook of Prometheus' Alertmanager (payload version 4). Each alert is an event: the target
/// is the first label of those that <c>?target=</c> names (by default <c>reeve_target</c>, <c>target</c>, <c>instance</c>), the service is
/// <c>alertname</c>, the metric 1 while it fires and 0 once it is resolved; the state is the label <c>severity</c>, or <c>firing</c>, and
/// <c>ok</c> at the end. Labels and annotations are attributes.
/// </summary>
internal static class AlertmanagerOperations
{
    private static readonly string[] TargetLabels = ["reeve_target", "target", "instance"];

    public static void Map(Routes routes) => routes.Post("/api/v1/intake/alertmanager", Needs.Operator, TakeAsync);

    private static async Task TakeAsync(ApiCall call)
    {
        ApplyOperations.MustServe(call);
        var root = await call.ObjectAsync();
        var mistakes = new List<Mistake>();
        var now = call.State.Runtime.Time.GetUtcNow();
        var labels = call.Query("target") is { } said ? said.Split(',', StringSplitOptions.TrimEntries) : TargetLabels;
        var events = new List<Event>();
        if (root.TryGetProperty("alerts", out var alerts) && alerts.ValueKind == JsonValueKind.Array)
        {
            foreach (var alert in alerts.EnumerateArray())
            {
                events.Add(One(alert, $"/alerts/{events.Count}", labels, now, mistakes));
            }
        }
        else
        {
            mistakes.Add(new Mistake(ErrorCodes.MissingField, "/alerts", "expected what Alertmanager's webhook sends: a list `alerts`"));
        }

        await EventOperations.OfferAsync(call, events, mistakes, now);
    }

    private static Event One(JsonElement alert, string path, string[] targetLabels, DateTimeOffset now, List<Mistake> mistakes)
    {
        var attributes = ImmutableDictionary.CreateBuilder<string, JsonElement>(StringComparer.Ordinal);
        var seen = new Event { Target = "", Service = "", Time = now };
        if (alert.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(new Mistake(ErrorCodes.WrongType, path, $"expected an alert, found {Quote.Value(alert)}"));
            return seen;
        }

        var labels = Texts(alert, "labels");
        var annotations = Texts(alert, "annotations");
        foreach (var (name, value) in labels)
        {
            attributes[name] = value;
        }

        foreach (var (name, value) in annotations)
        {
            attributes.TryAdd(name, value);
        }

        foreach (var name in (string[])["startsAt", "endsAt", "fingerprint", "generatorURL"])
        {
            if (alert.TryGetProperty(name, out var value))
            {
                attributes.TryAdd(name, value);
            }
        }

        var target = targetLabels.Select(l => Text(labels, l)).FirstOrDefault(t => t is not null);
        if (target is null)
        {
            mistakes.Add(new Mistake(
                ErrorCodes.MissingField, $"{path}/labels",
                $"none of the labels {Quote.List(targetLabels)} is there to name the target; add one, or say `?target=LABEL`"));
        }

        if (Text(labels, "alertname") is not { } service)
        {
            service = "";
            mistakes.Add(new Mistake(ErrorCodes.MissingField, $"{path}/labels/alertname", "the label `alertname` is missing"));
        }

        var status = alert.TryGetProperty("status", out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
        if (status is not ("firing" or "resolved"))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotAllowed, $"{path}/status", $"expected `firing` or `resolved`, found {Quote.Text(status ?? "nothing")}"));
        }

        var fires = status == "firing";
        return seen with
        {
            Target = target ?? "",
            Service = service,
            Metric = fires ? 1 : 0,
            State = fires ? Text(labels, "severity") ?? "firing" : "ok",
            Description = Text(annotations, "summary") ?? Text(annotations, "description"),
            Attributes = attributes.ToImmutable(),
        };
    }

    private static Dictionary<string, JsonElement> Texts(JsonElement alert, string name) =>
        alert.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object
            ? map.EnumerateObject().GroupBy(m => m.Name, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal)
            : [];

    private static string? Text(Dictionary<string, JsonElement> texts, string name) =>
        texts.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
