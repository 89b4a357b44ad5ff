using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>What built-ins see of the evaluation they run in.</summary>
public sealed class BuiltinContext
{
    /// <summary>The time of the query: the same for all calls.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The seed of everything random in the query.</summary>
    public ulong Seed { get; init; }

    /// <summary>The environment that <c>opa.runtime()</c> shows.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>True when built-ins may reach the network.</summary>
    public bool AllowNetwork { get; init; }

    /// <summary>Ends long computations.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Takes the note of <c>trace</c>; null when nobody listens.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Checks the limits of the evaluation and throws when one is passed; to be called in long loops.</summary>
    public Action Check { get; init; } = static () => { };

    /// <summary>What built-ins keep for the length of the query, by keys of their own.</summary>
    public Dictionary<object, object> Cache => _cache ??= [];

    private Dictionary<object, object>? _cache;
}
