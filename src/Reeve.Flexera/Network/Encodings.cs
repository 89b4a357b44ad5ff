using System.Text;

namespace Reeve.Flexera.Network;

/// <summary>Encodings of texts by the names that services use.</summary>
internal static class Encodings
{
    /// <summary>The encoding, or null when nobody knows it.</summary>
    public static Encoding? Find(string name)
    {
        try
        {
            return name switch
            {
                "utf8" => Encoding.UTF8,
                "latin1" => Encoding.Latin1,
                "utf-7" => null,
                _ => CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name),
            };
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
