using System.Reflection;
using System.Runtime.Loader;
using Reeve.Core.Plugins;

namespace Reeve.Server.Plugins;

/// <summary>
/// The room of one plug-in: its own assemblies and those that it brings, but for what Reeve and the platform have themselves. Files are
/// read whole, so that they can be replaced while they are in use; the room can be given up.
/// </summary>
internal sealed class PluginContext(string file) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(file), isCollectible: true)
{
    private readonly string _folder = Path.GetDirectoryName(file)!;

    /// <summary>Loads the assembly and makes its plug-in; or says why not.</summary>
    public (IPlugin? Plugin, Version? Version, string? Problem) Open()
    {
        try
        {
            var assembly = Read(file);
            var found = assembly.GetExportedTypes()
                .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IPlugin)))
                .ToList();
            if (found.Count != 1)
            {
                return (null, null, $"it has {found.Count} public classes that implement `IPlugin`, and must have one");
            }

            return Activator.CreateInstance(found[0]) is IPlugin plugin
                ? (plugin, assembly.GetName().Version, null)
                : (null, null, $"`{found[0].Name}` cannot be made");
        }
        catch (Exception e)
        {
            // what runs here is somebody else's, and may fail in every way
            return (null, null, (e is TargetInvocationException { InnerException: { } inner } ? inner : e).Message.TrimEnd('.'));
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // Reeve's own types must be the same on both sides
        if (assemblyName.Name is not { } name || name.StartsWith("Reeve.Core", StringComparison.Ordinal))
        {
            return null;
        }

        var own = Path.Combine(_folder, $"{name}.dll");
        return File.Exists(own) ? Read(own) : null;
    }

    private Assembly Read(string path)
    {
        using var bytes = new MemoryStream(File.ReadAllBytes(path));
        var symbols = Path.ChangeExtension(path, ".pdb");
        if (!File.Exists(symbols))
        {
            return LoadFromStream(bytes);
        }

        using var lines = new MemoryStream(File.ReadAllBytes(symbols));
        return LoadFromStream(bytes, lines);
    }
}
