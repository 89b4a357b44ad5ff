using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Policies.Properties;

namespace Reeve.Senlin.Policies.Sizes;

/// <summary>Turns the inputs of a resize into a number of nodes to make or to remove (<c>parse_resize_params</c>).</summary>
internal static class ResizeRule
{
    /// <summary>The values of <c>adjustment_type</c>.</summary>
    public const string Exact = "EXACT_CAPACITY";

    /// <summary>So many more, or fewer.</summary>
    public const string Change = "CHANGE_IN_CAPACITY";

    /// <summary>So many of a hundred more, or fewer.</summary>
    public const string Percentage = "CHANGE_IN_PERCENTAGE";

    /// <summary>Writes <c>creation.count</c> or <c>deletion.count</c> into the data; an error when the size does not fit.</summary>
    public static Decision Resolve(PolicyQuestion question)
    {
        var cluster = question.Cluster;

        // upstream takes a cluster without nodes for one whose size it does not know
        var current = cluster.Current is { } known && (known != 0 || question.Mode == PlanningMode.Fixed) ? known : cluster.DesiredCapacity;
        Amount desired = current;
        if (Optional(question, "min_size", out var minSize) is { } min)
        {
            return min;
        }

        if (Optional(question, "max_size", out var maxSize) is { } max)
        {
            return max;
        }

        var type = question.Input("adjustment_type");
        if (type.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            if (Adjusted(question, type, current, out desired) is { } wrong)
            {
                return wrong;
            }
        }

        var strict = question.Input("strict");
        if (strict.ValueKind is JsonValueKind.Undefined or JsonValueKind.False)
        {
            desired = Truncated(cluster, desired, minSize, maxSize);
        }

        if (SizeCheck.ProblemOf(cluster, desired, minSize, maxSize, IsTrue(strict)) is { } problem)
        {
            return Decision.Error(problem);
        }

        var fewer = current - desired;
        question.Data[fewer > 0 ? "deletion" : "creation"] = new JsonObject { ["count"] = Node(Amount.Abs(fewer)) };
        return Decision.Nothing;
    }

    /// <summary>A number as a node of the data.</summary>
    public static JsonNode Node(Amount amount) => amount.TryInt(out var whole) ? JsonValue.Create(whole) : JsonNode.Parse(Text(amount))!;

    private static string Text(Amount amount) => Core.Documents.Json.Build(amount.WriteTo).GetRawText();

    private static Decision? Adjusted(PolicyQuestion question, JsonElement type, Amount current, out Amount desired)
    {
        desired = current;
        var given = question.Input("number");
        if (!Amount.TryRead(given, out var number))
        {
            return NoNumber("number", given);
        }

        switch (type.ValueKind == JsonValueKind.String ? type.GetString() : "")
        {
            case Exact:
                desired = number;
                return null;
            case Change:
                desired = current + number;
                return null;
            default:
                if (Optional(question, "min_step", out var step) is { } wrong)
                {
                    return wrong;
                }

                desired = current + Rounded((number * current).Real / 100.0, step);
                return null;
        }
    }

    // below one node it goes away from zero, above towards it
    private static Amount Rounded(double delta, Amount? step)
    {
        var away = delta > 0 ? Math.Ceiling(delta) : Math.Floor(delta);
        var rounded = Amount.Whole(Math.Abs(delta) < 1 ? away : delta);
        return step is { } least && least > Amount.Abs(rounded) ? rounded > 0 ? least : -least : rounded;
    }

    private static Amount Truncated(ClusterView cluster, Amount desired, Amount? minSize, Amount? maxSize)
    {
        var least = minSize ?? cluster.MinSize;
        var most = maxSize ?? cluster.MaxSize;
        var raised = desired < least ? least : desired;
        return most > 0 && raised > most ? most : raised;
    }

    private static Decision? Optional(PolicyQuestion question, string name, out Amount? amount)
    {
        var given = question.Input(name);
        amount = null;
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        if (!Amount.TryRead(given, out var number))
        {
            return NoNumber(name, given);
        }

        amount = number;
        return null;
    }

    private static Decision NoNumber(string name, JsonElement given) =>
        Decision.Error($"The value '{PythonText.Str(given)}' of '{name}' is no number.");

    private static bool IsTrue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => value.GetDouble() != 0,
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => false,
    };
}
