namespace Reeve.Flexera.Network;

/// <summary>Whose a request is: the datasource, its place in the text, and the item of the iteration.</summary>
internal sealed record RequestPlace(string Datasource, int Order, int Iteration);

/// <summary>A request that was sent, without its secrets.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Url">The whole address as the template meant it.</param>
/// <param name="Datasource">The datasource it was for.</param>
/// <param name="Order">The place of the datasource in the text.</param>
/// <param name="Iteration">The item of the iteration, from 0.</param>
/// <param name="Number">The how manieth of the run.</param>
public sealed record SentRequest(string Method, string Url, string Datasource, int Order, int Iteration, long Number);

/// <summary>Addresses as they were written.</summary>
internal static class Addresses
{
    /// <summary>Scheme, authority, path and query, nothing decoded.</summary>
    public static string AbsoluteUriAsWritten(this Uri address) => $"{address.Scheme}://{address.Authority}{address.PathAndQuery}";
}
