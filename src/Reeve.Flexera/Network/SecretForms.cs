using System.Net;
using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Flexera.Network;

/// <summary>The forms in which a secret stands in addresses, bodies and headers.</summary>
internal static class SecretForms
{
    // of less of it, what is left of base64 could be anything
    private const int ShortestCore = 10;

    private const int ShortestLine = 20;

    public static IEnumerable<string> Of(string secret)
    {
        var escaped = Uri.EscapeDataString(secret);
        yield return secret;
        yield return escaped;
        yield return Lowered(escaped);
        yield return escaped.Replace("%20", "+", StringComparison.Ordinal);
        yield return JsonData.Write(secret)[1..^1];
        yield return WebUtility.HtmlEncode(secret);
        foreach (var core in Encoded(Encoding.UTF8.GetBytes(secret)))
        {
            yield return core;
            yield return Uri.EscapeDataString(core);
            yield return core.Replace('+', '-').Replace('/', '_');
        }

        // a key in PEM travels with line ends of any kind
        foreach (var line in secret.Split('\n').Select(l => l.Trim()).Where(l => l.Length >= ShortestLine && l.Length < secret.Length
            && !l.StartsWith('-')))
        {
            yield return line;
        }
    }

    // what surely stands in base64 when the secret does, at each of the three places where it can begin
    private static IEnumerable<string> Encoded(byte[] secret)
    {
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. secret]);
            var from = before == 0 ? 0 : before + 1;
            var to = (before + secret.Length) * 8 / 6;
            if (to - from >= ShortestCore)
            {
                yield return text[from..to];
            }
        }
    }

    private static string Lowered(string escaped)
    {
        var text = new StringBuilder(escaped);
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] == '%')
            {
                (text[i + 1], text[i + 2]) = (char.ToLowerInvariant(text[i + 1]), char.ToLowerInvariant(text[i + 2]));
            }
        }

        return text.ToString();
    }
}
