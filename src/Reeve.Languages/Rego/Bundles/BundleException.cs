namespace Reeve.Languages.Rego.Bundles;

/// <summary>A bundle cannot be read or trusted; the message says why, for people.</summary>
public sealed class BundleException : Exception
{
    /// <summary>With the reason.</summary>
    public BundleException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The errors of the policies in it, when they are the reason.</summary>
    public IReadOnlyList<RegoError> Errors { get; init; } = [];
}
