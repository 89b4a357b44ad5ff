using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Reeve.TestKit;

/// <summary>A mail that the SMTP sink got.</summary>
/// <param name="Headers">Its headers, unfolded and decoded; names in any case.</param>
/// <param name="Body">Its body, decoded when it is of one part, otherwise as it came.</param>
/// <param name="Raw">All of it, as it came.</param>
public sealed partial record ReceivedMail(IReadOnlyDictionary<string, string> Headers, string Body, string Raw)
{
    /// <summary>The sender of the envelope.</summary>
    public string From => Headers.GetValueOrDefault("X-MailFrom", "");

    /// <summary>The recipients of the envelope.</summary>
    public IReadOnlyList<string> To =>
        Headers.GetValueOrDefault("X-RcptTo", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The subject.</summary>
    public string Subject => Headers.GetValueOrDefault("Subject", "");

    internal static ReceivedMail Parse(string raw)
    {
        var text = raw.ReplaceLineEndings("\n");
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var head = end < 0 ? text : text[..end];
        var body = end < 0 ? "" : text[(end + 2)..];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Fold().Replace(head, " ").Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon]] = DecodeWords(line[(colon + 1)..].Trim());
            }
        }

        return new ReceivedMail(headers, DecodeBody(body, headers.GetValueOrDefault("Content-Transfer-Encoding", "")), raw);
    }

    private static string DecodeBody(string body, string encoding) => encoding.ToLowerInvariant() switch
    {
        "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(body)),
        "quoted-printable" => DecodeQuoted(body.Replace("=\n", "", StringComparison.Ordinal)),
        _ => body,
    };

    private static string DecodeWords(string value) => Word().Replace(Between().Replace(value, "?==?"), match =>
    {
        var text = match.Groups["text"].Value;
        return match.Groups["kind"].Value is "B" or "b"
            ? Encoding.UTF8.GetString(Convert.FromBase64String(text))
            : DecodeQuoted(text.Replace('_', ' '));
    });

    private static string DecodeQuoted(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([text[i]]));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    [GeneratedRegex(@"\n[ \t]+")]
    private static partial Regex Fold();

    /// <summary>Space between two encoded words is not part of the text.</summary>
    [GeneratedRegex(@"\?=\s+=\?")]
    private static partial Regex Between();

    [GeneratedRegex(@"=\?[^?]+\?(?<kind>[BbQq])\?(?<text>[^?]*)\?=")]
    private static partial Regex Word();
}
