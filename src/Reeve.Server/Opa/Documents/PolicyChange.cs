using System.Collections.Immutable;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Http;
using Reeve.Storage.Records;

namespace Reeve.Server.Opa.Documents;

/// <summary>One change in the making: what the next snapshot will be, and what the store is told.</summary>
internal sealed class PolicyChange(OpaSnapshot head)
{
    private readonly List<RegoDocumentWrite> _writes = [];
    private ImmutableSortedSet<string> _rows = head.Rows;
    private bool _recompile;

    public ObjectValue Data { get; private set; } = head.Data;

    public ImmutableSortedDictionary<string, OpaPolicy> Policies { get; private set; } = head.Policies;

    public ImmutableSortedDictionary<string, ActiveBundle> Bundles { get; set; } = head.Bundles;

    public IReadOnlyList<RegoDocumentWrite> Writes => _writes;

    /// <summary>A path within what a bundle owns is not for others to write.</summary>
    public void MustBeFree(ImmutableArray<string> path)
    {
        if (path.Length == 0 && Bundles.Count > 0)
        {
            throw OpaProblem.Invalid("can't write to document root with bundle roots configured");
        }

        foreach (var bundle in Bundles.Values.Where(b => b.Owns(path.AsSpan())))
        {
            throw OpaProblem.Invalid(
                bundle.Roots.Any(r => r.Length == 0)
                    ? $"all paths owned by bundle \"{bundle.Name}\""
                    : $"path {string.Join('/', path)} is owned by bundle \"{bundle.Name}\"");
        }
    }

    /// <summary>Makes the objects above a path that are not there.</summary>
    public void MakeWay(ImmutableArray<string> path)
    {
        for (var depth = 1; depth < path.Length; depth++)
        {
            var above = path[..depth];
            switch (DataTree.Find(Data, above))
            {
                case null:
                    Write(DataMove.Add, above, DataTree.Empty);
                    break;
                case ObjectValue:
                    break;
                case ArrayValue:
                    return;
                default:
                    throw OpaProblem.Conflict($"storage_write_conflict_error: {OpaPath.Show(path)}");
            }
        }
    }

    /// <summary>Does a move on the data, and notes it for the store.</summary>
    public void Write(DataMove move, ImmutableArray<string> path, Value? value)
    {
        Data = DataTree.Write(Data, move, path, value);
        _rows = DataRows.Note(_rows, Data, path, _writes);
    }

    /// <summary>Sets data that the store does not keep: what comes in a bundle.</summary>
    public void Overlay(ObjectValue data) => Data = data;

    public void PutPolicy(OpaPolicy policy)
    {
        Policies = Policies.SetItem(policy.Id, policy);
        _recompile = true;
        if (policy.Bundle is null)
        {
            _writes.Add(new RegoDocumentWrite(DataRows.PolicyKind, policy.Id, RegoDocumentMove.Put, policy.Text));
        }
    }

    public void RemovePolicy(string id)
    {
        if (Policies.TryGetValue(id, out var policy))
        {
            Policies = Policies.Remove(id);
            _recompile = true;
            if (policy.Bundle is null)
            {
                _writes.Add(new RegoDocumentWrite(DataRows.PolicyKind, id, RegoDocumentMove.Remove));
            }
        }
    }

    /// <summary>A rule and a value at the same path are a conflict.</summary>
    public void MustNotConflict()
    {
        var errors = PathConflicts.Find(Policies.Values.Select(p => p.Module), Data);
        if (errors.Count > 0)
        {
            throw OpaProblem.Invalid(string.Join("; ", errors.Select(e => $"{e.Code}: {e.Message}")), OpaErrors.From(errors));
        }
    }

    /// <summary>The next snapshot; throws when the policies do not compile.</summary>
    public OpaSnapshot Finish()
    {
        var program = head.Program;
        if (_recompile)
        {
            if (!OpaProgram.TryCompile(Policies.Values.Select(p => p.Module), out var compiled, out var errors))
            {
                throw OpaProblem.Invalid(OpaErrors.OfModules, OpaErrors.From(errors));
            }

            var conflicts = PathConflicts.Find(Policies.Values.Select(p => p.Module), Data);
            if (conflicts.Count > 0)
            {
                throw OpaProblem.Invalid(OpaErrors.OfModules, OpaErrors.From(conflicts));
            }

            program = compiled!;
        }

        return new OpaSnapshot(head.Version + 1, Policies, program, Data, _rows, Bundles);
    }
}
