using Reeve.Core.Identity;

namespace Reeve.Core.Targets;

/// <summary>The targets as they are now, to look at.</summary>
public interface ITargets
{
    /// <summary>The target with this path, or null.</summary>
    Target? Find(TargetKey key);

    /// <summary>The target that a path or an alias names, or null.</summary>
    Target? Resolve(Scope scope, string pathOrAlias);

    /// <summary>The targets right below one, in order of name.</summary>
    IReadOnlyList<Target> Children(TargetKey key);

    /// <summary>All instances below a target, in order of path; itself when it is an instance.</summary>
    IReadOnlyList<Target> InstancesBelow(TargetKey key);

    /// <summary>The target itself if it is a group (has capacity), else the nearest one above that is; or null.</summary>
    Target? GroupOf(Target target);

    /// <summary>The driver of a target: its own, or that of the nearest target above that names one; or null.</summary>
    DriverChoice? DriverOf(Target target);
}
