using System.Text.Json;
using Reeve.Core.Identity;
using Reeve.Core.Journal;

namespace Reeve.Core.Policies;

/// <summary>Names a document: its kind, and its name within a scope.</summary>
public readonly record struct ResourceKey(Scope Scope, string Kind, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Name}";
}

/// <summary>A document as it is kept.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Revision">Counts its changes, from 1; goes on counting when it is deleted and made again.</param>
/// <param name="Body">The document as applied; an object with <c>kind</c>, <c>metadata</c>, <c>spec</c>.</param>
/// <param name="CreatedAt">When this document was first applied.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
/// <param name="UpdatedBy">Who changed it last.</param>
public sealed record StoredResource(
    ResourceKey Key, long Revision, JsonElement Body, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>One write: put a body (null deletes), if the revision is still the expected one (0: must not exist).</summary>
public sealed record ResourceWrite(ResourceKey Key, long ExpectedRevision, StoredResource? Resource);

/// <summary>Keeps the documents that people apply.</summary>
public interface IResourceStore
{
    /// <summary>All documents, in order of kind and name; called once, at the start.</summary>
    Task LoadAsync(Action<StoredResource> take, CancellationToken cancellationToken);

    /// <summary>
    /// Writes all, with what else changes, or none. Gives the keys whose revision was another; empty when all was written.
    /// </summary>
    Task<IReadOnlyList<ResourceKey>> ApplyAsync(
        IReadOnlyList<ResourceWrite> writes, ChangeSet changes, CancellationToken cancellationToken);

    /// <summary>The highest revision that a document of this name ever had; 0 for none. One that is made again goes on counting.</summary>
    Task<long> LastRevisionAsync(ResourceKey key, CancellationToken cancellationToken);

    /// <summary>One document, or null.</summary>
    Task<StoredResource?> GetAsync(ResourceKey key, CancellationToken cancellationToken);

    /// <summary>Documents of a kind in order of name, after a cursor; <paramref name="project"/> null for all of the tenant.</summary>
    Task<Page<StoredResource>> ListAsync(
        string tenant, string? project, string kind, string? after, int limit, CancellationToken cancellationToken);
}
