using System.Collections.Immutable;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Server.Opa.Documents;

/// <summary>All policies and data at one instant. Immutable: a decision is made on one snapshot from its begin to its end.</summary>
/// <param name="Version">Counts the changes.</param>
/// <param name="Policies">By their ids.</param>
/// <param name="Program">All policies, compiled together.</param>
/// <param name="Data">The base documents.</param>
/// <param name="Rows">The names of the rows in which the store keeps the data.</param>
/// <param name="Bundles">The bundles at work, by their names.</param>
internal sealed record OpaSnapshot(
    long Version,
    ImmutableSortedDictionary<string, OpaPolicy> Policies,
    OpaProgram Program,
    ObjectValue Data,
    ImmutableSortedSet<string> Rows,
    ImmutableSortedDictionary<string, ActiveBundle> Bundles);

/// <summary>A policy: its id, its text, what was read from it, and the bundle that it came in.</summary>
internal sealed record OpaPolicy(string Id, string Text, RegoModule Module, string? Bundle);

/// <summary>A bundle that is at work, and the part of the documents that is its own.</summary>
internal sealed record ActiveBundle(string Name, string Revision, ImmutableArray<ImmutableArray<string>> Roots)
{
    public bool Owns(ReadOnlySpan<string> path)
    {
        foreach (var root in Roots)
        {
            if (OpaPath.Overlap(root.AsSpan(), path))
            {
                return true;
            }
        }

        return false;
    }
}
