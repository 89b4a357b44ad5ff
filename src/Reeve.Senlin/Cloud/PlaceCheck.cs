using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Senlin.Policies;

namespace Reeve.Senlin.Cloud;

/// <summary>Does a policy name places that there are? Looked at when it is made, not when it is only validated.</summary>
internal static class PlaceCheck
{
    /// <summary>What is wrong, or null.</summary>
    public static string? Of(PolicySpec spec)
    {
        var type = spec.TypeName[..Math.Max(0, spec.TypeName.LastIndexOf('-'))];
        var (key, missing) = type switch
        {
            "senlin.policy.zone_placement" => ("name", Names(spec, "zones").Where(z => !SimulatedCloud.Zones.Contains(z))),
            "senlin.policy.region_placement" => ("name", Names(spec, "regions").Where(r => !SimulatedCloud.HasRegion(r))),
            "senlin.policy.affinity" => (
                "availability_zone", Zone(spec).Where(z => !SimulatedCloud.Zones.Contains(z))),
            _ => ("", []),
        };
        var names = missing.Select(n => $"'{n}'").ToList();
        return names.Count == 0 ? null
            : key == "name" ? $"The specified name '[{string.Join(", ", names)}]' could not be found."
            : $"The specified {key} {names[0]} could not be found.";
    }

    private static IEnumerable<string> Names(PolicySpec spec, string list) =>
        spec.Properties.TryGetProperty(list, out var places) && places.ValueKind == JsonValueKind.Array
            ? places.EnumerateArray().Select(p => p.Text("name")).OfType<string>()
            : [];

    private static IEnumerable<string> Zone(PolicySpec spec) =>
        spec.Properties.Text("availability_zone") is { Length: > 0 } zone ? [zone] : [];
}
