using System.Diagnostics;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>What built-ins see of the evaluation they run in.</summary>
public sealed class BuiltinContext
{
    private DateTimeOffset? _time;

    /// <summary>The time of the query: the same for all calls, and not asked for before one needs it.</summary>
    public DateTimeOffset Time
    {
        get => _time ??= TimeProvider.System.GetUtcNow();
        internal set => _time = value;
    }

    /// <summary>The seed of everything random in the query.</summary>
    public ulong Seed => _seed ??= (ulong)Time.Ticks;

    /// <summary>The environment that <c>opa.runtime()</c> shows.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; internal set; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>True when built-ins may reach the network.</summary>
    public bool AllowNetwork { get; internal set; }

    /// <summary>Ends long computations.</summary>
    public CancellationToken Cancellation { get; internal set; }

    /// <summary>Takes the note of <c>trace</c>; null when nobody listens.</summary>
    public Action<string>? Note { get; internal set; }

    /// <summary>How much time the evaluation has left; what waits for others must not wait longer.</summary>
    public TimeSpan TimeLeft => Deadline == long.MaxValue
        ? TimeSpan.MaxValue
        : TimeSpan.FromSeconds(Math.Max(0, (Deadline - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency));

    /// <summary>When the evaluation must have ended, as a timestamp.</summary>
    internal long Deadline { get; set; } = long.MaxValue;

    /// <summary>Checks the limits of the evaluation and throws when one is passed; to be called in long loops.</summary>
    public Action Check { get; internal set; } = static () => { };

    /// <summary>What built-ins keep for the length of the query, by keys of their own.</summary>
    public Dictionary<object, object> Cache => _cache ??= [];

    private Dictionary<object, object>? _cache;

    private ulong? _seed;

    /// <summary>Makes it ready for the next evaluation.</summary>
    internal void Reset(DateTimeOffset? time, ulong? seed)
    {
        (_time, _seed) = (time, seed);
        _cache = null;
    }
}
