namespace Reeve.Storage.Records;

/// <summary>One thing that was put into the decision service.</summary>
/// <param name="Kind">What it is: <c>policy</c> or <c>data</c>.</param>
/// <param name="Name">Its id, or its path as <c>/a/b</c> with each part escaped as in a URL; the root is empty.</param>
/// <param name="Body">The module's text, or JSON; null: nothing is there, whatever a shorter path says.</param>
public sealed record RegoDocument(string Kind, string Name, string? Body);

/// <summary>One step of a write to the decision service's documents.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Move">What is done.</param>
/// <param name="Body">The body, for a put.</param>
public sealed record RegoDocumentWrite(string Kind, string Name, RegoDocumentMove Move, string? Body = null);

/// <summary>What a step does.</summary>
public enum RegoDocumentMove
{
    /// <summary>Writes the document, new or over the one that is there.</summary>
    Put,

    /// <summary>Removes the document.</summary>
    Remove,

    /// <summary>Removes all documents whose name goes on below this one with a slash.</summary>
    RemoveBelow,
}
