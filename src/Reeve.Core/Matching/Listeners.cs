using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Matching;

/// <summary>
/// The bindings at one anchor. Arrays are replaced, never changed, so that readers need no lock; one thread at a time writes. Where the
/// services that are named hang elsewhere, only patterns and operations are found here.
/// </summary>
internal sealed class Listeners
{
    private readonly ServiceTable? _byService;
    private ActiveBinding[] _byPattern = [];
    private ActiveBinding[] _operations = [];
    private int _count;

    /// <summary>Listeners; with or without those to services by name.</summary>
    public Listeners(bool byName = true) => _byService = byName ? new ServiceTable() : null;

    /// <summary>Those that are asked about operations.</summary>
    public ActiveBinding[] Operations => _operations;

    /// <summary>The services that a binding names, each once.</summary>
    public static IEnumerable<string> Services(ActiveBinding active) =>
        active.Binding.Events.Where(e => !e.IsPattern).Select(e => e.Service).Distinct(StringComparer.Ordinal);

    /// <summary>Does a binding listen to services by name and to nothing else?</summary>
    public static bool IsByNameOnly(ActiveBinding active) =>
        active.Binding.Operations.IsEmpty && !active.Binding.Events.Any(e => e.IsPattern);

    /// <summary>Hangs a binding up here.</summary>
    public void Add(ActiveBinding active)
    {
        _count++;
        foreach (var service in _byService is null ? [] : Services(active))
        {
            _byService!.Add(service, active);
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

    /// <summary>Takes a binding that hangs here away; true when it was the last.</summary>
    public bool Remove(ActiveBinding active)
    {
        _count--;
        foreach (var service in _byService is null ? [] : Services(active))
        {
            _byService!.Remove(service, active);
        }

        _byPattern = Array.FindAll(_byPattern, a => a != active);
        _operations = Array.FindAll(_operations, a => a != active);
        return _count == 0;
    }

    /// <summary>Adds the bindings that want the event to the list.</summary>
    public void Match(Target target, Event seen, List<ActiveBinding> into)
    {
        if (_byService is not null)
        {
            Take(_byService.Of(seen.Service), target, seen, into);
        }

        Take(_byPattern, target, seen, into);
    }

    /// <summary>Adds those of the candidates that want the event.</summary>
    public static void Take(ActiveBinding[] candidates, Target target, Event seen, List<ActiveBinding> into)
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
}
