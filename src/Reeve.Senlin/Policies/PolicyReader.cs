using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies;
using Reeve.Core.Policies.Properties;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Policies;

/// <summary>A policy spec as Senlin's clients send it, read.</summary>
/// <param name="Type">Its type; null when there is none of the name.</param>
/// <param name="TypeName">The name that was asked for.</param>
/// <param name="Properties">The values, coerced, defaults filled in; an object.</param>
/// <param name="Mistakes">All that is wrong, paths from the spec's root.</param>
public sealed record PolicySpec(PolicyType? Type, string TypeName, JsonElement Properties, IReadOnlyList<Mistake> Mistakes)
{
    /// <summary>The policy that the values make; null when there are mistakes.</summary>
    internal SenlinPolicy? Policy { get; init; }
}

/// <summary>Reads policy specs: the envelope, the schema of the type, and what the type wants beyond its schema.</summary>
public static class PolicyReader
{
    private static readonly string[] Keys = ["type", "version", "description", "properties"];

    /// <summary>Reads a spec. Never throws for what it says; a type that does not exist is no mistake of the spec but a null.</summary>
    /// <param name="spec">The spec; an object.</param>
    /// <param name="isUpstream">Is what upstream refuses refused too, where Reeve could do it?</param>
    /// <param name="minInterval">The shortest interval of a health policy, in seconds.</param>
    public static PolicySpec Read(JsonElement spec, bool isUpstream, int minInterval = HealthPolicy.MinInterval)
    {
        var mistakes = new List<Mistake>();
        if (spec.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(new Mistake(ErrorCodes.WrongType, "", $"expected an object, found {Quote.Value(spec)}"));
            return new PolicySpec(null, "", Json.EmptyObject, mistakes);
        }

        foreach (var key in (ReadOnlySpan<string>)["type", "version"])
        {
            if (spec.Of(key).ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            {
                mistakes.Add(new Mistake(
                    ErrorCodes.MissingField, $"/{key}", $"The '{key}' key is missing from the provided spec map."));
            }
        }

        foreach (var name in spec.EnumerateObject().Select(m => m.Name).Except(Keys, StringComparer.Ordinal))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.UnknownField, JsonPointer.Member("", name), $"Unrecognizable spec item '{name}'{DidYouMean.Hint(name, Keys)}"));
        }

        var typeName = $"{Spell(spec, "type")}-{Spell(spec, "version")}";
        var type = SenlinTypes.Find(typeName);
        if (type is null)
        {
            return new PolicySpec(null, typeName, Json.EmptyObject, mistakes);
        }

        var given = spec.Of("properties");
        if (given.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(given.ValueKind == JsonValueKind.Undefined
                ? new Mistake(ErrorCodes.MissingField, "/properties", "Required spec item 'properties' not provided")
                : new Mistake(ErrorCodes.WrongType, "/properties", $"expected an object, found {Quote.Value(given)}"));
            return new PolicySpec(type, typeName, Json.EmptyObject, mistakes);
        }

        var read = PropertyReader.Read(type.Properties, given, "/properties", type.Coercion);
        mistakes.AddRange(read.Mistakes);
        SenlinPolicy? policy = null;
        if (mistakes.Count == 0)
        {
            var beyond = new List<Mistake>();
            policy = ReadValues(type, read.Values, beyond, minInterval);
            if (isUpstream && type.Name == SenlinTypes.Prefix + "health" && type.Version != "1.2")
            {
                HealthPolicy.CheckUpstream(read.Values, beyond);
            }

            mistakes.AddRange(beyond.Select(m => m with { Path = "/properties" + m.Path }));
        }

        return new PolicySpec(type, typeName, read.Values, mistakes) { Policy = mistakes.Count == 0 ? policy : null };
    }

    /// <summary>Reads a spec that was accepted when it came in.</summary>
    public static PolicySpec ReadKept(JsonElement spec) => Read(spec, isUpstream: false, minInterval: 0);

    /// <summary>
    /// What stands in the way of putting a policy of these values on a cluster, though it could be created: paths below the properties.
    /// </summary>
    public static IReadOnlyList<Mistake> CheckUse(PolicyType type, JsonElement properties)
    {
        var mistakes = new List<Mistake>();
        switch (type.Name[SenlinTypes.Prefix.Length..])
        {
            case "batch":
                BatchPolicy.CheckUse(properties, "", mistakes);
                break;
            case "deletion":
                DeletionPolicy.CheckUse(properties, "", mistakes);
                break;
        }

        return mistakes;
    }

    /// <summary>The policy of values that the schema has let through.</summary>
    internal static SenlinPolicy? ReadValues(PolicyType type, JsonElement values, List<Mistake> mistakes, int minInterval) =>
        type.Name[SenlinTypes.Prefix.Length..] switch
        {
            "scaling" => ScalingPolicy.Read(values, mistakes),
            "batch" => BatchPolicy.Read(values),
            "deletion" => DeletionPolicy.Read(values),
            "zone_placement" => PlacementPolicy.Read(values, isZone: true, mistakes),
            "region_placement" => PlacementPolicy.Read(values, isZone: false, mistakes),
            "affinity" => AffinityPolicy.Read(values),
            "loadbalance" => LoadBalancePolicy.Read(values),
            "health" => HealthPolicy.Read(values, minInterval, mistakes),
            _ => null,
        };

    private static string Spell(JsonElement spec, string name) =>
        spec.Of(name) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } value ? PythonText.Str(value) : "None";
}
