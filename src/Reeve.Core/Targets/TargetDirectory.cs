using System.Collections.Concurrent;
using System.Collections.Immutable;
using Reeve.Core.Identity;

namespace Reeve.Core.Targets;

/// <summary>All targets in memory. Many threads read; whoever decides about a root writes below it.</summary>
public sealed class TargetDirectory : ITargets
{
    private readonly ByScope<Places> _scopes = new(static () => new Places());
    private readonly Lock _gate = new();
    private long _version;

    /// <summary>Counts the changes: whoever looked at a version has seen every target as it is while the version is the same.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>All targets, in no order.</summary>
    public ICollection<Target> All => [.. _scopes.All.SelectMany(p => p.Targets.Values)];

    /// <inheritdoc/>
    public Target? Find(TargetKey key) => _scopes.Find(key.Scope)?.Targets.GetValueOrDefault(key.Path);

    /// <summary>The targets of a scope, in no order.</summary>
    public ICollection<Target> Of(Scope scope) => _scopes.Find(scope)?.Targets.Values ?? [];

    /// <inheritdoc/>
    public Target? Resolve(Scope scope, string pathOrAlias)
    {
        if (_scopes.Find(scope) is not { } places)
        {
            return null;
        }

        return places.Targets.TryGetValue(pathOrAlias, out var target) ? target
            : places.Aliases.TryGetValue(pathOrAlias, out var path) ? places.Targets.GetValueOrDefault(path)
            : null;
    }

    /// <summary>Is this the alias of a target, so that its path is another?</summary>
    public bool IsAlias(Scope scope, string name) => _scopes.Find(scope) is { HasAliases: true } places && places.Aliases.ContainsKey(name);

    /// <inheritdoc/>
    public IReadOnlyList<Target> Children(TargetKey key)
    {
        if (_scopes.Find(key.Scope) is not { } places || !places.Children.TryGetValue(key.Path, out var names))
        {
            return [];
        }

        var children = new List<Target>(names.Count);
        foreach (var name in names)
        {
            if (places.Targets.TryGetValue(key.Child(name).Path, out var child))
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
            var places = _scopes.Of(target.Key.Scope);
            if (places.Targets.TryGetValue(target.Key.Path, out var old) && !old.Aliases.SequenceEqual(target.Aliases))
            {
                RemoveAliases(places, old);
            }

            places.Targets[target.Key.Path] = target;
            foreach (var alias in target.Aliases)
            {
                places.Aliases[alias] = target.Key.Path;
                places.HasAliases = true;
            }

            if (target.Key.Parent is { } parent)
            {
                places.Children.AddOrUpdate(
                    parent.Path,
                    static (_, name) => ImmutableSortedSet.Create(ByNumber.Instance, name),
                    static (_, names, name) => names.Add(name),
                    target.Key.Name);
            }

            Volatile.Write(ref _version, _version + 1);
        }
    }

    /// <summary>Takes a target out, if it is there.</summary>
    public void Remove(TargetKey key)
    {
        lock (_gate)
        {
            if (_scopes.Find(key.Scope) is not { } places || !places.Targets.TryRemove(key.Path, out var old))
            {
                return;
            }

            RemoveAliases(places, old);
            if (key.Parent is { } parent && places.Children.TryGetValue(parent.Path, out var names))
            {
                places.Children[parent.Path] = names.Remove(key.Name);
            }

            Volatile.Write(ref _version, _version + 1);
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

    private static void RemoveAliases(Places places, Target target)
    {
        foreach (var alias in target.Aliases)
        {
            places.Aliases.TryRemove(KeyValuePair.Create(alias, target.Key.Path));
        }
    }

    /// <summary>The targets of one scope by path, the names of what is below each, and their aliases.</summary>
    private sealed class Places
    {
        public ConcurrentDictionary<string, Target> Targets { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, ImmutableSortedSet<string>> Children { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, string> Aliases { get; } = new(StringComparer.Ordinal);

        /// <summary>Was there ever an alias? To ask the dictionary itself would take all its locks.</summary>
        public bool HasAliases { get; set; }
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
