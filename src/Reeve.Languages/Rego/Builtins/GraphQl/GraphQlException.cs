namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>The first thing that is wrong with a GraphQL document. The built-ins turn it into their result; it never leaves them.</summary>
internal sealed class GraphQlException(string message, Place place) : Exception(message)
{
    /// <summary>The message with the place, as OPA words it.</summary>
    public string Located => place == Place.None
        ? Message.TrimEnd('.')
        : $"{Message.TrimEnd('.')} in GraphQL string at location {place.Line}:{place.Column}";
}
