using System.Collections.Concurrent;

namespace Reeve.Core.Matching;

/// <summary>
/// Bindings by the service that they listen to. Mostly there are one or two services at one place, so these stand in a short array:
/// many places with a dictionary each would be most of the memory. Many threads read while one writes.
/// </summary>
internal sealed class ServiceTable
{
    private const int Few = 8;

    // INVARIANT: arrays are replaced, never changed. Once _many is there, it counts and _few is left as it was.
    private volatile (string Service, ActiveBinding[] Bindings)[] _few = [];
    private volatile ConcurrentDictionary<string, ActiveBinding[]>? _many;

    /// <summary>The bindings that listen to a service by its name.</summary>
    public ActiveBinding[] Of(string service)
    {
        if (_many is { } many)
        {
            return many.TryGetValue(service, out var found) ? found : [];
        }

        foreach (var (name, bindings) in _few)
        {
            if (string.Equals(name, service, StringComparison.Ordinal))
            {
                return bindings;
            }
        }

        return [];
    }

    /// <summary>Adds a binding to a service.</summary>
    public void Add(string service, ActiveBinding active) => Set(service, [.. Of(service), active]);

    /// <summary>Takes a binding from a service.</summary>
    public void Remove(string service, ActiveBinding active) => Set(service, Array.FindAll(Of(service), a => a != active));

    private void Set(string service, ActiveBinding[] bindings)
    {
        if (_many is { } many)
        {
            if (bindings.Length == 0)
            {
                many.TryRemove(service, out _);
            }
            else
            {
                many[service] = bindings;
            }

            return;
        }

        var others = Array.FindAll(_few, f => f.Service != service);
        if (bindings.Length == 0)
        {
            _few = others;
        }
        else if (others.Length < Few)
        {
            _few = [.. others, (service, bindings)];
        }
        else
        {
            var table = new ConcurrentDictionary<string, ActiveBinding[]>(StringComparer.Ordinal) { [service] = bindings };
            foreach (var (name, listening) in others)
            {
                table[name] = listening;
            }

            _many = table;
        }
    }
}
