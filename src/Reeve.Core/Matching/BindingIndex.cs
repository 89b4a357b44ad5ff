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
    private readonly ByScope<BindingShelf> _shelves = new(static () => new BindingShelf());
    private readonly Lock _gate = new();

    /// <summary>All bindings.</summary>
    public ICollection<ActiveBinding> All => [.. _shelves.All.SelectMany(s => s.ByName.Values)];

    /// <summary>The binding with a name, or null.</summary>
    public ActiveBinding? Find(Scope scope, string name) => _shelves.Find(scope)?.ByName.GetValueOrDefault(name);

    /// <summary>Puts a binding in, in the place of an older one of the same name.</summary>
    public void Put(ActiveBinding active)
    {
        lock (_gate)
        {
            var shelf = _shelves.Of(active.Binding.Scope);
            if (shelf.ByName.TryGetValue(active.Binding.Name, out var old))
            {
                Unhang(shelf, old);
            }

            shelf.ByName[active.Binding.Name] = active;
            if (active.Binding.Enabled)
            {
                shelf.Hang(active);
                active.IsAtWork = true;
            }
        }
    }

    /// <summary>Takes a binding out; gives it back, or null when there was none.</summary>
    public ActiveBinding? Remove(Scope scope, string name)
    {
        lock (_gate)
        {
            if (_shelves.Find(scope) is not { } shelf || !shelf.ByName.TryRemove(name, out var old))
            {
                return null;
            }

            Unhang(shelf, old);
            return old;
        }
    }

    /// <summary>May any binding of the scope listen to the service? When not, its targets need not be looked at.</summary>
    public bool MayWant(Scope scope, string service) => _shelves.Find(scope)?.MayWant(service) ?? false;

    /// <summary>
    /// May any binding of the scope listen to the service at a path? When not, and the path is not another name of a target, no target
    /// need be looked for.
    /// </summary>
    public bool MayWant(Scope scope, string path, string service) => _shelves.Find(scope)?.MayWant(path, service) ?? false;

    /// <summary>Adds the bindings that want an event of a target to the list.</summary>
    public void Match(Target target, Event seen, List<ActiveBinding> into)
    {
        if (_shelves.Find(target.Key.Scope) is { } shelf && shelf.MayWant(seen.Service))
        {
            shelf.Match(target, seen, into);
        }
    }

    /// <summary>The bindings that want to be asked about an operation on a target, in the order of asking.</summary>
    public List<ActiveBinding> Match(Target target, string operation, OperationPhase phase)
    {
        var found = new List<ActiveBinding>();
        if (_shelves.Find(target.Key.Scope) is not { } shelf)
        {
            return found;
        }

        foreach (var listeners in shelf.ListenersOf(target))
        {
            foreach (var active in listeners.Operations)
            {
                if (active.Binding.Operations.Any(o => o.Phase == phase && (o.Operation == "*" || o.Operation == operation))
                    && active.Binding.Targets.Fits(target))
                {
                    found.Add(active);
                }
            }
        }

        found.Sort(static (a, b) => (a.Binding.Priority, a.Binding.Name).CompareTo((b.Binding.Priority, b.Binding.Name)));
        return found;
    }

    private static void Unhang(BindingShelf shelf, ActiveBinding active)
    {
        active.IsAtWork = false;
        if (active.Binding.Enabled)
        {
            shelf.Unhang(active);
        }
    }
}
