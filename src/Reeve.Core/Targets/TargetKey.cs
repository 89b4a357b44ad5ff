using Reeve.Core.Identity;

namespace Reeve.Core.Targets;

/// <summary>Names a target: its scope and its path from the root of its tree, such as <c>shop/workers/workers-2</c>.</summary>
public readonly record struct TargetKey(Scope Scope, string Path)
{
    /// <summary>The first segment of the path; one owner decides for everything below one root.</summary>
    public string Root
    {
        get
        {
            var slash = Path.IndexOf('/', StringComparison.Ordinal);
            return slash < 0 ? Path : Path[..slash];
        }
    }

    /// <summary>The last segment of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The target above this one, or null at a root.</summary>
    public TargetKey? Parent
    {
        get
        {
            var slash = Path.LastIndexOf('/');
            return slash < 0 ? null : new TargetKey(Scope, Path[..slash]);
        }
    }

    /// <summary>The child of this target that has the name.</summary>
    public TargetKey Child(string name) => new(Scope, $"{Path}/{name}");

    /// <summary>Is this the other target, or a target above it?</summary>
    public bool Covers(TargetKey other) =>
        Scope == other.Scope
        && other.Path.StartsWith(Path, StringComparison.Ordinal)
        && (other.Path.Length == Path.Length || other.Path[Path.Length] == '/');

    /// <summary>Do the two share a target: is one the other or above it?</summary>
    public bool Overlaps(TargetKey other) => Covers(other) || other.Covers(this);

    /// <inheritdoc/>
    public override string ToString() => Path;
}
