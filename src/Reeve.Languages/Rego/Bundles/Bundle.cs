using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>What a bundle brings: policies and data, or changes to the data.</summary>
/// <param name="Manifest">What it says of itself.</param>
/// <param name="Modules">The policies, each under its path.</param>
/// <param name="Data">The data; an empty object in a delta.</param>
/// <param name="Patch">The changes of a delta in order; null when it is none.</param>
public sealed record Bundle(
    BundleManifest Manifest, IReadOnlyList<RegoModule> Modules, ObjectValue Data, IReadOnlyList<BundlePatch>? Patch)
{
    /// <summary>Does it only change what is there?</summary>
    public bool IsDelta => Patch is not null;
}

/// <summary>One change of a delta.</summary>
/// <param name="Operation"><c>upsert</c>, <c>remove</c> or <c>replace</c>.</param>
/// <param name="Path">The parts of the path.</param>
/// <param name="Value">The value; null for a removal.</param>
public sealed record BundlePatch(string Operation, IReadOnlyList<string> Path, Value? Value);
