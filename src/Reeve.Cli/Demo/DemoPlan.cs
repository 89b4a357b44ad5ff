namespace Reeve.Cli.Demo;

/// <summary>
/// What happens when: the load over time, and what the demonstration does
/// by itself. A run with an end is fitted into it; one without goes round.
/// </summary>
internal sealed class DemoPlan(TimeSpan? exitAfter)
{
    /// <summary>The shortest run in which everything can be seen.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(60);

    private readonly TimeSpan _length = exitAfter ?? Round;

    /// <summary>Does it kill and approve by itself, and end?</summary>
    public bool ActsByItself => exitAfter is not null;

    /// <summary>When it ends; null for never.</summary>
    public TimeSpan? End => exitAfter;

    /// <summary>When it kills a worker.</summary>
    public TimeSpan Kill => _length * 0.36;

    /// <summary>Requests in a second, that long after the workers are there: quiet, then busy, then quiet again.</summary>
    public double RateAt(TimeSpan elapsed)
    {
        var share = exitAfter is null ? elapsed.Ticks % _length.Ticks / (double)_length.Ticks : elapsed / _length;
        return share switch
        {
            < 0.08 => 6,
            < 0.50 => 70,
            _ => 4,
        };
    }
}
