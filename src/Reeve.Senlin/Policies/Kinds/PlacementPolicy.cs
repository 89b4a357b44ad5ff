using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Senlin.Policies.Placement;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Policies.Kinds;

/// <summary>
/// <c>senlin.policy.zone_placement</c> and <c>senlin.policy.region_placement</c>: how many nodes each zone or region gains or loses.
/// </summary>
internal sealed class PlacementPolicy : SenlinPolicy
{
    private const string NoPlan = "There is no feasible plan to handle all nodes.";
    private readonly string _plural;
    private readonly bool _isZone;
    private readonly IReadOnlyList<Place> _places;

    private PlacementPolicy(bool isZone, IReadOnlyList<Place> places)
    {
        _isZone = isZone;
        _plural = isZone ? "zones" : "regions";
        _places = places;
    }

    public static PlacementPolicy Read(JsonElement properties, bool isZone, List<Mistake> mistakes)
    {
        var plural = isZone ? "zones" : "regions";
        if (properties.Of(plural).ValueKind != JsonValueKind.Array)
        {
            mistakes.Add(new Mistake(ErrorCodes.MissingField, "", $"the property `{plural}` is missing"));
        }

        // of two with the same name the last one counts, in the place of the first
        var places = new OrderedDictionary<string, Place>(StringComparer.Ordinal);
        foreach (var item in Values.Items(properties, plural))
        {
            var name = Values.Text(item, "name", "");
            places[name] = new Place(name, Values.Whole(item, "weight", 100), Values.Whole(item, "cap", -1), 0);
        }

        return new PlacementPolicy(isZone, [.. places.Values]);
    }

    public override bool Handles(PolicyQuestion question) =>
        IsBefore(question, ActionNames.ScaleOut, ActionNames.ScaleIn, ActionNames.Resize, ActionNames.NodeCreate);

    public override Decision Before(PolicyQuestion question, PolicyIdentity self)
    {
        if (CountOf(question, out var count) is { } wrong)
        {
            return wrong;
        }

        if (count.CompareTo(0) == 0)
        {
            return Decision.Nothing;
        }

        var expand = count > 0;
        count = Amount.Abs(count);
        var usable = _isZone ? question.Zones : question.Regions;
        var open = usable is null ? _places : [.. _places.Where(p => usable.Contains(p.Name))];
        if (open.Count == 0)
        {
            return Decision.Error(_isZone ? "No availability zone found available." : "No region is found usable.");
        }

        var plan = question.Mode == PlanningMode.Compat
            ? Upstream(question, open, count, expand, out var reason)
            : Proportional(question, open, count, expand, out reason);
        if (plan is null or { Count: 0 })
        {
            return Decision.Error(reason);
        }

        var side = expand ? "creation" : "deletion";
        var part = question.Data[side] as JsonObject ?? [];
        part["count"] = ResizeRule.Node(count);
        part[_plural] = plan;
        question.Data[side] = part;
        return Decision.Nothing;
    }

    private JsonObject? Upstream(PolicyQuestion question, IReadOnlyList<Place> open, Amount count, bool expand, out string reason)
    {
        reason = NoPlan;
        var counts = open.ToDictionary(p => p.Name, _ => 0L, StringComparer.Ordinal);
        foreach (var place in question.Cluster.Nodes.Select(PlaceOf).OfType<string>())
        {
            if (counts.ContainsKey(place))
            {
                counts[place]++;
            }
            else if (_isZone)
            {
                reason = $"'{place}'";
                return null;
            }
        }

        try
        {
            var plan = UpstreamPlan.Make([.. open.Select(p => p with { Current = counts[p.Name] })], count, expand);
            return plan is null ? null : new JsonObject(plan.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)ResizeRule.Node(p.Value))));
        }
        catch (ArithmeticException e)
        {
            reason = e.Message;
            return null;
        }
    }

    private JsonObject? Proportional(PolicyQuestion question, IReadOnlyList<Place> open, Amount count, bool expand, out string reason)
    {
        reason = NoPlan;
        if (!count.TryInt(out var whole) || whole > PolicyQuestion.MaxNodes)
        {
            return null;
        }

        var counts = question.Cluster.Nodes.Select(PlaceOf).OfType<string>().CountBy(p => p, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var places = open.Select(p => p with { Current = counts.GetValueOrDefault(p.Name) }).ToList();
        if (expand)
        {
            return Write(ProportionalPlan.Expand(places, whole));
        }

        if (whole > Math.Max(question.Cluster.Nodes.Count, question.Cluster.Current ?? 0))
        {
            return null;
        }

        // where the policy wants no node, the first ones go
        var named = places.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        places.AddRange(counts.Where(c => !named.Contains(c.Key)).OrderBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => new Place(c.Key, 0, null, c.Value)));
        return Write(ProportionalPlan.Shrink(places, whole));
    }

    private static JsonObject? Write(Dictionary<string, long>? plan) =>
        plan is null ? null : new JsonObject(plan.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)JsonValue.Create(p.Value))));

    private string? PlaceOf(NodeView node) => _isZone ? node.Zone : node.Region;

    // above zero for nodes to be made, below for nodes to go
    private Decision? CountOf(PolicyQuestion question, out Amount count)
    {
        count = 0;
        switch (question.Action)
        {
            case ActionNames.NodeCreate:
                count = question.Node is { } node && PlaceOf(node) is { Length: > 0 } ? 0 : 1;
                return null;
            case ActionNames.Resize:
                if (question.Part("deletion") is null && question.Part("creation") is null
                    && ResizeRule.Resolve(question) is { IsError: true } wrong)
                {
                    return wrong;
                }

                return question.Part("deletion") is { } fewer
                    ? Read(Json.From(fewer["count"]), question, isIn: true, out count)
                    : Read(Json.From(question.Part("creation")?["count"]), question, isIn: false, out count);
            default:
                var isIn = question.Action == ActionNames.ScaleIn;
                var planned = question.Data[isIn ? "deletion" : "creation"] as JsonObject;
                var given = planned is null ? question.Input("count")
                    : planned.TryGetPropertyValue("count", out var value) ? Json.From(value) : default;
                if (given.ValueKind == JsonValueKind.Undefined)
                {
                    count = isIn ? -1 : 1;
                    return null;
                }

                return Read(given, question, isIn, out count);
        }
    }

    private static Decision? Read(JsonElement given, PolicyQuestion question, bool isIn, out Amount count)
    {
        // the client spells numbers as texts
        if (!Amount.TryRead(given, out count) && !(question.Mode == PlanningMode.Fixed && Amount.TryPositive(given, out count)))
        {
            return Decision.Error(
                $"Invalid count ({Core.Policies.Properties.PythonText.Str(given)}) for action '{question.Action}'.");
        }

        count = isIn ? -count : count;
        return null;
    }
}
