using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Signals;

namespace Reeve.Server.Intake;

/// <summary>
/// CloudEvents 1.0 over HTTP, structured, batched and binary. <c>subject</c> is the target, <c>type</c> the service, and the members of
/// <c>data</c> are laid over that as the fields of an event (so <c>data</c> may name target and service itself); the other attributes
/// become attributes named <c>ce_id</c>, <c>ce_source</c> and so on.
/// </summary>
internal static class CloudEvents
{
    public const string One = "application/cloudevents+json";
    public const string Batch = "application/cloudevents-batch+json";
    private const string Header = "ce-";

    public static bool IsStructured(HttpRequest request) =>
        request.ContentType?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) ?? false;

    public static bool IsBinary(HttpRequest request) => !IsStructured(request) && request.Headers.ContainsKey(Header + "specversion");

    /// <summary>One event in structured mode.</summary>
    public static Event FromObject(JsonElement value, string path, DateTimeOffset now, List<Mistake> mistakes)
    {
        var seen = new Event { Target = "", Service = "", Time = now };
        JsonElement data = default;
        foreach (var member in value.EnumerateObject())
        {
            switch (member.Name)
            {
                case "data":
                    data = member.Value;
                    break;
                case "data_base64":
                    mistakes.Add(new Mistake(
                        ErrorCodes.NotAllowed, $"{path}/data_base64", "binary data says nothing to a policy; send `data` as an object"));
                    break;
                case "time":
                    seen = seen with { Time = EventReader.Moment(member.Value, path, mistakes) ?? now };
                    break;
                default:
                    // attributes of CloudEvents are texts, numbers or booleans, never more
                    if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                    {
                        EventReader.Text(member, path, mistakes);
                        break;
                    }

                    seen = Attribute(seen, member.Name, member.Value);
                    break;
            }
        }

        return Whole(seen, data, path, mistakes);
    }

    /// <summary>The one event of a request in binary mode: attributes in headers, the body is the data.</summary>
    public static Event FromHeaders(HttpRequest request, ReadOnlyMemory<byte> body, DateTimeOffset now, List<Mistake> mistakes)
    {
        var seen = new Event { Target = "", Service = "", Time = now };
        foreach (var (name, values) in request.Headers)
        {
            if (!name.StartsWith(Header, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var attribute = name[Header.Length..].ToLowerInvariant();
            var text = JsonSerializer.SerializeToElement(Uri.UnescapeDataString(values.ToString()));
            seen = attribute == "time"
                ? seen with { Time = EventReader.Moment(text, "/0", mistakes) ?? now }
                : Attribute(seen, attribute, text);
        }

        JsonElement data = default;
        if (body.Length > 0)
        {
            var read = DocumentReader.Read(body, "body");
            mistakes.AddRange(read.Mistakes);
            data = read.Documents.Length == 1 ? read.Documents[0].Root : default;
        }

        return Whole(seen, data, "/0", mistakes);
    }

    private static Event Attribute(Event seen, string name, JsonElement value) => name switch
    {
        "subject" => seen with { Target = value.ToString() },
        "type" => seen with { Service = value.ToString() },
        _ when value.ValueKind == JsonValueKind.Null => seen,
        _ => seen with { Attributes = seen.Attributes.SetItem($"ce_{name}", value) },
    };

    private static Event Whole(Event seen, JsonElement data, string path, List<Mistake> mistakes)
    {
        foreach (var required in (string[])["id", "source", "specversion"])
        {
            if (!seen.Attributes.TryGetValue($"ce_{required}", out var said) || said.ToString().Length == 0)
            {
                mistakes.Add(new Mistake(ErrorCodes.MissingField, $"{path}/{required}",
                    $"the CloudEvents attribute `{required}` is missing"));
            }
            else if (required == "specversion" && !said.ToString().StartsWith("1.", StringComparison.Ordinal))
            {
                mistakes.Add(new Mistake(
                    ErrorCodes.NotAllowed, $"{path}/{required}",
                    string.Create(CultureInfo.InvariantCulture, $"CloudEvents {Quote.Value(said)} is not read here; send `1.0`")));
            }
        }

        switch (data.ValueKind)
        {
            case JsonValueKind.Object:
                seen = EventReader.Fill(seen, data, $"{path}/data", mistakes);
                break;
            case JsonValueKind.Undefined or JsonValueKind.Null:
                break;
            case JsonValueKind.Number when data.TryGetDouble(out var number) && double.IsFinite(number):
                seen = seen with { Metric = number };
                break;
            default:
                mistakes.Add(new Mistake(
                    ErrorCodes.WrongType, $"{path}/data", $"expected an object or a number, found {Quote.Value(data)}"));
                break;
        }

        if (seen.Target.Length == 0)
        {
            mistakes.Add(new Mistake(ErrorCodes.MissingField, $"{path}/subject", "no target: set `subject`, or `target` in the data"));
        }

        if (seen.Service.Length == 0)
        {
            mistakes.Add(new Mistake(ErrorCodes.MissingField, $"{path}/type", "no service: set `type`, or `service` in the data"));
        }

        return seen;
    }
}
