using System.Numerics;
using Reeve.Senlin.Policies.Sizes;

namespace Reeve.Senlin.Policies.Placement;

/// <summary>
/// Senlin's way: the places are filled one after the other, the heaviest first (when shrinking, emptied, the lightest first), each up to
/// its share rounded up (down). It is not proportional, and what caps leave it does not hand on.
/// </summary>
internal static class UpstreamPlan
{
    /// <summary>How many nodes each place gains or loses; null when the plan does not work out.</summary>
    /// <exception cref="ArithmeticException">The weights are null or add up to nothing; upstream fails likewise.</exception>
    public static Dictionary<string, Amount>? Make(IReadOnlyList<Place> places, Amount count, bool expand)
    {
        if (places.FirstOrDefault(p => p.Weight is null || (expand && p.Cap is null)) is { } incomplete)
        {
            throw new ArithmeticException($"The weight or cap of '{incomplete.Name}' is None.");
        }

        var sum = (double)places.Sum(p => p.Weight!.Value);
        var current = places.Sum(p => p.Current);
        var total = (expand ? Amount.Of((BigInteger)current) + count : Amount.Of((BigInteger)current) - count).Real;
        var sorted = expand ? places.OrderByDescending(p => p.Weight) : places.OrderBy(p => p.Weight);
        var plan = new Dictionary<string, Amount>(StringComparer.Ordinal);
        var remain = count;
        foreach (var place in sorted)
        {
            if (sum == 0)
            {
                throw new ArithmeticException("float division by zero");
            }

            var room = Amount.Whole(Room(place, total * place.Weight!.Value / sum, expand));
            if (room <= 0)
            {
                continue;
            }

            if (room >= remain)
            {
                plan[place.Name] = remain;
                remain = 0;
                break;
            }

            plan[place.Name] = room;
            remain -= room;
        }

        return remain > 0 ? null : plan.Where(p => p.Value > 0).ToDictionary(StringComparer.Ordinal);
    }

    private static double Room(Place place, double share, bool expand)
    {
        if (!expand)
        {
            return place.Current - Math.Floor(share);
        }

        var quota = Math.Ceiling(share);
        return (place.Cap >= 0 ? Math.Min(quota, place.Cap.Value) : quota) - place.Current;
    }
}
