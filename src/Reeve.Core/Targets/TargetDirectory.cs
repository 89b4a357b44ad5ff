using System.Collections.Concurrent;
using System.Collections.Immutable;
using Reeve.Core.Identity;

namespace Reeve.Core.Targets;

/// <summary>All targets in memory. Many threads read; whoever decides about a root writes below it.</summary>
public sealed class TargetDirectory : ITargets
{
    private readonly ConcurrentDictionary<TargetKey, Target> _targets = new();
    private readonly ConcurrentDictionary<TargetKey, ImmutableSortedSet<string>> _children = new();
    private readonly ConcurrentDictionary<(Scope Scope, string Alias), TargetKey> _aliases = new();
    private readonly Lock _gate = new();

    /// <summary>All targets, in no order.</summary>
    public ICollection<Target> All => _targets.Values;

    /// <inheritdoc/>
    public Target? Find(TargetKey key) => _targets.GetValueOrDefault(key);

    /// <inheritdoc/>
    public Target? Resolve(Scope scope, string pathOrAlias)
    {
        if (_targets.TryGetValue(new TargetKey(scope, pathOrAlias), out var target))
        {
            return target;
        }

        return _aliases.TryGetValue((scope, pathOrAlias), out var key) ? Find(key) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Target> Children(TargetKey key)
    {
        if (!_children.TryGetValue(key, out var names))
        {
            return [];
        }

        var children = new List<Target>(names.Count);
        foreach (var name in names)
        {
            if (_targets.TryGetValue(key.Child(name), out var child))
            {
                children.Add(child);
            }
        }

        return children;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Target> InstancesBelow(TargetKey key)
    {
        var found = new List<Target>();
        Collect(key, found);
        return found;
    }

    /// <inheritdoc/>
    public Target? GroupOf(Target target)
    {
        for (var at = target; at is not null; at = at.Key.Parent is { } parent ? Find(parent) : null)
        {
            if (at.Capacity is not null)
            {
                return at;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public DriverChoice? DriverOf(Target target)
    {
        for (var at = target; at is not null; at = at.Key.Parent is { } parent ? Find(parent) : null)
        {
            if (at.Driver is { } driver)
            {
                return driver;
            }
        }

        return null;
    }

    /// <summary>Puts a target in, in the place of an older one.</summary>
    public void Put(Target target)
    {
        lock (_gate)
        {
            if (_targets.TryGetValue(target.Key, out var old) && !old.Aliases.SequenceEqual(target.Aliases))
            {
                RemoveAliases(old);
            }

            _targets[target.Key] = target;
            foreach (var alias in target.Aliases)
            {
                _aliases[(target.Key.Scope, alias)] = target.Key;
            }

            if (target.Key.Parent is { } parent)
            {
                _children.AddOrUpdate(parent, static (_, name) => ImmutableSortedSet.Create(ByNumber.Instance, name), static (_, names, name) => names.Add(name), target.Key.Name);
            }
        }
    }

    /// <summary>Takes a target out, if it is there.</summary>
    public void Remove(TargetKey key)
    {
        lock (_gate)
        {
            if (!_targets.TryRemove(key, out var old))
            {
                return;
            }

            RemoveAliases(old);
            if (key.Parent is { } parent && _children.TryGetValue(parent, out var names))
            {
                _children[parent] = names.Remove(key.Name);
            }
        }
    }

    private void Collect(TargetKey key, List<Target> into)
    {
        if (Find(key) is { Kind: TargetKinds.Instance } instance)
        {
            into.Add(instance);
        }

        foreach (var child in Children(key))
        {
            Collect(child.Key, into);
        }
    }

    private void RemoveAliases(Target target)
    {
        foreach (var alias in target.Aliases)
        {
            _aliases.TryRemove(KeyValuePair.Create((target.Key.Scope, alias), target.Key));
        }
    }

    /// <summary><c>web-2</c> comes before <c>web-10</c>.</summary>
    private sealed class ByNumber : IComparer<string>
    {
        public static readonly ByNumber Instance = new();

        public int Compare(string? left, string? right)
        {
            var (leftStem, leftNumber) = Split(left ?? "");
            var (rightStem, rightNumber) = Split(right ?? "");
            var byStem = leftStem.CompareTo(rightStem, StringComparison.Ordinal);
            if (byStem != 0)
            {
                return byStem;
            }

            var byNumber = leftNumber.CompareTo(rightNumber);
            return byNumber != 0 ? byNumber : string.CompareOrdinal(left, right);
        }

        private static (ReadOnlyStem Stem, long Number) Split(string name)
        {
            var end = name.Length;
            while (end > 0 && char.IsAsciiDigit(name[end - 1]))
            {
                end--;
            }

            return (new ReadOnlyStem(name, end), end < name.Length && long.TryParse(name.AsSpan(end), out var number) ? number : -1);
        }

        private readonly record struct ReadOnlyStem(string Text, int Length)
        {
            public int CompareTo(ReadOnlyStem other, StringComparison comparison) =>
                Text.AsSpan(0, Length).CompareTo(other.Text.AsSpan(0, other.Length), comparison);
        }
    }
}

/// <summary>The kinds of target that have a meaning to Reeve itself.</summary>
public static class TargetKinds
{
    /// <summary>One running thing, operated by a driver.</summary>
    public const string Instance = "instance";

    /// <summary>A number of alike instances.</summary>
    public const string Group = "group";
}
