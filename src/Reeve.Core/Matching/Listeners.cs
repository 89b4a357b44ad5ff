using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Matching;

/// <summary>The bindings at one anchor. Arrays are replaced, never changed, so that readers need no lock; one thread at a time writes.</summary>
internal sealed class Listeners
{
    private readonly ServiceTable _byService = new();
    private ActiveBinding[] _byPattern = [];
    private ActiveBinding[] _operations = [];
    private int _count;

    /// <summary>Does nobody listen here?</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Those that are asked about operations.</summary>
    public ActiveBinding[] Operations => _operations;

    /// <summary>The services that a binding names, each once.</summary>
    public static IEnumerable<string> Services(ActiveBinding active) =>
        active.Binding.Events.Where(e => !e.IsPattern).Select(e => e.Service).Distinct(StringComparer.Ordinal);

    /// <summary>Hangs a binding up here.</summary>
    public void Add(ActiveBinding active)
    {
        _count++;
        foreach (var service in Services(active))
        {
            _byService.Add(service, active);
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

    /// <summary>Takes a binding that hangs here away.</summary>
    public void Remove(ActiveBinding active)
    {
        _count--;
        foreach (var service in Services(active))
        {
            _byService.Remove(service, active);
        }

        _byPattern = Array.FindAll(_byPattern, a => a != active);
        _operations = Array.FindAll(_operations, a => a != active);
    }

    /// <summary>Adds the bindings that want the event to the list.</summary>
    public void Match(Target target, Event seen, List<ActiveBinding> into)
    {
        Take(_byService.Of(seen.Service), target, seen, into);
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
}
