using System.Text;

namespace Reeve.TestKit;

/// <summary>A request that the HTTP sink got, whole.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Path">The path without the query.</param>
/// <param name="Query">The query with its question mark, or empty.</param>
/// <param name="Headers">The headers; names in any case, several values joined with a comma.</param>
/// <param name="Body">The body's bytes.</param>
/// <param name="At">When it was read to its end.</param>
public sealed record ReceivedRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At)
{
    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);
}
