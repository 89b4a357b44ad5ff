using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Reeve.Flexera.Network;

/// <summary>A request about to be sent; credentials add to it.</summary>
internal sealed class Outgoing(string method, Uri address)
{
    public string Method { get; } = method;

    public Uri Address { get; set; } = address;

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    public byte[]? Body { get; set; }

    /// <summary>The same before the credentials were added: what may be shown and kept.</summary>
    public Outgoing Unsigned { get; private init; } = null!;

    /// <summary>Does it exchange credentials for others? Then it is kept nowhere.</summary>
    public bool IsExchange { get; set; }

    /// <summary>The host with its port when that is not the scheme's own: what is sent as <c>Host</c>.</summary>
    public string Host => Address switch
    {
        { HostNameType: UriHostNameType.Dns, IsDefaultPort: true } => Address.IdnHost,
        { HostNameType: UriHostNameType.Dns } => string.Create(CultureInfo.InvariantCulture, $"{Address.IdnHost}:{Address.Port}"),
        { IsDefaultPort: true } => Address.Host,
        _ => Address.Authority,
    };

    public string? Header(string name)
    {
        var found = Headers.FindIndex(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase));
        return found < 0 ? null : Headers[found].Value;
    }

    public void Set(string name, string value)
    {
        Headers.RemoveAll(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase));
        Headers.Add(KeyValuePair.Create(name, value));
    }

    public Outgoing Copy()
    {
        var copy = new Outgoing(Method, Address) { Body = Body, Unsigned = this, IsExchange = IsExchange };
        copy.Headers.AddRange(Headers);
        return copy;
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Names in any case; several values are joined with a comma.</param>
/// <param name="Body">The body, no longer compressed.</param>
internal sealed partial record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Is the body UTF-8 without a mark at its beginning, so that it can be read as it is?</summary>
    public bool IsUtf8 => Charset is "utf-8" or "utf8" && Utf8.IsValid(Body) && !Body.AsSpan().StartsWith("\uFEFF"u8);

    private string Charset => Marked ?? Named ?? "utf-8";

    // a mark at the beginning knows better than the header
    private string? Marked => Body.AsSpan() switch
    {
        [0xFF, 0xFE, ..] => "utf-16",
        [0xFE, 0xFF, ..] => "utf-16be",
        _ => null,
    };

    private string? Named => Headers.GetValueOrDefault("Content-Type")?.Split("charset=", 2) is [_, var named]
        ? named.Split(';')[0].Trim().Trim('"').ToLowerInvariant() : null;

    /// <summary>The body as text: of the encoding that its header, its mark or its XML declaration names; else of UTF-8.</summary>
    public string Text
    {
        get
        {
            var name = Marked ?? Named ?? Declared ?? "utf-8";
            var text = (Encodings.Find(name) ?? Encoding.UTF8).GetString(Body);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
    }

    private string? Declared => Body.AsSpan().StartsWith("<?xml"u8)
        && Declaration().Match(Encoding.Latin1.GetString(Body.AsSpan(0, Math.Min(Body.Length, 200)))) is { Success: true } match
        ? match.Groups[1].Value.ToLowerInvariant() : null;

    [GeneratedRegex("^<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._-]+)", RegexOptions.None, 1000)]
    private static partial Regex Declaration();
}

/// <summary>The way to the outside.</summary>
internal interface ITraffic
{
    /// <summary>Sends and waits for the whole answer, whatever its status.</summary>
    /// <exception cref="TrafficFault">There was no answer.</exception>
    Task<Answer> SendAsync(Outgoing request, CancellationToken cancellationToken);
}

/// <summary>There was no answer.</summary>
internal sealed class TrafficFault(string message, bool isTransient) : Exception(message)
{
    /// <summary>Might it work in a moment?</summary>
    public bool IsTransient { get; } = isTransient;
}
