using System.Collections.Concurrent;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Matching;

/// <summary>
/// The bindings of one scope: by name, and hung up at their anchors. Those that name a path and a service, which is nearly all, hang
/// under the two together, so that an event that nobody wants at its target meets nothing at all. Many threads read while one writes.
/// </summary>
internal sealed class BindingShelf
{
    // stands for all services at a place where a pattern listens
    private const string AnyService = "*";

    private readonly ConcurrentDictionary<PlacedService, ActiveBinding[]> _byService = new(PlacedServiceComparer.Instance);
    private readonly ConcurrentDictionary<string, Listeners> _byPath = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, string Value), Listeners> _byLabel = new();
    private readonly Listeners _anywhere = new();

    // how many bindings listen to each service by name, and how many by a pattern: most events end here
    private readonly ConcurrentDictionary<string, int> _services = new(StringComparer.Ordinal);
    private int _patterns;

    // the same of those alone that name no path
    private readonly ConcurrentDictionary<string, int> _wideServices = new(StringComparer.Ordinal);
    private int _wide;
    private int _widePatterns;

    // where those that name a path hang. INVARIANT: what hangs is in it; what was taken away may still be, until it is made anew
    private volatile PlaceFilter _places = new(0);

    // how many anchors of a kind there are: none need not be looked for
    private int _paths;
    private int _labels;

    /// <summary>By name.</summary>
    public ConcurrentDictionary<string, ActiveBinding> ByName { get; } = new(StringComparer.Ordinal);

    /// <summary>May anybody here listen to the service?</summary>
    public bool MayWant(string service) => _patterns > 0 || _services.ContainsKey(service);

    /// <summary>
    /// May anybody here listen to the service of a target with this path? When not, and the path is no other name of a target, it does
    /// not matter whether there is such a target.
    /// </summary>
    public bool MayWant(string path, string service)
    {
        if (_wide > 0 && (_widePatterns > 0 || _wideServices.ContainsKey(service)))
        {
            return true;
        }

        var places = _places;
        return places.Look(path, service) != 0 || _patterns > _widePatterns && places.Look(path, AnyService) != 0;
    }

    /// <summary>Adds the bindings that want an event of a target to the list.</summary>
    public void Match(Target target, Event seen, List<ActiveBinding> into)
    {
        if (_places.Look(target.Key.Path, seen.Service) is > 0 and var perhaps)
        {
            MatchPlaced(target, seen, perhaps, into);
        }

        if (_paths + _labels == 0)
        {
            _anywhere.Match(target, seen, into);
            return;
        }

        foreach (var listeners in Walk(target))
        {
            listeners.Match(target, seen, into);
        }
    }

    /// <summary>
    /// The places that a target can be reached from: its path upwards, its
    /// labels, anywhere. Without the services that hang at paths by name.
    /// </summary>
    public IEnumerable<Listeners> ListenersOf(Target target) => _paths + _labels == 0 ? [_anywhere] : Walk(target);

    /// <summary>Hangs a binding up at its anchor.</summary>
    public void Hang(ActiveBinding active)
    {
        Count(active, 1);
        if (active.Binding.Targets.Path is { } path)
        {
            foreach (var service in Listeners.Services(active))
            {
                _byService.AddOrUpdate(new PlacedService(path, service), static (_, a) => [a], static (_, old, a) => [.. old, a], active);
                Place(path, service);
            }

            if (!Listeners.IsByNameOnly(active))
            {
                Place(path, AnyService);
                _byPath.GetOrAdd(path, static _ => new Listeners(byName: false)).Add(active);
                _paths++;
            }
        }
        else if (FirstLabel(active) is { } label)
        {
            _byLabel.GetOrAdd(label, static _ => new Listeners(byName: true)).Add(active);
            _labels++;
        }
        else
        {
            _anywhere.Add(active);
        }
    }

    /// <summary>Takes a binding from its anchor.</summary>
    public void Unhang(ActiveBinding active)
    {
        if (active.Binding.Targets.Path is { } path)
        {
            foreach (var service in Listeners.Services(active))
            {
                Drop(new PlacedService(path, service), active);
            }

            if (!Listeners.IsByNameOnly(active) && _byPath.TryGetValue(path, out var listeners))
            {
                _paths--;
                if (listeners.Remove(active))
                {
                    _byPath.TryRemove(path, out _);
                }
            }
        }
        else if (FirstLabel(active) is { } label && _byLabel.TryGetValue(label, out var listeners))
        {
            _labels--;
            if (listeners.Remove(active))
            {
                _byLabel.TryRemove(label, out _);
            }
        }
        else
        {
            _anywhere.Remove(active);
        }

        Count(active, -1);
    }

    // from the target upwards, asking only where there may be an answer
    private void MatchPlaced(Target target, Event seen, ulong perhaps, List<ActiveBinding> into)
    {
        var services = _byService.GetAlternateLookup<WalkedService>();
        var hash = PlacedServiceComparer.HashOf(seen.Service);
        var path = target.Key.Path.AsSpan();
        for (var depth = path.Count('/'); depth >= 0; depth--)
        {
            if ((perhaps & PlaceFilter.Bit(depth)) != 0
                && services.TryGetValue(new WalkedService(path, seen.Service, hash), out var listening))
            {
                Listeners.Take(listening, target, seen, into);
            }

            path = path[..Math.Max(0, path.LastIndexOf('/'))];
        }
    }

    private IEnumerable<Listeners> Walk(Target target)
    {
        for (var path = target.Key.Path; _paths > 0 && path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('/'))])
        {
            if (_byPath.TryGetValue(path, out var found))
            {
                yield return found;
            }
        }

        if (_labels > 0)
        {
            foreach (var (name, value) in target.Labels)
            {
                if (_byLabel.TryGetValue((name, value), out var found))
                {
                    yield return found;
                }
            }
        }

        yield return _anywhere;
    }

    private void Drop(PlacedService key, ActiveBinding active)
    {
        var left = _byService.TryGetValue(key, out var old) ? Array.FindAll(old, a => a != active) : [];
        if (left.Length == 0)
        {
            _byService.TryRemove(key, out _);
        }
        else
        {
            _byService[key] = left;
        }
    }

    private static (string Name, string Value)? FirstLabel(ActiveBinding active)
    {
        foreach (var (name, value) in active.Binding.Targets.Labels)
        {
            return (name, value);
        }

        return null;
    }

    private void Count(ActiveBinding active, int change)
    {
        Count(_services, active, change);
        _patterns += HasPattern(active) ? change : 0;
        if (active.Binding.Targets.Path is null)
        {
            _wide += change;
            Count(_wideServices, active, change);
            _widePatterns += HasPattern(active) ? change : 0;
        }
    }

    private static bool HasPattern(ActiveBinding active) => active.Binding.Events.Any(e => e.IsPattern);

    private static void Count(ConcurrentDictionary<string, int> services, ActiveBinding active, int change)
    {
        foreach (var service in Listeners.Services(active))
        {
            if (services.AddOrUpdate(service, static (_, c) => c, static (_, old, c) => old + c, change) == 0)
            {
                services.TryRemove(service, out _);
            }
        }
    }

    private void Place(string path, string service)
    {
        if (_places.Add(path, service))
        {
            return;
        }

        // all that hangs, this one too, with room for as many again
        var byService = _byService.ToArray();
        var byPath = _byPath.ToArray();
        var larger = new PlaceFilter(2 * (byService.Length + byPath.Length + 1));
        foreach (var (key, _) in byService)
        {
            larger.Add(key.Path, key.Service);
        }

        foreach (var (at, _) in byPath)
        {
            larger.Add(at, AnyService);
        }

        larger.Add(path, service);
        _places = larger;
    }
}
