namespace Reeve.Bench;

/// <summary>One line of the table: what was measured, in every run, and what it is to reach.</summary>
internal sealed record Figure(string What, string Unit, double[] Runs)
{
    /// <summary>What it is to reach; null where nothing is asked.</summary>
    public double? Reach { get; init; }

    /// <summary>Is more better? Else less is.</summary>
    public bool MoreIsBetter { get; init; }

    /// <summary>How it was obtained, where that is not plain.</summary>
    public string Note { get; init; } = "";

    /// <summary>The middle of the runs.</summary>
    public double Median => Samples.Percentile(Runs, 50);

    /// <summary>Does the median reach it? Null where nothing is asked.</summary>
    public bool? IsMet => Reach is not { } reach ? null : MoreIsBetter ? Median >= reach : Median <= reach;
}
