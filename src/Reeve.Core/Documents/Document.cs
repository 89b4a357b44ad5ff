using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>One document as somebody wrote it: its value, and where in the text each part of it stands.</summary>
/// <param name="Root">The value; always an object.</param>
/// <param name="Positions">Where its parts stand.</param>
/// <param name="File">The name of the file, as the user gave it.</param>
public sealed record Document(JsonElement Root, SourceMap Positions, string File)
{
    /// <summary>The mistakes with their places in the text filled in, in the order of the text.</summary>
    public ImmutableArray<Mistake> Locate(IEnumerable<Mistake> mistakes) =>
    [
        .. mistakes.Select(m => m.Position is null ? m with { Position = Positions.Find(m.Path) } : m)
            .OrderBy(m => m.Position!.Line).ThenBy(m => m.Position!.Column),
    ];
}

/// <summary>
/// What a text held: documents, and the mistakes that were found on the way. With a mistake, the documents are not all there is.
/// </summary>
/// <param name="Documents">The documents that could be read, in order.</param>
/// <param name="Mistakes">What is wrong with the text; empty when all of it could be read.</param>
public sealed record DocumentSet(ImmutableArray<Document> Documents, ImmutableArray<Mistake> Mistakes);

/// <summary>How much a text may hold, so that a hostile one cannot take the memory or the time of others.</summary>
public sealed record DocumentLimits
{
    /// <summary>The limits unless others are given.</summary>
    public static readonly DocumentLimits Default = new();

    /// <summary>Bytes in the text; 4 MiB unless given.</summary>
    public int MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Objects and lists inside each other; 64 unless given.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Documents in the text; 10,000 unless given.</summary>
    public int MaxDocuments { get; init; } = 10_000;

    /// <summary>Values in all documents together, each alias counted with all that it stands for; 500,000 unless given.</summary>
    public int MaxValues { get; init; } = 500_000;

    /// <summary>Bytes that all documents together take once their aliases are written out; 16 MiB unless given.</summary>
    public int MaxExpandedBytes { get; init; } = 16 * 1024 * 1024;
}
