namespace Reeve.Flexera.Network;

/// <summary>The texts that must appear nowhere; known only while a template is evaluated.</summary>
internal sealed class Secrets
{
    /// <summary>What stands in their place.</summary>
    public const string Removed = "(removed)";

    // shorter ones would tear holes into texts that have nothing to do with them
    private const int Shortest = 4;

    private readonly Lock _lock = new();
    private string[] _texts = [];

    public void Add(string? secret)
    {
        if (secret is not { Length: >= Shortest })
        {
            return;
        }

        lock (_lock)
        {
            string[] forms = [secret, Uri.EscapeDataString(secret)];
            _texts = [.. _texts.Concat(forms).Distinct(StringComparer.Ordinal).OrderByDescending(t => t.Length)];
        }
    }

    public string Remove(string text)
    {
        foreach (var secret in _texts)
        {
            text = text.Replace(secret, Removed, StringComparison.Ordinal);
        }

        return text;
    }
}
