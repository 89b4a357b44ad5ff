using System.Collections.Immutable;
using Reeve.Languages.Rego.Bundles;
using Reeve.Languages.Rego.Values;

namespace Reeve.Server.Opa.Documents;

/// <summary>
/// Puts a bundle in the place of what was there: what lies within its roots, or did within those of the one before, is its own.
/// </summary>
internal static class BundleActivation
{
    public static void Apply(PolicyChange change, string name, Bundle bundle)
    {
        var roots = bundle.Manifest.Roots.Select(r => r.ToImmutableArray()).ToImmutableArray();
        var active = new ActiveBundle(name, bundle.Manifest.Revision, roots);
        foreach (var other in change.Bundles.Values.Where(b => b.Name != name && roots.Any(r => b.Owns(r.AsSpan()))))
        {
            throw new BundleException($"the roots of the bundles `{name}` and `{other.Name}` overlap");
        }

        if (bundle.Patch is { } patch)
        {
            change.Overlay(patch.Aggregate(change.Data, Change));
        }
        else
        {
            var before = change.Bundles.TryGetValue(name, out var old) ? old.Roots : [];
            Replace(change, active, [.. before, .. roots], bundle);
        }

        change.Bundles = change.Bundles.SetItem(name, active);
    }

    private static void Replace(PolicyChange change, ActiveBundle active, ImmutableArray<ImmutableArray<string>> cleared, Bundle bundle)
    {
        var data = change.Data;
        foreach (var root in cleared)
        {
            data = root.Length == 0 ? DataTree.Empty
                : DataTree.Find(data, root) is null ? data : DataTree.Write(data, DataMove.Remove, root, null);
        }

        foreach (var root in active.Roots)
        {
            if (DataTree.Find(bundle.Data, root) is { } brought)
            {
                data = DataTree.Set(data, root, brought);
            }
        }

        change.Overlay(data);
        foreach (var policy in change.Policies.Values.Where(p => p.Bundle == active.Name || IsWithin(p, active)).ToList())
        {
            change.RemovePolicy(policy.Id);
        }

        foreach (var module in bundle.Modules)
        {
            change.PutPolicy(new OpaPolicy(module.File, module.Text, module, active.Name));
        }
    }

    private static bool IsWithin(OpaPolicy policy, ActiveBundle bundle) =>
        bundle.Roots.Any(r => policy.Module.Package.Count >= r.Length && policy.Module.Package.Take(r.Length).SequenceEqual(r));

    private static ObjectValue Change(ObjectValue data, BundlePatch change)
    {
        ImmutableArray<string> path = [.. change.Path];
        return change.Operation switch
        {
            "remove" => DataTree.Write(data, DataMove.Remove, path, null),
            "replace" => DataTree.Write(data, DataMove.Replace, path, change.Value),
            _ => DataTree.Find(data, path.Length == 0 ? path : path[..^1]) is ArrayValue
                ? DataTree.Write(data, DataMove.Add, path, change.Value)
                : DataTree.Set(data, path, change.Value!),
        };
    }
}
