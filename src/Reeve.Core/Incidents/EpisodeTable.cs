using Reeve.Core.Identity;

namespace Reeve.Core.Incidents;

/// <summary>The living episodes of one owner. At most one stands for a key; those that only resolve are kept beside it.</summary>
public sealed class EpisodeTable
{
    private readonly Dictionary<EpisodeKey, Episode> _open = [];
    private readonly Dictionary<EpisodeId, Episode> _byId = [];
    private readonly Dictionary<string, HashSet<EpisodeId>> _byRoot = new(StringComparer.Ordinal);
    private readonly Dictionary<OriginKey, HashSet<EpisodeKey>> _byOrigin = [];
    private readonly Dictionary<EpisodeId, Incident> _incidents = [];

    private readonly record struct OriginKey(Scope Scope, string Binding, string Origin, string Check);

    /// <summary>The episodes that have not ended.</summary>
    public IReadOnlyCollection<Episode> Living => _byId.Values;

    /// <summary>The episodes that have not ended and are about a target below a root, in any scope.</summary>
    public IEnumerable<Episode> Under(string root) => _byRoot.TryGetValue(root, out var ids) ? ids.Select(id => _byId[id]) : [];

    /// <summary>The episode of a key that has not cleared and finished, or null.</summary>
    public Episode? Find(EpisodeKey key) => _open.GetValueOrDefault(key);

    /// <summary>A living episode by id, or null.</summary>
    public Episode? Find(EpisodeId id) => _byId.GetValueOrDefault(id);

    /// <summary>The open incident of an episode, or null.</summary>
    public Incident? IncidentOf(EpisodeId id) => _incidents.GetValueOrDefault(id);

    /// <summary>The keys that one evaluation key has episodes for, by check.</summary>
    public IEnumerable<EpisodeKey> From(Scope scope, string binding, string origin, string check) =>
        _byOrigin.GetValueOrDefault(new OriginKey(scope, binding, origin, check))?.ToArray() ?? [];

    /// <summary>Takes an episode as it is now; an ended one leaves the table.</summary>
    public void Put(Episode episode)
    {
        PutById(episode);
        var origin = new OriginKey(episode.Key.Scope, episode.Key.Binding, episode.Origin, episode.Key.Check);
        if (episode.EndedAt is null && !episode.Resolving)
        {
            _open[episode.Key] = episode;
            if (!_byOrigin.TryGetValue(origin, out var keys))
            {
                _byOrigin[origin] = keys = [];
            }

            keys.Add(episode.Key);
            return;
        }

        if (_open.TryGetValue(episode.Key, out var open) && open.Id == episode.Id)
        {
            _open.Remove(episode.Key);
            if (_byOrigin.TryGetValue(origin, out var keys) && keys.Remove(episode.Key) && keys.Count == 0)
            {
                _byOrigin.Remove(origin);
            }
        }
    }

    private void PutById(Episode episode)
    {
        var root = new Targets.TargetKey(episode.Key.Scope, episode.Key.Target).Root;
        if (episode.EndedAt is null)
        {
            _byId[episode.Id] = episode;
            if (!_byRoot.TryGetValue(root, out var ids))
            {
                _byRoot[root] = ids = [];
            }

            ids.Add(episode.Id);
        }
        else if (_byId.Remove(episode.Id) && _byRoot.TryGetValue(root, out var ids) && ids.Remove(episode.Id) && ids.Count == 0)
        {
            _byRoot.Remove(root);
        }
    }

    /// <summary>Takes an incident as it is now; an ended one leaves the table.</summary>
    public void Put(Incident incident)
    {
        if (incident.Status == IncidentStatus.Triggered)
        {
            _incidents[incident.Episode] = incident;
        }
        else
        {
            _incidents.Remove(incident.Episode);
        }
    }
}
