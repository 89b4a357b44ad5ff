using System.Security.Cryptography;
using System.Text.Json;

namespace Reeve.Languages.Rego.Bundles;

/// <summary>The hash of a bundle's file as signatures have it: of the bytes, and of data and manifests in their canonical form.</summary>
public static class BundleHash
{
    private const int Depth = 1024;

    /// <summary>
    /// In lower-case hexadecimal. Throws <see cref="BundleException"/> for an algorithm that is not known or data that is no JSON.
    /// </summary>
    public static string Of(BundleFile file, string algorithm)
    {
        var bytes = IsStructured(file.Name) ? Canonical(file) : file.Content;
        return Convert.ToHexStringLower(algorithm.ToUpperInvariant() switch
        {
            "SHA-256" => SHA256.HashData(bytes),
            "SHA-384" => SHA384.HashData(bytes),
            "SHA-512" => SHA512.HashData(bytes),
            _ => throw new BundleException(
                $"the hash of `{file.Path}` is made with `{algorithm}`; use `SHA-256`, `SHA-384` or `SHA-512`"),
        });
    }

    private static bool IsStructured(string name) => name is "data.json" or "data.yaml" or "data.yml" or ".manifest";

    private static byte[] Canonical(BundleFile file)
    {
        try
        {
            var json = file.Name.StartsWith("data.y", StringComparison.Ordinal) ? BundleData.JsonOfYaml(file) : file.Content;
            return CanonicalJson.Of(json, Depth);
        }
        catch (JsonException e)
        {
            throw new BundleException($"the file `{file.Path}` is no JSON: {e.Message.TrimEnd('.')}", e);
        }
    }
}
