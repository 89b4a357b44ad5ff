using System.Security.Cryptography;
using System.Text;
using Jurassic;
using Jurassic.Library;

namespace Reeve.Languages.JavaScript.Running;

/// <summary><c>hashHmac(algorithm, text, key)</c>, which two published templates call: the keyed hash in hexadecimal digits.</summary>
internal static class KeyedHash
{
    /// <summary>The digits; an error of the script when the algorithm is not known.</summary>
    public static string Of(string algorithm, string text, string key)
    {
        var (said, secret) = (Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(key));
        return Convert.ToHexStringLower(algorithm.ToLowerInvariant() switch
        {
            "sha256" => HMACSHA256.HashData(secret, said),
            "sha384" => HMACSHA384.HashData(secret, said),
            "sha512" => HMACSHA512.HashData(secret, said),
            _ => throw new JavaScriptException(
                ErrorType.Error, $"hashHmac: there is no algorithm `{algorithm}`; there are `sha256`, `sha384`, `sha512`"),
        });
    }
}
