using System.Text;
using Reeve.Flexera.Terms;

namespace Reeve.Flexera.Requests;

/// <summary>Addresses put together from their parts, nothing in them encoded twice.</summary>
internal static class RequestAddress
{
    private const int Longest = 65_000;

    private static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public static Uri Make(string scheme, string host, string path, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        var (realScheme, realHost, prefix) = Split(scheme, host);
        var text = new StringBuilder($"{realScheme}://{realHost}");
        var whole = prefix + (path.StartsWith('/') || path.Length == 0 ? path : "/" + path);
        text.Append(Keep(whole.Length == 0 ? "/" : whole));
        var mark = whole.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in query)
        {
            text.Append(mark).Append(Escape(name)).Append('=').Append(Escape(value));
            mark = '&';
        }

        return text.Length <= Longest && Uri.TryCreate(text.ToString(), in _asWritten, out var address) && address.Host.Length > 0
            ? address
            : throw new TermFault($"`{Values.Short(text.ToString())}` is no address");
    }

    /// <summary>The address with another path, which is encoded already.</summary>
    public static Uri WithPath(Uri address, string path) =>
        new($"{address.Scheme}://{address.Authority}{path}{address.Query}", in _asWritten);

    /// <summary>The address that a page says for the next one, possibly relative to its own.</summary>
    public static Uri? Next(Uri page, string said)
    {
        var text = said.Trim();
        if (text.StartsWith('/'))
        {
            text = text.StartsWith("//", StringComparison.Ordinal) ? $"{page.Scheme}:{text}" : $"{page.Scheme}://{page.Authority}{text}";
        }

        var cut = text.IndexOf('#', StringComparison.Ordinal);
        text = cut >= 0 ? text[..cut] : text;
        if (text.Length <= Longest && Uri.TryCreate(Keep(text), in _asWritten, out var address) && address.IsAbsoluteUri)
        {
            return address.Scheme is "http" or "https" ? address : null;
        }

        return Uri.TryCreate(page, Keep(text), out var relative) && relative.Scheme is "http" or "https" ? relative : null;
    }

    /// <summary>All but letters, digits and <c>-._~</c> as percent signs.</summary>
    public static string Escape(string text) => Uri.EscapeDataString(text);

    // a host may have been given with its scheme, or with the beginning of a path
    private static (string Scheme, string Host, string Prefix) Split(string scheme, string host)
    {
        var bare = host.Trim();
        foreach (var named in (string[])["https", "http"])
        {
            if (bare.StartsWith(named + "://", StringComparison.OrdinalIgnoreCase))
            {
                (scheme, bare) = (named, bare[(named.Length + 3)..]);
            }
        }

        var slash = bare.IndexOf('/', StringComparison.Ordinal);
        var (name, prefix) = slash < 0 ? (bare, "") : (bare[..slash], bare[slash..].TrimEnd('/'));
        return name.Length == 0 || name.Any(c => char.IsWhiteSpace(c) || c is '@' or '?' or '#' or '\\')
            ? throw new TermFault($"`{Values.Short(host)}` is no host")
            : (scheme, name, prefix);
    }

    // what is encoded stays as it is; what an address cannot hold is encoded
    private static string Keep(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                kept.Append(c);
            }
            else if (char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,;=:@/?[]".Contains(c, StringComparison.Ordinal))
            {
                kept.Append(c);
            }
            else
            {
                var pair = char.IsHighSurrogate(c) && i + 1 < text.Length ? text.Substring(i++, 2) : c.ToString();
                foreach (var octet in Encoding.UTF8.GetBytes(pair))
                {
                    kept.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
                }
            }
        }

        return kept.ToString();
    }
}
