using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>How a bundle is read.</summary>
public sealed record BundleReading
{
    /// <summary>The name of the bundle, before the paths of its policies. The default is empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>How its signature is verified; null, the default: not at all.</summary>
    public BundleVerification? Verification { get; init; }

    /// <summary>The version of the language where the bundle says none. The default is version 1.</summary>
    public RegoVersion Version { get; init; } = RegoVersion.V1;

    /// <summary>The limits.</summary>
    public BundleLimits Limits { get; init; } = BundleLimits.Default;
}
