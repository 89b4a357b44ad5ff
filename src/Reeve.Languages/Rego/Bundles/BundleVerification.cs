namespace Reeve.Languages.Rego.Bundles;

/// <summary>How the signature of a bundle is verified.</summary>
/// <param name="Keys">The keys by their names.</param>
/// <param name="KeyId">The key that must have been used; null: the one that the signature names.</param>
/// <param name="Scope">The scope that the signature must name; null: that of the key, if it has one.</param>
/// <param name="ExcludeFiles">Patterns of files that need not be signed.</param>
public sealed record BundleVerification(
    IReadOnlyDictionary<string, BundleKey> Keys, string? KeyId, string? Scope, IReadOnlyList<string> ExcludeFiles);

/// <summary>A key for verification.</summary>
/// <param name="Algorithm">One of HS, RS, PS, ES with 256, 384 or 512.</param>
/// <param name="Key">The secret of an HMAC; else a public key or a certificate as PEM.</param>
/// <param name="Scope">The scope that it may be used for; null for any.</param>
public sealed record BundleKey(string Algorithm, string Key, string? Scope);
