using System.Collections.Concurrent;
using System.Globalization;
using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Targets;
using Reeve.Engines.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Runtime;

namespace Reeve.Server.Intake.Riemann;

/// <summary>
/// Finds the target that an event speaks of: what its attributes name, else its host. A host that no document declares becomes a target
/// of the kind <c>host</c> when the first binding wants an event of it, is kept like every other target, and goes when it was silent long.
/// </summary>
internal sealed class RiemannHosts(LoopRuntime runtime, Scope scope, RiemannOptions options)
{
    /// <summary>The kind of targets made here.</summary>
    public const string Kind = "host";

    private const int LongestHost = 200;

    // what events may name their target with, in the order of asking: Reeve's word, then those of Cloudify's agents
    private static readonly string[] _naming = ["target", "node_id", "node_name"];
    private readonly ConcurrentDictionary<string, Target> _candidates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TargetKey, DateTimeOffset> _seen = new();

    /// <summary>How many targets were made here.</summary>
    public int Count => _seen.Count;

    /// <summary>Takes up what was made before the last stop.</summary>
    public void TakeUp()
    {
        foreach (var target in runtime.Targets.Of(scope).Where(t => t.Kind == Kind && !t.Declared))
        {
            _seen[target.Key] = runtime.Time.GetUtcNow();
        }
    }

    /// <summary>The declared (or made) target that an event speaks of, or null.</summary>
    public Target? Find(StreamEvent seen)
    {
        if (seen.Attributes.Length > 0)
        {
            foreach (var name in _naming)
            {
                if (StreamFields.Text(seen, name) is { } named && runtime.Targets.Resolve(scope, named) is { } target)
                {
                    return target;
                }
            }
        }

        return seen.Host is { } host ? runtime.Targets.Resolve(scope, host) : null;
    }

    /// <summary>The target that an unknown host would be; null when it cannot be one.</summary>
    public Target? Candidate(string? host)
    {
        if (host is not { Length: > 0 and <= LongestHost })
        {
            return null;
        }

        if (_candidates.TryGetValue(host, out var known))
        {
            return known;
        }

        if (_candidates.Count >= options.MaxHosts)
        {
            _candidates.Clear();
        }

        var path = PathOf(host);
        return _candidates[host] = new Target
        {
            Key = new TargetKey(scope, path),
            Kind = Kind,
            Aliases = path == host ? [] : [host],
            CreatedAt = runtime.Time.GetUtcNow(),
        };
    }

    /// <summary>Makes a candidate a target; false when there are too many.</summary>
    public bool Admit(Target candidate)
    {
        var now = runtime.Time.GetUtcNow();
        if (_seen.Count >= options.MaxHosts && !_seen.ContainsKey(candidate.Key))
        {
            return false;
        }

        if (_seen.TryAdd(candidate.Key, now) && runtime.Targets.Find(candidate.Key) is null)
        {
            // it is there at once for what comes next; the record follows
            runtime.Targets.Put(candidate);
            var changes = new ChangeSet();
            changes.Targets.Add(candidate);
            changes.Journal.Add(Entry(candidate.Key, $"`{candidate.Key}` is a target now: an event of this host is wanted", now));
            Change(changes, now);
        }

        return true;
    }

    /// <summary>Takes out the hosts that were silent for long; those that are in the index are not silent.</summary>
    public void Sweep(IReadOnlySet<string> hosts)
    {
        var now = runtime.Time.GetUtcNow();
        var changes = new ChangeSet();
        foreach (var (key, last) in _seen)
        {
            if (runtime.Targets.Find(key) is not { Kind: Kind, Declared: false } target)
            {
                // somebody has declared it, or taken it out
                _seen.TryRemove(key, out _);
            }
            else if (hosts.Contains(target.Aliases.IsEmpty ? key.Path : target.Aliases[0]))
            {
                _seen[key] = now;
            }
            else if (now - last > options.HostMemory)
            {
                _seen.TryRemove(key, out _);
                changes.RemovedTargets.Add(key);
                changes.Journal.Add(Entry(key, $"`{key}` is no target any more: nothing was heard of this host for long", now));
            }
        }

        if (changes.RemovedTargets.Count > 0)
        {
            Change(changes, now);
        }
    }

    private static string PathOf(string host)
    {
        if (ResourceDocument.IsName(host))
        {
            return host;
        }

        var path = string.Concat(host.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'
            ? c.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"_{(int)c:x}_")));
        return path is "." or ".." ? $"_{path}" : path;
    }

    private void Change(ChangeSet changes, DateTimeOffset now) => _ = runtime.AskAsync(owner =>
    {
        owner.Change(changes, now, null);
        return true;
    });

    private JournalEntry Entry(TargetKey key, string summary, DateTimeOffset now) => new()
    {
        At = now,
        Scope = scope,
        Kind = JournalKinds.TargetChanged,
        Who = "riemann",
        Summary = summary,
        Target = key.Path,
    };
}
