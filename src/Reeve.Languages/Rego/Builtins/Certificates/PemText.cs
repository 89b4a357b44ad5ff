using System.Security.Cryptography;

namespace Reeve.Languages.Rego.Builtins.Certificates;

/// <summary>Blocks of PEM (RFC 7468), one after the other.</summary>
internal static class PemText
{
    public const string Begin = "-----BEGIN";

    private static readonly System.Buffers.SearchValues<char> Alphabet =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n");

    public static IEnumerable<(string Label, byte[] Bytes)> Blocks(string text)
    {
        for (var from = 0; PemEncoding.TryFind(text.AsSpan(from), out var fields);)
        {
            var (label, bytes) = (text.AsSpan(from)[fields.Label].ToString(), text.AsSpan(from)[fields.Base64Data].ToString());
            from += fields.Location.End.Value;
            yield return (label, Convert.FromBase64String(bytes));
        }
    }

    /// <summary>The bytes of base64 that may be broken into lines; fails in Go's words.</summary>
    public static byte[] Base64(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || text.AsSpan().ContainsAny(" \t"))
        {
            var at = text.AsSpan().IndexOfAnyExcept(Alphabet);
            throw Operand.Failed($"illegal base64 data at input byte {(at < 0 ? text.Length : at)}");
        }

        return bytes[..length];
    }
}
