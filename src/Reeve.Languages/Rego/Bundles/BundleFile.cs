namespace Reeve.Languages.Rego.Bundles;

/// <summary>One file of a bundle.</summary>
/// <param name="Path">Its path without a leading slash, parts divided by slashes.</param>
/// <param name="Content">What is in it.</param>
public sealed record BundleFile(string Path, byte[] Content)
{
    /// <summary>The name without the folders.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The folder, without a trailing slash; empty at the top.</summary>
    public string Folder => Path.LastIndexOf('/') is var slash and >= 0 ? Path[..slash] : "";
}
