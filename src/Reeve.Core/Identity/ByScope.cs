using System.Collections.Concurrent;

namespace Reeve.Core.Identity;

/// <summary>
/// One thing for each scope, made when it is first put to use. Most look-ups are for the scope that was asked for last: those cost a
/// comparison instead of the hash of two names. Many threads read and write.
/// </summary>
internal sealed class ByScope<T>(Func<T> make) where T : class
{
    private readonly ConcurrentDictionary<Scope, Place> _places = new();
    private volatile Place? _last;

    /// <summary>All things.</summary>
    public IEnumerable<T> All => _places.Select(p => p.Value.Thing);

    /// <summary>The scope's thing, or null when there is none yet.</summary>
    public T? Find(Scope scope)
    {
        if (_last is { } last && last.Scope == scope)
        {
            return last.Thing;
        }

        if (!_places.TryGetValue(scope, out var place))
        {
            return null;
        }

        _last = place;
        return place.Thing;
    }

    /// <summary>The scope's thing; made when there is none yet.</summary>
    public T Of(Scope scope) => Find(scope) ?? _places.GetOrAdd(scope, static (s, m) => new Place(s, m()), make).Thing;

    private sealed record Place(Scope Scope, T Thing);
}
