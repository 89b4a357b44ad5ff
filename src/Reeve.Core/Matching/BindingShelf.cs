using System.Collections.Concurrent;
using Reeve.Core.Targets;

namespace Reeve.Core.Matching;

/// <summary>The bindings of one scope: by name, and hung up at their anchors. Many threads read while one writes.</summary>
internal sealed class BindingShelf
{
    private readonly ConcurrentDictionary<string, Listeners> _byPath = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, string Value), Listeners> _byLabel = new();
    private readonly Listeners _anywhere = new();

    // how many bindings listen to each service by name, and how many by a pattern: most events end here
    private readonly ConcurrentDictionary<string, int> _services = new(StringComparer.Ordinal);
    private int _patterns;

    /// <summary>By name.</summary>
    public ConcurrentDictionary<string, ActiveBinding> ByName { get; } = new(StringComparer.Ordinal);

    /// <summary>May anybody here listen to the service?</summary>
    public bool MayWant(string service) => _patterns > 0 || _services.ContainsKey(service);

    /// <summary>The places that a target can be reached from: its path upwards, its labels, anywhere.</summary>
    public ListenerWalk ListenersOf(Target target) => new(this, target);

    /// <summary>Hangs a binding up at its anchor.</summary>
    public void Hang(ActiveBinding active)
    {
        Count(active, 1);
        At(active.Binding.Targets).Add(active);
    }

    /// <summary>Takes a binding from its anchor.</summary>
    public void Unhang(ActiveBinding active)
    {
        var selector = active.Binding.Targets;
        var listeners = At(selector);
        listeners.Remove(active);
        if (listeners.IsEmpty && selector.Path is { } path)
        {
            _byPath.TryRemove(path, out _);
        }
        else if (listeners.IsEmpty && FirstLabel(selector) is { } label)
        {
            _byLabel.TryRemove(label, out _);
        }

        Count(active, -1);
    }

    private Listeners At(TargetSelector selector) =>
        selector.Path is { } path ? _byPath.GetOrAdd(path, static _ => new Listeners())
        : FirstLabel(selector) is { } label ? _byLabel.GetOrAdd(label, static _ => new Listeners())
        : _anywhere;

    private static (string Name, string Value)? FirstLabel(TargetSelector selector)
    {
        foreach (var (name, value) in selector.Labels)
        {
            return (name, value);
        }

        return null;
    }

    private void Count(ActiveBinding active, int change)
    {
        foreach (var service in Listeners.Services(active))
        {
            if (_services.AddOrUpdate(service, static (_, c) => c, static (_, old, c) => old + c, change) == 0)
            {
                _services.TryRemove(service, out _);
            }
        }

        _patterns += active.Binding.Events.Any(e => e.IsPattern) ? change : 0;
    }

    /// <summary>Walks the places without allocating.</summary>
    internal struct ListenerWalk(BindingShelf shelf, Target target)
    {
        private readonly ConcurrentDictionary<string, Listeners>.AlternateLookup<ReadOnlySpan<char>> _paths =
            shelf._byPath.GetAlternateLookup<ReadOnlySpan<char>>();

        private int _length = target.Key.Path.Length;
        private bool _labelsBegun;
        private bool _anywhereDone;
        private System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Enumerator _labels;

        public Listeners Current { get; private set; } = null!;

        public readonly ListenerWalk GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_length > 0)
            {
                var path = target.Key.Path.AsSpan(0, _length);
                _length = path.LastIndexOf('/');
                if (_paths.TryGetValue(path, out var found))
                {
                    Current = found;
                    return true;
                }
            }

            return MoveToLabel() || MoveAnywhere();
        }

        private bool MoveToLabel()
        {
            if (target.Labels.IsEmpty || shelf._byLabel.IsEmpty)
            {
                return false;
            }

            if (!_labelsBegun)
            {
                _labelsBegun = true;
                _labels = target.Labels.GetEnumerator();
            }

            while (_labels.MoveNext())
            {
                if (shelf._byLabel.TryGetValue((_labels.Current.Key, _labels.Current.Value), out var found))
                {
                    Current = found;
                    return true;
                }
            }

            return false;
        }

        private bool MoveAnywhere()
        {
            if (_anywhereDone)
            {
                return false;
            }

            _anywhereDone = true;
            Current = shelf._anywhere;
            return true;
        }
    }
}
