using System.Collections.Immutable;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Bundles;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Http;
using Reeve.Storage.Records;

namespace Reeve.Server.Opa.Documents;

/// <summary>
/// The policies and the data of the decision service. Changes are made one after the other, each on what the one before left; each is
/// seen by decisions, as a whole, when it is on disk, and acknowledged then. Decisions take what is current and wait for nobody.
/// </summary>
internal sealed class PolicyBase(RegoDocumentStore store)
{
    private readonly Lock _changing = new();
    private readonly Lock _publishing = new();
    private readonly SemaphoreSlim _reloading = new(1, 1);

    // what the next change builds on: ahead of what is current by what is on its way to the disk
    private OpaSnapshot _head = Empty;
    private volatile OpaSnapshot _current = Empty;

    private static OpaSnapshot Empty { get; } = new(
        0, ImmutableSortedDictionary.Create<string, OpaPolicy>(StringComparer.Ordinal), OpaProgram.Compile([]), DataTree.Empty,
        DataRows.None, ImmutableSortedDictionary.Create<string, ActiveBundle>(StringComparer.Ordinal));

    /// <summary>A write failed, and what bundles had brought is gone with it.</summary>
    public event Action? Reloaded;

    /// <summary>What decisions are made on.</summary>
    public OpaSnapshot Current => _current;

    /// <summary>Takes up what is in the store. Gives the ids of policies that do not compile any more, with the reason.</summary>
    public async Task<IReadOnlyList<(string Id, string Reason)>> LoadAsync(CancellationToken cancellationToken)
    {
        var documents = await store.LoadAsync(cancellationToken);
        var refused = new List<(string Id, string Reason)>();
        var policies = Empty.Policies.ToBuilder();
        foreach (var document in documents.Where(d => d.Kind == DataRows.PolicyKind))
        {
            var parsed = RegoModule.Parse(document.Body ?? "", document.Name, RegoVersion.V1);
            if (parsed.Module is null)
            {
                refused.Add((document.Name, parsed.Errors.Count > 0 ? parsed.Errors[0].ToString() : "it is empty"));
            }
            else
            {
                policies[document.Name] = new OpaPolicy(document.Name, document.Body!, parsed.Module, null);
            }
        }

        // what compiled under another release may not do so now; the others go on
        OpaProgram program;
        while (!OpaProgram.TryCompile(policies.Values.Select(p => p.Module), out program!, out var errors))
        {
            var culprit = errors.Select(e => e.File).FirstOrDefault(f => policies.ContainsKey(f)) ?? policies.Keys.First();
            refused.Add((culprit, errors[0].ToString()));
            policies.Remove(culprit);
        }

        lock (_changing)
        {
            var rows = documents.Where(d => d.Kind == DataRows.DataKind).ToList();
            _head = Empty with
            {
                Version = _head.Version + 1,
                Policies = policies.ToImmutable(),
                Program = program,
                Data = DataRows.Restore(rows),
                Rows = DataRows.None.Union(rows.Select(r => r.Name)),
            };
            Publish(_head);
        }

        return refused;
    }

    /// <summary>Puts a value at a path; false when there is one and it was to be put only where there is none.</summary>
    public Task<bool> PutDataAsync(ImmutableArray<string> path, Value value, bool onlyNew) => ChangeAsync(change =>
    {
        change.MustBeFree(path);
        if (DataTree.Find(change.Data, path) is not null)
        {
            if (onlyNew)
            {
                return false;
            }
        }
        else
        {
            change.MakeWay(path);
        }

        change.Write(DataMove.Add, path, value);
        change.MustNotConflict();
        return true;
    });

    /// <summary>Does all moves, or none.</summary>
    public Task<bool> PatchDataAsync(IReadOnlyList<(DataMove Move, ImmutableArray<string> Path, Value? Value)> moves) =>
        ChangeAsync(change =>
        {
            foreach (var (move, path, value) in moves)
            {
                change.MustBeFree(path);
                change.Write(move, path, value);
            }

            change.MustNotConflict();
            return true;
        });

    /// <summary>Removes what is at a path.</summary>
    public Task<bool> DeleteDataAsync(ImmutableArray<string> path) => ChangeAsync(change =>
    {
        change.MustBeFree(path);
        change.Write(DataMove.Remove, path, null);
        return true;
    });

    /// <summary>Puts a policy; it must compile together with all others.</summary>
    public Task<bool> PutPolicyAsync(string id, string text) => ChangeAsync(change =>
    {
        if (change.Policies.TryGetValue(id, out var before))
        {
            change.MustBeFree([.. before.Module.Package]);
            if (before.Text == text)
            {
                return false;
            }
        }

        var parsed = RegoModule.Parse(text, id, RegoVersion.V1);
        if (parsed.Module is null)
        {
            throw OpaProblem.Invalid(
                parsed.Errors.Count == 0 ? "empty module" : OpaErrors.OfModules, OpaErrors.From(parsed.Errors, text));
        }

        change.MustBeFree([.. parsed.Module.Package]);
        change.PutPolicy(new OpaPolicy(id, text, parsed.Module, null));
        return true;
    });

    /// <summary>Removes a policy; what is left must compile.</summary>
    public Task<bool> DeletePolicyAsync(string id) => ChangeAsync(change =>
    {
        if (!change.Policies.TryGetValue(id, out var policy))
        {
            throw OpaProblem.NotFound($"storage_not_found_error: policy id \"{id}\"");
        }

        change.MustBeFree([.. policy.Module.Package]);
        change.RemovePolicy(id);
        return true;
    });

    /// <summary>Puts a bundle to work in place of what it was before. Throws <see cref="BundleException"/> and changes nothing.</summary>
    public Task<bool> ActivateAsync(string name, Bundle bundle) => ChangeAsync(change =>
    {
        BundleActivation.Apply(change, name, bundle);
        return true;
    });

    private async Task<bool> ChangeAsync(Func<PolicyChange, bool> make)
    {
        OpaSnapshot next;
        Task durable;
        lock (_changing)
        {
            var change = new PolicyChange(_head);
            if (!make(change))
            {
                return false;
            }

            next = change.Finish();
            durable = change.Writes.Count == 0 ? Task.CompletedTask : store.WriteAsync(change.Writes, CancellationToken.None);
            _head = next;
        }

        try
        {
            // INVARIANT: nobody's leaving stops this: what is in the head either becomes durable and current, or is taken back
            await durable;
        }
        catch
        {
            await ReloadAsync();
            throw;
        }

        Publish(next);
        return true;
    }

    // groups are committed in order, so whatever is below a durable version is durable too
    private void Publish(OpaSnapshot next)
    {
        lock (_publishing)
        {
            if (next.Version > _current.Version)
            {
                _current = next;
            }
        }
    }

    // a write that the store refused is in the head and must not stay there
    private async Task ReloadAsync()
    {
        await _reloading.WaitAsync();
        try
        {
            await LoadAsync(CancellationToken.None);
            Reloaded?.Invoke();
        }
        finally
        {
            _reloading.Release();
        }
    }
}
