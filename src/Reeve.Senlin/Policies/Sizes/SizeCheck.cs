namespace Reeve.Senlin.Policies.Sizes;

/// <summary>
/// Does a wanted size fit the bounds that were given and those of the cluster? The order in which the bounds are looked at decides which
/// sentence is said, so it is Senlin's (<c>check_size_params</c>).
/// </summary>
internal static class SizeCheck
{
    /// <summary>What is wrong, or null.</summary>
    /// <param name="cluster">The cluster with its own bounds.</param>
    /// <param name="desired">The wanted size.</param>
    /// <param name="minSize">A new lower bound; null when none is given.</param>
    /// <param name="maxSize">A new upper bound, -1 for none; null when none is given.</param>
    /// <param name="isStrict">Do the cluster's own bounds count too?</param>
    public static string? ProblemOf(ClusterView cluster, Amount desired, Amount? minSize, Amount? maxSize, bool isStrict) =>
        OfDesired(cluster, desired, minSize, maxSize, isStrict) ?? OfMin(cluster, minSize, maxSize) ?? OfMax(cluster, minSize, maxSize);

    private static string? OfDesired(ClusterView cluster, Amount desired, Amount? minSize, Amount? maxSize, bool isStrict)
    {
        if (desired > PolicyQuestion.MaxNodes)
        {
            return $"The target capacity ({desired}) is greater than the maximum number of nodes allowed per cluster "
                + $"({PolicyQuestion.MaxNodes}).";
        }

        if (minSize is { } min && desired < min)
        {
            return $"The target capacity ({desired}) is less than the specified min_size ({min}).";
        }

        if (minSize is null && isStrict && desired < cluster.MinSize)
        {
            return $"The target capacity ({desired}) is less than the cluster's min_size ({cluster.MinSize}).";
        }

        if (maxSize is { } max && max >= 0 && desired > max)
        {
            return $"The target capacity ({desired}) is greater than the specified max_size ({max}).";
        }

        return maxSize is null && isStrict && cluster.MaxSize >= 0 && desired > cluster.MaxSize
            ? $"The target capacity ({desired}) is greater than the cluster's max_size ({cluster.MaxSize})."
            : null;
    }

    private static string? OfMin(ClusterView cluster, Amount? minSize, Amount? maxSize)
    {
        if (minSize is not { } min)
        {
            return null;
        }

        if (maxSize is { } max && max >= 0 && min > max)
        {
            return $"The specified min_size ({min}) is greater than the specified max_size ({max}).";
        }

        return maxSize is null && cluster.MaxSize >= 0 && min > cluster.MaxSize
            ? $"The specified min_size ({min}) is greater than the current max_size ({cluster.MaxSize}) of the cluster."
            : null;
    }

    private static string? OfMax(ClusterView cluster, Amount? minSize, Amount? maxSize)
    {
        if (maxSize is not { } max)
        {
            return null;
        }

        if (max > PolicyQuestion.MaxNodes)
        {
            return $"The specified max_size ({max}) is greater than the maximum number of nodes allowed per cluster "
                + $"({PolicyQuestion.MaxNodes}).";
        }

        return minSize is null && max >= 0 && max < cluster.MinSize
            ? $"The specified max_size ({max}) is less than the current min_size ({cluster.MinSize}) of the cluster."
            : null;
    }
}
