namespace Reeve.Senlin.Policies.Placement;

/// <summary>
/// Reeve's way: node by node to the place that is furthest from its share, so that the places end within one node of their weights. What a
/// full place cannot take goes to the others, again by weight. Of equals the one that is named first is taken.
/// </summary>
internal static class ProportionalPlan
{
    /// <summary>How many nodes each place gains; null when they cannot all be held.</summary>
    public static Dictionary<string, long>? Expand(IReadOnlyList<Place> places, int count)
    {
        var open = Open(places);
        var weights = Weights(open);
        var gains = new long[open.Count];
        var total = open.Sum(p => p.Current) + count;
        long sum = weights.Sum();
        for (var left = count; left > 0; left--)
        {
            var best = Furthest(open, i => HasRoom(open[i], gains[i]), i => Lack(total, weights[i], sum, open[i].Current + gains[i]));
            if (best < 0)
            {
                return null;
            }

            if (Lack(total, weights[best], sum, open[best].Current + gains[best]) <= 0)
            {
                // all that has room has its share: what is left is shared out among those alone
                best = Shared(open, weights, gains, left);
            }

            gains[best]++;
        }

        return Named(open, gains);
    }

    /// <summary>How many nodes each place loses; what they do not hold is left out of the plan, so its sum may be less.</summary>
    public static Dictionary<string, long> Shrink(IReadOnlyList<Place> places, int count)
    {
        var weights = Weights(places);
        var losses = new long[places.Count];
        var total = places.Sum(p => p.Current) - count;
        long sum = weights.Sum();
        for (var left = count; left > 0; left--)
        {
            var best = Furthest(
                places, i => places[i].Current > losses[i], i => -Lack(total, weights[i], sum, places[i].Current - losses[i]));
            if (best < 0)
            {
                break;
            }

            losses[best]++;
        }

        return Named(places, losses);
    }

    private static List<Place> Open(IReadOnlyList<Place> places)
    {
        // a place of no weight is for nobody, unless none has any
        var weighty = places.Where(p => p.Weight is null or > 0).ToList();
        return weighty.Count > 0 ? [.. places] : [.. places.Select(p => p with { Weight = 1 })];
    }

    private static long[] Weights(IReadOnlyList<Place> places)
    {
        // a weight is a share, and a share beyond this is all there is
        const long most = 1_000_000_000;
        long[] weights = [.. places.Select(p => Math.Clamp(p.Weight ?? 100, 0, most))];
        return weights.Any(w => w > 0) ? weights : [.. weights.Select(_ => 1L)];
    }

    private static int Shared(List<Place> places, long[] weights, long[] gains, int left)
    {
        var open = Enumerable.Range(0, places.Count).Where(i => HasRoom(places[i], gains[i])).ToList();
        var weighty = open.Where(i => weights[i] > 0).ToList();
        var takers = weighty.Count > 0 ? weighty : open;
        var sum = takers.Sum(i => Math.Max(1, weights[i]));
        var total = takers.Sum(i => places[i].Current + gains[i]) + left;
        return takers[Furthest(
            takers, _ => true, i => Lack(total, Math.Max(1, weights[takers[i]]), sum, places[takers[i]].Current + gains[takers[i]]))];
    }

    // how many nodes are missing to the share, times the sum of the weights: whole numbers, so that equals are equal
    private static Int128 Lack(long total, long weight, long sum, long current) => ((Int128)total * weight) - ((Int128)current * sum);

    private static bool HasRoom(Place place, long gain) => place.Cap is null or < 0 || place.Current + gain < place.Cap;

    private static int Furthest<T>(IReadOnlyList<T> items, Func<int, bool> isOpen, Func<int, Int128> lackOf)
    {
        var best = -1;
        Int128 most = 0;
        for (var i = 0; i < items.Count; i++)
        {
            if (isOpen(i) && lackOf(i) is var lack && (best < 0 || lack > most))
            {
                (best, most) = (i, lack);
            }
        }

        return best;
    }

    private static Dictionary<string, long> Named(IReadOnlyList<Place> places, long[] changes) =>
        Enumerable.Range(0, places.Count).Where(i => changes[i] > 0)
            .ToDictionary(i => places[i].Name, i => changes[i], StringComparer.Ordinal);
}
