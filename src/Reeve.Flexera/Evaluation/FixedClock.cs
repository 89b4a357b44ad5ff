namespace Reeve.Flexera.Evaluation;

/// <summary>A clock that stands still: one evaluation has one time.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
