using System.Security.Cryptography;
using System.Text;

namespace Reeve.Senlin.Clusters;

/// <summary>Makes the ids of Senlin's world, which are UUIDs.</summary>
internal static class Uuid
{
    private const int ShortLength = 8;

    /// <summary>A new one, not to be guessed.</summary>
    public static string New() => Of(RandomNumberGenerator.GetBytes(16));

    /// <summary>The one that belongs to these names: the same each time, so what is repeated after a crash finds what it made.</summary>
    public static string For(params ReadOnlySpan<string> names) =>
        Of(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names)))[..16]);

    /// <summary>Its first eight digits.</summary>
    public static string Short(string id) => id.Length <= ShortLength ? id : id[..ShortLength];

    /// <summary>Is it written as one, with or without dashes?</summary>
    public static bool Is(string text) => Guid.TryParseExact(text, "D", out _) || Guid.TryParseExact(text, "N", out _);

    private static string Of(byte[] bytes)
    {
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}
