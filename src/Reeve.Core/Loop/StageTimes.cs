namespace Reeve.Core.Loop;

/// <summary>
/// How long the steps of the loop take: one pass in <see cref="Every"/> is timed, as timing all would cost more than the steps that match
/// nothing. Written by the owner, read by anybody.
/// </summary>
public sealed class StageTimes
{
    private readonly long[] _count = new long[ClosedLoop.Order.Length];
    private readonly long[] _nanoseconds = new long[ClosedLoop.Order.Length];
    private int _turn;

    /// <summary>One pass of so many is timed.</summary>
    public const int Every = 64;

    /// <summary>For each step of <see cref="ClosedLoop.Order"/>: how often it was timed, and the nanoseconds in all.</summary>
    public (long Count, long Nanoseconds) Of(int step) => (Volatile.Read(ref _count[step]), Volatile.Read(ref _nanoseconds[step]));

    internal bool IsTurn() => ++_turn % Every == 0;

    internal void Add(int step, long nanoseconds)
    {
        Volatile.Write(ref _count[step], _count[step] + 1);
        Volatile.Write(ref _nanoseconds[step], _nanoseconds[step] + nanoseconds);
    }
}
