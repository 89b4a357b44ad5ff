using System.Text;
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

    /// <summary>The host with its port when that is not the scheme's own: what is sent as <c>Host</c>.</summary>
    public string Host => Address.IsDefaultPort ? Address.Host : Address.Authority;

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
        var copy = new Outgoing(Method, Address) { Body = Body, Unsigned = this };
        copy.Headers.AddRange(Headers);
        return copy;
    }
}

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Names in any case; several values are joined with a comma.</param>
/// <param name="Body">The body, no longer compressed.</param>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Is the body UTF-8 without a mark at its beginning, so that it can be read as it is?</summary>
    public bool IsUtf8 => Charset is "utf-8" or "utf8" && Utf8.IsValid(Body) && !Body.AsSpan().StartsWith("\uFEFF"u8);

    private string Charset => Headers.GetValueOrDefault("Content-Type")?.Split("charset=", 2) is [_, var named]
        ? named.Split(';')[0].Trim().Trim('"').ToLowerInvariant() : "utf-8";

    public string Text
    {
        get
        {
            var encoding = Charset switch
            {
                "iso-8859-1" or "latin1" => Encoding.Latin1,
                "utf-16" or "utf-16le" => Encoding.Unicode,
                "utf-16be" => Encoding.BigEndianUnicode,
                _ => Encoding.UTF8,
            };
            var text = encoding.GetString(Body);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
    }
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
