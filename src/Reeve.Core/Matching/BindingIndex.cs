using System.Collections.Concurrent;
using Reeve.Core.Identity;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Matching;

/// <summary>
/// Finds the bindings that want a signal. A binding hangs at one anchor: its selector's path, else its first label, else its scope; and
/// there under the services it listens to. So a look-up visits the target's path and labels, and never the bindings elsewhere.
/// Many threads read while one writes.
/// </summary>
public sealed class BindingIndex
{
    private readonly ConcurrentDictionary<Anchor, Listeners> _anchors = new();
    private readonly ConcurrentDictionary<(Scope Scope, string Name), ActiveBinding> _byName = new();
    private readonly Lock _gate = new();

    // how many anchors each kind has: a scope without label anchors skips the labels
    private int _labelAnchors;
    private int _scopeAnchors;

    private enum AnchorKind
    {
        Path,
        Label,
        Scope,
    }

    private readonly record struct Anchor(AnchorKind Kind, Scope Scope, string Name, string Value);

    /// <summary>All bindings.</summary>
    public ICollection<ActiveBinding> All => _byName.Values;

    /// <summary>The binding with a name, or null.</summary>
    public ActiveBinding? Find(Scope scope, string name) => _byName.GetValueOrDefault((scope, name));

    /// <summary>Puts a binding in, in the place of an older one of the same name.</summary>
    public void Put(ActiveBinding active)
    {
        lock (_gate)
        {
            var name = (active.Binding.Scope, active.Binding.Name);
            if (_byName.TryGetValue(name, out var old))
            {
                Unhang(old);
            }

            _byName[name] = active;
            if (active.Binding.Enabled)
            {
                Hang(active);
            }
        }
    }

    /// <summary>Takes a binding out; gives it back, or null when there was none.</summary>
    public ActiveBinding? Remove(Scope scope, string name)
    {
        lock (_gate)
        {
            if (!_byName.TryRemove((scope, name), out var old))
            {
                return null;
            }

            Unhang(old);
            return old;
        }
    }

    /// <summary>Adds the bindings that want an event of a target to the list.</summary>
    public void Match(Target target, Event seen, List<ActiveBinding> into)
    {
        foreach (var listeners in ListenersOf(target))
        {
            listeners.Match(target, seen, into);
        }
    }

    /// <summary>The bindings that want to be asked about an operation on a target, in the order of asking.</summary>
    public List<ActiveBinding> Match(Target target, string operation, OperationPhase phase)
    {
        var found = new List<ActiveBinding>();
        foreach (var listeners in ListenersOf(target))
        {
            foreach (var active in listeners.Operations)
            {
                if (active.Binding.Operations.Any(o => o.Phase == phase && (o.Operation == "*" || o.Operation == operation)) && active.Binding.Targets.Fits(target))
                {
                    found.Add(active);
                }
            }
        }

        found.Sort(static (a, b) => (a.Binding.Priority, a.Binding.Name).CompareTo((b.Binding.Priority, b.Binding.Name)));
        return found;
    }

    private ListenerWalk ListenersOf(Target target) => new(this, target);

    private void Hang(ActiveBinding active)
    {
        var anchor = AnchorOf(active.Binding);
        if (!_anchors.TryGetValue(anchor, out var listeners))
        {
            _anchors[anchor] = listeners = new Listeners();
            Count(anchor.Kind, 1);
        }

        listeners.Add(active);
    }

    private void Unhang(ActiveBinding active)
    {
        if (!active.Binding.Enabled)
        {
            return;
        }

        var anchor = AnchorOf(active.Binding);
        if (_anchors.TryGetValue(anchor, out var listeners) && listeners.Remove(active) && listeners.IsEmpty)
        {
            _anchors.TryRemove(anchor, out _);
            Count(anchor.Kind, -1);
        }
    }

    private void Count(AnchorKind kind, int change)
    {
        _labelAnchors += kind == AnchorKind.Label ? change : 0;
        _scopeAnchors += kind == AnchorKind.Scope ? change : 0;
    }

    private static Anchor AnchorOf(Binding binding)
    {
        if (binding.Targets.Path is { } path)
        {
            return new Anchor(AnchorKind.Path, binding.Scope, path, "");
        }

        foreach (var (name, value) in binding.Targets.Labels)
        {
            return new Anchor(AnchorKind.Label, binding.Scope, name, value);
        }

        return new Anchor(AnchorKind.Scope, binding.Scope, "", "");
    }

    /// <summary>Walks the anchors that a target can be reached from: its path upwards, its labels, its scope; without allocating.</summary>
    private struct ListenerWalk(BindingIndex index, Target target)
    {
        private string? _path = target.Key.Path;
        private bool _labelsBegun;
        private bool _scopeDone;
        private System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Enumerator _labels;

        public Listeners Current { get; private set; } = null!;

        public readonly ListenerWalk GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_path is { } path)
            {
                var slash = path.LastIndexOf('/');
                _path = slash < 0 ? null : path[..slash];
                if (Look(new Anchor(AnchorKind.Path, target.Key.Scope, path, "")))
                {
                    return true;
                }
            }

            if (!_labelsBegun)
            {
                _labelsBegun = true;
                _labels = target.Labels.GetEnumerator();
            }

            while (index._labelAnchors > 0 && _labels.MoveNext())
            {
                if (Look(new Anchor(AnchorKind.Label, target.Key.Scope, _labels.Current.Key, _labels.Current.Value)))
                {
                    return true;
                }
            }

            if (!_scopeDone)
            {
                _scopeDone = true;
                return index._scopeAnchors > 0 && Look(new Anchor(AnchorKind.Scope, target.Key.Scope, "", ""));
            }

            return false;
        }

        private bool Look(Anchor anchor)
        {
            if (index._anchors.TryGetValue(anchor, out var listeners))
            {
                Current = listeners;
                return true;
            }

            return false;
        }
    }

    /// <summary>The bindings at one anchor. Arrays are replaced, never changed, so that readers need no lock.</summary>
    private sealed class Listeners
    {
        private readonly ConcurrentDictionary<string, ActiveBinding[]> _byService = new(StringComparer.Ordinal);
        private ActiveBinding[] _byPattern = [];
        private ActiveBinding[] _operations = [];
        private int _count;

        public bool IsEmpty => _count == 0;

        public ActiveBinding[] Operations => _operations;

        public void Add(ActiveBinding active)
        {
            _count++;
            foreach (var service in Services(active))
            {
                _byService.AddOrUpdate(service, static (_, a) => [a], static (_, old, a) => [.. old, a], active);
            }

            if (active.Binding.Events.Any(e => e.IsPattern))
            {
                _byPattern = [.. _byPattern, active];
            }

            if (!active.Binding.Operations.IsEmpty)
            {
                _operations = [.. _operations, active];
            }
        }

        public bool Remove(ActiveBinding active)
        {
            foreach (var service in Services(active))
            {
                var left = _byService.TryGetValue(service, out var old) ? Array.FindAll(old, a => a != active) : [];
                if (left.Length == 0)
                {
                    _byService.TryRemove(service, out _);
                }
                else
                {
                    _byService[service] = left;
                }
            }

            _byPattern = Array.FindAll(_byPattern, a => a != active);
            _operations = Array.FindAll(_operations, a => a != active);
            _count--;
            return true;
        }

        public void Match(Target target, Event seen, List<ActiveBinding> into)
        {
            if (_byService.TryGetValue(seen.Service, out var listening))
            {
                Take(listening, target, seen, into);
            }

            Take(_byPattern, target, seen, into);
        }

        private static void Take(ActiveBinding[] candidates, Target target, Event seen, List<ActiveBinding> into)
        {
            foreach (var active in candidates)
            {
                if (active.Binding.Targets.Fits(target) && Wants(active.Binding, seen) && !into.Contains(active))
                {
                    into.Add(active);
                }
            }
        }

        private static bool Wants(Binding binding, Event seen)
        {
            foreach (var filter in binding.Events)
            {
                if (filter.Fits(seen))
                {
                    return true;
                }
            }

            return false;
        }

        private static IEnumerable<string> Services(ActiveBinding active) =>
            active.Binding.Events.Where(e => !e.IsPattern).Select(e => e.Service).Distinct(StringComparer.Ordinal);
    }
}
