using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Plugins;
using Reeve.Core.Policies;
using Reeve.Core.Targets;

namespace Reeve.Server.Plugins;

/// <summary>A plug-in at work, with what it brings.</summary>
internal sealed class LoadedPlugin
{
    private readonly PluginContext _context;

    private LoadedPlugin(PluginContext context, string name, string hash, string version)
    {
        _context = context;
        (Name, Hash, Version) = (name, hash, version);
    }

    /// <summary>The name of its folder and assembly.</summary>
    public string Name { get; }

    /// <summary>Of all its files.</summary>
    public string Hash { get; }

    public string Version { get; }

    public IReadOnlyList<IEngine> Engines { get; private init; } = [];

    public IReadOnlyList<PolicyType> Types { get; private init; } = [];

    public IReadOnlyList<IActor> Actors { get; private init; } = [];

    public IReadOnlyList<IDriver> Drivers { get; private init; } = [];

    /// <summary>Everything that it brings, by kind and name.</summary>
    public IEnumerable<(string Kind, string Name)> Brings =>
        Engines.Select(e => ("engine", e.Name)).Concat(Types.Select(t => ("policy_type", t.FullName)))
            .Concat(Actors.Select(a => ("actor", a.Name))).Concat(Drivers.Select(d => ("driver", d.Name)));

    /// <summary>Loads a plug-in; or says why not.</summary>
    public static LoadedPlugin? Load(string file, string hash, out string? problem)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var context = new PluginContext(file);
        (var plugin, var version, problem) = context.Open();
        if (plugin is null)
        {
            context.Unload();
            return null;
        }

        try
        {
            var loaded = new LoadedPlugin(context, name, hash, version?.ToString() ?? "")
            {
                Engines = [.. plugin.Engines.Select(e => new GuardedEngine(name, e))],
                Types = [.. plugin.PolicyTypes.Select(t => t with { BuiltIn = true })],
                Actors = [.. plugin.Actors.Select(a => new GuardedActor(name, a))],
                Drivers = [.. plugin.Drivers.Select(d => new GuardedDriver(name, d))],
            };
            problem = loaded.Brings.Any() ? null : "it brings nothing";
            problem ??= loaded.Brings.FirstOrDefault(b => string.IsNullOrWhiteSpace(b.Name)).Kind is { } kind
                ? $"its {kind} has no name"
                : null;
            return problem is null ? loaded : null;
        }
        catch (Exception e)
        {
            context.Unload();
            problem = e.Message.TrimEnd('.');
            return null;
        }
    }

    /// <summary>Gives its room up: it goes when the last of its programs has gone.</summary>
    public void Unload() => _context.Unload();
}
