namespace Reeve.Languages.Rego.Bundles;

/// <summary>How much a bundle may be.</summary>
public sealed record BundleLimits
{
    /// <summary>1 GiB unpacked, 100,000 files.</summary>
    public static readonly BundleLimits Default = new();

    /// <summary>The most bytes of one file.</summary>
    public long MaxFileBytes { get; init; } = 1L << 30;

    /// <summary>The most bytes of all files, unpacked.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>The most entries, folders and links included.</summary>
    public int MaxEntries { get; init; } = 100_000;

    /// <summary>How deeply the data may be nested.</summary>
    public int MaxDepth { get; init; } = 512;
}
