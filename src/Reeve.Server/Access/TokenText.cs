using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Reeve.Server.Access;

/// <summary>The text of a token: <c>rv_</c>, an id that everybody may see, and 256 random bits.</summary>
internal static class TokenText
{
    private const string Mark = "rv_";
    private const int IdLength = 12;
    private const int SecretLength = 43;

    /// <summary>A new one.</summary>
    public static (string Id, string Text) Make()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2));
        return (id, $"{Mark}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}");
    }

    /// <summary>The id in a token; null when the text is none.</summary>
    public static string? IdOf(string text) =>
        text.Length == Mark.Length + IdLength + 1 + SecretLength && text.StartsWith(Mark, StringComparison.Ordinal)
            && text[Mark.Length + IdLength] == '_'
                ? text.Substring(Mark.Length, IdLength)
                : null;

    /// <summary>Is this one of Reeve's own tokens, whether good or not?</summary>
    public static bool IsOwn(string text) => text.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>What is kept of a token. The text is random enough that a plain hash cannot be guessed back.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Is it the token with this hash? Takes the same time for each wrong one.</summary>
    public static bool IsHash(string text, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(text)), Encoding.ASCII.GetBytes(hash));
}
