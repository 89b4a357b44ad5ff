using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Actions;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Rest;

/// <summary>Reads to what size a cluster is to be brought. What can never be done is refused here, the rest by the action.</summary>
internal static class ResizeInputs
{
    public static JsonElement Read(SenlinCall call, ClusterRecord cluster, JsonElement value)
    {
        var body = RequestBody.Open(value);
        if (!body.Has("adjustment_type") && !body.Has("number") && !body.Has("min_size") && !body.Has("max_size"))
        {
            throw SenlinFault.BadRequest("Not enough parameters to do resize action.");
        }

        var type = body.Text("adjustment_type");
        if (type is not null && type is not (ResizeRule.Exact or ResizeRule.Change or ResizeRule.Percentage))
        {
            throw SenlinFault.BadRequest($"Value '{type}' is not acceptable for field 'adjustment_type'.");
        }

        var number = Number(body);
        if (type is null && number is not null)
        {
            throw SenlinFault.BadRequest("Missing adjustment_type value for size adjustment.");
        }

        if (type is not null && number is null)
        {
            throw SenlinFault.BadRequest("Missing number value for size adjustment.");
        }

        if (type == ResizeRule.Exact && number < 0)
        {
            throw SenlinFault.Refused($"The 'number' must be non-negative integer for adjustment type '{type}'.");
        }

        // a part of a node is no node
        number = type == ResizeRule.Percentage ? number : number is { } some ? Math.Truncate(some) : null;
        var min = body.Whole("min_size", 0, SizeLimits.MostNodes);
        var max = body.Whole("max_size", -1, SizeLimits.MostNodes);
        var step = type == ResizeRule.Percentage ? body.Whole("min_step", 0, SizeLimits.MostNodes) : null;
        var strict = body.Flag("strict") ?? true;
        var inputs = Json.Build(writer => Write(writer, type, number, min, max, step, strict));
        var question = new Policies.PolicyQuestion
        {
            Action = ActionNames.ClusterResize,
            Inputs = inputs,
            Cluster = SizePlan.View(cluster, call.Registry.NodesOf(cluster.Id).Count),
        };
        return ResizeRule.Resolve(question) is { IsError: true, Reason: { } reason }
            ? throw (min > max && max >= 0 ? SenlinFault.BadRequest(reason) : SenlinFault.Refused(reason))
            : inputs;
    }

    private static double? Number(RequestBody body)
    {
        if (!body.Has("number"))
        {
            return null;
        }

        var value = body.Value("number");
        return double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) && Math.Abs(number) <= int.MaxValue
            ? number
            : throw SenlinFault.BadRequest($"The value for number must be a number: '{value}'.");
    }

    private static void Write(Utf8JsonWriter writer, string? type, double? number, int? min, int? max, int? step, bool strict)
    {
        writer.WriteStartObject();
        writer.WriteString("adjustment_type", type);
        Write(writer, "number", number);
        Write(writer, "min_size", min);
        Write(writer, "max_size", max);
        Write(writer, "min_step", step);
        writer.WriteBoolean("strict", strict);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is not { } number)
        {
            writer.WriteNull(name);
        }
        else if (number == Math.Truncate(number))
        {
            writer.WriteNumber(name, (long)number);
        }
        else
        {
            writer.WriteNumber(name, number);
        }
    }
}
