using System.Security.Cryptography;
using System.Text;
using Reeve.Runtime.Catalog;

namespace Reeve.Server.Plugins;

/// <summary>What became of one plug-in at a look into the folder.</summary>
/// <param name="Name">Its name.</param>
/// <param name="What">loaded, revised, withdrawn, unchanged or refused.</param>
/// <param name="Problem">Why it was refused; what was at work before goes on.</param>
internal sealed record PluginChange(string Name, string What, string? Problem = null);

/// <summary>
/// The plug-ins in the folder that the operator named, one folder each with an assembly of its name. A look loads what is new, exchanges
/// what has changed and withdraws what has gone, each by itself and each as a whole: the loop goes on meanwhile.
/// </summary>
internal sealed class PluginShelf(string? folder, ResourceCatalog catalog)
{
    private readonly SemaphoreSlim _gate = new(1);
    private Dictionary<string, LoadedPlugin> _loaded = new(StringComparer.Ordinal);

    /// <summary>Those at work, by name.</summary>
    public IReadOnlyList<LoadedPlugin> Loaded => [.. Volatile.Read(ref _loaded).Values.OrderBy(p => p.Name, StringComparer.Ordinal)];

    /// <summary>Is there a folder to look into?</summary>
    public bool IsOpen => folder is not null;

    /// <summary>Looks into the folder.</summary>
    public async Task<IReadOnlyList<PluginChange>> LookAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var changes = new List<PluginChange>();
            var there = Files(changes);

            // first what goes, so that another may bring what it brought
            foreach (var gone in _loaded.Values.Where(p => !there.ContainsKey(p.Name)).ToList())
            {
                changes.Add(await ExchangeAsync(gone, null, "withdrawn", cancellationToken));
            }

            foreach (var (name, file) in there.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                changes.Add(await TakeAsync(name, file, cancellationToken));
            }

            return changes;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<PluginChange> TakeAsync(string name, string file, CancellationToken cancellationToken)
    {
        var known = _loaded.GetValueOrDefault(name);
        string hash;
        try
        {
            hash = HashOf(Path.GetDirectoryName(file)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new PluginChange(name, "refused", e.Message.TrimEnd('.'));
        }

        if (known?.Hash == hash)
        {
            return new PluginChange(name, "unchanged");
        }

        return LoadedPlugin.Load(file, hash, out var problem) is { } loaded
            ? await ExchangeAsync(known, loaded, known is null ? "loaded" : "revised", cancellationToken)
            : new PluginChange(name, "refused", problem);
    }

    private async Task<PluginChange> ExchangeAsync(
        LoadedPlugin? old, LoadedPlugin? loaded, string what, CancellationToken cancellationToken)
    {
        var name = (loaded ?? old)!.Name;
        string? clash = null;
        var mistakes = await catalog.ExchangeAsync(
            parts =>
            {
                var after = PartsOf(parts, old, loaded, out clash);
                return clash is null ? after : parts;
            },
            cancellationToken);
        if (clash is not null || mistakes.Count > 0)
        {
            loaded?.Unload();
            return new PluginChange(name, "refused", clash ?? string.Join("; ", mistakes.Take(5).Select(m => m.Message)));
        }

        var now = new Dictionary<string, LoadedPlugin>(_loaded, StringComparer.Ordinal);
        if (loaded is null)
        {
            now.Remove(name);
        }
        else
        {
            now[name] = loaded;
        }

        Volatile.Write(ref _loaded, now);
        old?.Unload();
        return new PluginChange(name, what);
    }

    private static PartsAtWork PartsOf(PartsAtWork parts, LoadedPlugin? old, LoadedPlugin? loaded, out string? clash)
    {
        var engines = Over("engine", parts.Engines, old?.Engines, loaded?.Engines, e => e.Name, out var a);
        var types = Over("policy type", parts.Types, old?.Types, loaded?.Types, t => t.FullName, out var b);
        var actors = Over("actor", parts.Actors, old?.Actors, loaded?.Actors, x => x.Name, out var c);
        var drivers = Over("driver", parts.Drivers, old?.Drivers, loaded?.Drivers, d => d.Name, out var d);
        clash = a ?? b ?? c ?? d;
        clash ??= loaded?.Types.FirstOrDefault(t => !engines.ContainsKey(t.Engine)) is { } odd
            ? $"policy type `{odd.FullName}` names the engine `{odd.Engine}`, which is not here"
            : null;
        return new PartsAtWork(engines, types, actors, drivers);
    }

    private static IReadOnlyDictionary<string, T> Over<T>(
        string kind, IReadOnlyDictionary<string, T> all, IReadOnlyList<T>? old, IReadOnlyList<T>? added, Func<T, string> nameOf,
        out string? clash)
    {
        clash = null;
        var after = new Dictionary<string, T>(all, StringComparer.Ordinal);
        foreach (var gone in old ?? [])
        {
            after.Remove(nameOf(gone));
        }

        foreach (var part in added ?? [])
        {
            if (!after.TryAdd(nameOf(part), part))
            {
                clash ??= $"{kind} `{nameOf(part)}` is there already; give yours another name";
            }
        }

        return after;
    }

    private Dictionary<string, string> Files(List<PluginChange> changes)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (folder is null || !Directory.Exists(folder))
        {
            return found;
        }

        foreach (var one in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(one);
            var file = Path.Combine(Path.GetFullPath(one), $"{name}.dll");
            if (File.Exists(file))
            {
                found[name] = file;
            }
            else if (!_loaded.ContainsKey(name))
            {
                changes.Add(new PluginChange(name, "refused", $"there is no `{name}.dll` in its folder"));
            }
        }

        return found;
    }

    private static string HashOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file) + "\n"));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
