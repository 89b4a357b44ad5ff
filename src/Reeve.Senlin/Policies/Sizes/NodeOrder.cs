namespace Reeve.Senlin.Policies.Sizes;

/// <summary>Which nodes go first: bad ones, then ones that were never made, then the good ones by a rule.</summary>
internal static class NodeOrder
{
    /// <summary>The ids of the nodes that are bad or not made, and the others as they are.</summary>
    public static (List<string> Bad, List<NodeView> Good) Split(IEnumerable<NodeView> nodes)
    {
        var bad = new List<string>();
        var unmade = new List<string>();
        var good = new List<NodeView>();
        foreach (var node in nodes)
        {
            if (node.Status is "ERROR" or "WARNING" || node.IsTainted)
            {
                bad.Add(node.Id);
            }
            else if (node.CreatedAt is null)
            {
                unmade.Add(node.Id);
            }
            else
            {
                good.Add(node);
            }
        }

        bad.AddRange(unmade);
        return (bad, good);
    }

    /// <summary>
    /// So many nodes, the most dispensable first; null when there are not enough. A negative count leaves so many bad ones out at
    /// the end, as a slice does.
    /// </summary>
    public static List<string>? Pick(IEnumerable<NodeView> nodes, int count, string criteria, Random random)
    {
        var (chosen, good) = Split(nodes);
        if (count <= chosen.Count)
        {
            return chosen.Slice(0, Math.Max(0, count < 0 ? chosen.Count + count : count));
        }

        var missing = count - chosen.Count;
        if (missing > good.Count)
        {
            return null;
        }

        chosen.AddRange(Ordered(good, criteria, random).Take(missing).Select(n => n.Id));
        return chosen;
    }

    private static IEnumerable<NodeView> Ordered(List<NodeView> good, string criteria, Random random)
    {
        switch (criteria)
        {
            case "RANDOM":
                var shuffled = good.ToArray();
                random.Shuffle(shuffled);
                return shuffled;
            case "OLDEST_FIRST":
                return good.OrderBy(n => n.CreatedAt);
            case "OLDEST_PROFILE_FIRST":
                return good.OrderBy(n => n.ProfileCreatedAt);
            default:
                // taken from the end of the sorted list, so that equals come in reverse
                return good.OrderBy(n => n.CreatedAt).Reverse();
        }
    }
}
