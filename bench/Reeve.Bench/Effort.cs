namespace Reeve.Bench;

/// <summary>How much is measured: all of it, or a quick look that shows whether it runs.</summary>
internal sealed record Effort(bool Quick)
{
    /// <summary>How often a short measurement is repeated.</summary>
    public int Runs => Quick ? 2 : 5;

    /// <summary>So many bindings are "many".</summary>
    public int Bindings => Quick ? 10_000 : 100_000;

    /// <summary>How long the schedules are watched.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds(Quick ? 5 : 45);
}
