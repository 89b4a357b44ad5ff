using System.Collections.Concurrent;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Health;

/// <summary>What the monitor knows of one cluster: when to look again, and which nodes it is treating.</summary>
internal sealed class Watch(string policy, HealthSettings settings, DateTimeOffset now)
{
    private readonly ConcurrentDictionary<string, (int Attempts, DateTimeOffset Last)> _treated = new(StringComparer.Ordinal);

    /// <summary>The id of the policy.</summary>
    public string Policy { get; } = policy;

    public HealthSettings Settings { get; } = settings;

    /// <summary>When all nodes are looked at again.</summary>
    public DateTimeOffset NextAt { get; set; } = now + settings.Interval;

    /// <summary>The look that is under way, or the last one.</summary>
    public Task Look { get; set; } = Task.CompletedTask;

    /// <summary>Was a recovery of the node asked for, and nobody knows yet whether it helped?</summary>
    public bool IsTreated(string node) => _treated.ContainsKey(node);

    /// <summary>The number of the next attempt on a node, from 0; null when it is too early for it.</summary>
    public int? NextAttempt(string node, DateTimeOffset now, TimeSpan longest)
    {
        if (!_treated.TryGetValue(node, out var known))
        {
            return 0;
        }

        var wait = TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, Math.Pow(2, Math.Min(known.Attempts - 1, 20))));
        return now - known.Last >= wait ? known.Attempts : null;
    }

    public void Treat(string node, int attempts, DateTimeOffset now) => _treated[node] = (attempts, now);

    /// <summary>Forgets nodes that are gone, and those that have been well for a whole interval.</summary>
    public void Forget(IReadOnlyList<NodeRecord> nodes, DateTimeOffset now)
    {
        foreach (var (id, known) in _treated)
        {
            var node = nodes.FirstOrDefault(n => n.Id == id);
            if ((node is null && now - known.Last > TimeSpan.FromHours(1))
                || (node is { Status: ClusterStatus.Active } && now - known.Last > Settings.Interval))
            {
                _treated.TryRemove(id, out _);
            }
        }
    }
}
