using System.Collections.Concurrent;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Policies;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Catalog;

/// <summary>
/// The documents that people apply: read, checked against each other, made durable as one transaction, and put to work in the runtime.
/// One applier at a time; of two, the second sees what the first has done.
/// </summary>
public sealed class ResourceCatalog(
    IResourceStore store, LoopRuntime runtime, IReadOnlyList<IEngine> engines, IReadOnlyList<PolicyType> builtIn)
{
    private readonly Dictionary<ResourceKey, CatalogEntry> _entries = [];
    private IReadOnlyDictionary<string, IEngine> _engines = engines.ToDictionary(e => e.Name, StringComparer.Ordinal);
    private IReadOnlyDictionary<string, PolicyType> _builtIn = builtIn.ToDictionary(t => t.FullName, StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>The silences that are in the catalog.</summary>
    public IReadOnlyList<Silence> Silences => [.. _entries.Values.OfType<SilenceEntry>().Select(s => s.Silence)];

    /// <summary>
    /// Reads everything from the store and puts it into the runtime, before that starts. Gives
    /// the documents that could not be put to work, each with why: they stay in the store.
    /// </summary>
    public async Task<IReadOnlyList<(ResourceKey Key, Mistake Mistake)>> LoadAsync(CancellationToken cancellationToken)
    {
        var stored = new List<StoredResource>();
        await store.LoadAsync(
            resource =>
            {
                // what a system's room keeps is of kinds of its own, and read by the room
                if (ResourceKinds.All.Contains(resource.Key.Kind))
                {
                    stored.Add(resource);
                }
            },
            cancellationToken);

        // reading a document concerns no other, and with many documents it is most of a start
        var read = new (CatalogEntry? Entry, List<Mistake> Mistakes)[stored.Count];
        Parallel.For(0, stored.Count, i => read[i] = Read(stored[i]));
        var problems = new List<(ResourceKey, Mistake)>();
        for (var i = 0; i < read.Length; i++)
        {
            if (read[i].Entry is { } entry)
            {
                _entries[entry.Key] = entry;
            }

            foreach (var mistake in read[i].Mistakes)
            {
                problems.Add((stored[i].Key, mistake));
            }
        }

        var mistakes = new List<Mistake>();
        var view = new CatalogView(_entries, _builtIn);
        var check = new ReferenceCheck(view, _engines, runtime.Actors, runtime.Drivers, runtime.Targets);
        foreach (var policy in _entries.Values.OfType<PolicyEntry>().ToList())
        {
            mistakes.Clear();
            check.Check(policy, mistakes);
            problems.AddRange(mistakes.Select(m => (policy.Key, m)));
        }

        Keep(view);
        foreach (var workflow in _entries.Values.OfType<WorkflowEntry>())
        {
            runtime.Workflows[(workflow.Key.Scope, workflow.Key.Name)] = workflow.Workflow;
        }

        foreach (var binding in _entries.Values.OfType<BindingEntry>())
        {
            if (ActiveOf(binding) is { } active)
            {
                runtime.Put(active);
            }
            else
            {
                var message = $"policy `{binding.Binding.Policy}` is not there or does not compile";
                problems.Add((binding.Key, new Mistake(ErrorCodes.NotFound, "/spec/policy", message)));
            }
        }

        return problems;
    }

    /// <summary>All policy types that a scope may use, built-in ones included, in order of name and version.</summary>
    public IReadOnlyList<PolicyType> TypesOf(Scope scope)
    {
        lock (_entries)
        {
            return [.. _builtIn.Values
                .Concat(_entries.Values.OfType<TypeEntry>().Where(t => t.Key.Scope == scope).Select(t => t.Type))
                .OrderBy(t => t.Name, StringComparer.Ordinal).ThenBy(t => t.Version, StringComparer.Ordinal)];
        }
    }

    /// <summary>Applies documents as one. Those without tenant and project go to <paramref name="scope"/>.</summary>
    public Task<ApplyOutcome> ApplyAsync(
        DocumentSet documents, Scope scope, string who, bool dryRun, CancellationToken cancellationToken) =>
        ApplyAsync(documents, scope, who, dryRun, null, cancellationToken);

    /// <summary>The same; with a rule of what to prune, what it takes goes in the same transaction.</summary>
    public async Task<ApplyOutcome> ApplyAsync(
        DocumentSet documents, Scope scope, string who, bool dryRun, PruneRule? prune, CancellationToken cancellationToken)
    {
        if (documents.Mistakes.Length > 0)
        {
            return new ApplyOutcome([], documents.Mistakes);
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await ApplyLockedAsync(documents, scope, who, dryRun, prune, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Deletes documents as one; <paramref name="expected"/> is the revision that a single one must have, or null.</summary>
    public async Task<ApplyOutcome> DeleteAsync(
        IReadOnlyList<ResourceKey> keys, long? expected, string who, bool dryRun, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var mistakes = new List<Mistake>();
            var view = new CatalogView(_entries, _builtIn);
            var changes = new List<ResourceChange>();
            foreach (var key in keys.Distinct())
            {
                if (!_entries.TryGetValue(key, out var entry))
                {
                    mistakes.Add(NotFound(key));
                    continue;
                }

                if (expected is { } revision && revision != entry.Revision)
                {
                    mistakes.Add(Conflict(key, revision, entry.Revision));
                }

                view.Remove(key);
                changes.Add(new ResourceChange(key, ResourceChangeKind.Deleted, entry.Revision));
            }

            var check = NewCheck(view);
            foreach (var change in changes)
            {
                check.CheckRemoved(change.Key, _entries[change.Key], mistakes);
            }

            return mistakes.Count > 0
                ? new ApplyOutcome([], mistakes)
                : await WriteAsync(view, changes, [], who, dryRun, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Lets parts come, change or go while all runs. Gives what stands in the way; then nothing has changed. The function makes the new
    /// parts of those at work, under the catalog's lock.
    /// </summary>
    public async Task<IReadOnlyList<Mistake>> ExchangeAsync(
        Func<PartsAtWork, PartsAtWork> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var before = new PartsAtWork(
                _engines, _builtIn, runtime.Actors.ToDictionary(StringComparer.Ordinal),
                runtime.Drivers.ToDictionary(StringComparer.Ordinal));
            var after = change(before);
            var (view, mistakes) = new PartsExchange(_entries, before, after, runtime.Targets).Try();
            if (mistakes.Count > 0)
            {
                return mistakes;
            }

            lock (_entries)
            {
                (_engines, _builtIn) = (after.Engines, after.Types);
            }

            Lay(runtime.Actors, after.Actors);
            Lay(runtime.Drivers, after.Drivers);
            await ActivateAsync(view, new ChangeSet());
            return [];
        }
        finally
        {
            _gate.Release();
        }
    }

    private static void Lay<T>(ConcurrentDictionary<string, T> over, IReadOnlyDictionary<string, T> parts)
    {
        foreach (var (name, part) in parts)
        {
            over[name] = part;
        }

        foreach (var name in over.Keys.Where(n => !parts.ContainsKey(n)))
        {
            over.TryRemove(name, out _);
        }
    }

    /// <summary>The names of the documents of a kind in a scope: for did-you-mean.</summary>
    public IReadOnlyList<string> NamesOf(Scope scope, string kind)
    {
        lock (_entries)
        {
            return [.. _entries.Keys.Where(k => k.Scope == scope && k.Kind == kind).Select(k => k.Name)];
        }
    }

    private static (CatalogEntry? Entry, List<Mistake> Mistakes) Read(StoredResource stored)
    {
        var mistakes = new List<Mistake>();
        var entry = ResourceDocument.Read(stored.Body, stored.Key.Scope, mistakes) is { } document
            ? EntryReader.Read(document, stored.Body, stored.Revision, mistakes)
            : null;
        return (entry, mistakes);
    }

    private async Task<ApplyOutcome> ApplyLockedAsync(
        DocumentSet documents, Scope scope, string who, bool dryRun, PruneRule? prune, CancellationToken cancellationToken)
    {
        var mistakes = new List<Mistake>();
        var view = new CatalogView(_entries, _builtIn);
        var changes = new List<ResourceChange>();
        var bodies = new Dictionary<ResourceKey, (JsonElement Body, Document Document)>();
        foreach (var document in documents.Documents)
        {
            var own = new List<Mistake>();
            if (ResourceDocument.Read(document.Root, scope, own) is { } resource)
            {
                var last = _entries.GetValueOrDefault(resource.Key)?.Revision
                    ?? await store.LastRevisionAsync(resource.Key, cancellationToken);
                Take(resource, document, last + 1, view, changes, bodies, own);
            }

            mistakes.AddRange(document.Locate(own));
        }

        var pruned = prune is null ? [] : Prune(prune, bodies.Keys.ToHashSet(), view);

        // first what each says of the others, in the order in which kinds build on each other
        var check = NewCheck(view);
        foreach (var change in changes
            .Where(c => c.Kind != ResourceChangeKind.Unchanged)
            .OrderBy(c => ResourceKinds.All.IndexOf(c.Key.Kind)))
        {
            var own = new List<Mistake>();
            var entry = view.Find(change.Key)!;
            check.Check(entry, own);
            if (entry is TypeEntry type && own.Count == 0)
            {
                check.Recompile(type, own);
            }
            else if (view.Find(change.Key) is PolicyEntry { Policy: { } now, Compiled: { } its }
                && _entries.GetValueOrDefault(change.Key) is PolicyEntry { Policy: { } was } && was.Type == now.Type)
            {
                own.AddRange(its.Properties.Diff(was.Properties, now.Properties, "/spec/properties"));
            }
            else if (entry is TargetEntry tree && _entries.GetValueOrDefault(change.Key) is TargetEntry old)
            {
                foreach (var gone in old.Targets.Where(t => !tree.Targets.Any(n => n.Key == t.Key)))
                {
                    check.CheckRemoved(gone, own);
                }
            }

            mistakes.AddRange(bodies[change.Key].Document.Locate(own));
        }

        foreach (var gone in pruned)
        {
            check.CheckRemoved(gone.Key, _entries[gone.Key], mistakes);
        }

        changes = [.. changes.Select(c => c with { Body = bodies[c.Key].Body }), .. pruned];
        return mistakes.Count > 0
            ? new ApplyOutcome([], mistakes)
            : await WriteAsync(view, changes, bodies, who, dryRun, cancellationToken);
    }

    private List<ResourceChange> Prune(PruneRule rule, HashSet<ResourceKey> kept, CatalogView view)
    {
        var scopes = kept.Select(k => k.Scope).ToHashSet();
        var gone = _entries.Values.Where(e => rule.Takes(e, scopes, kept))
            .OrderByDescending(e => ResourceKinds.All.IndexOf(e.Key.Kind)).ThenBy(e => e.Key.Name, StringComparer.Ordinal)
            .Select(e => new ResourceChange(e.Key, ResourceChangeKind.Deleted, e.Revision))
            .ToList();
        gone.ForEach(g => view.Remove(g.Key));
        return gone;
    }

    private void Take(
        ResourceDocument resource, Document document, long revision, CatalogView view, List<ResourceChange> changes,
        Dictionary<ResourceKey, (JsonElement Body, Document Document)> bodies, List<Mistake> mistakes)
    {
        if (!bodies.TryAdd(resource.Key, (document.Root, document)))
        {
            mistakes.Add(new Mistake(ErrorCodes.Duplicate, "/metadata/name", $"there are two documents `{resource.Key}`"));
            return;
        }

        var known = _entries.GetValueOrDefault(resource.Key);
        if (resource.Revision is { } expected && expected != (known?.Revision ?? 0))
        {
            mistakes.Add(Conflict(resource.Key, expected, known?.Revision ?? 0));
            return;
        }

        if (EntryReader.Read(resource, document.Root, revision, mistakes) is not { } entry)
        {
            return;
        }

        if (entry is TypeEntry && _builtIn.ContainsKey(resource.Key.Name))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotAllowed, "/metadata/name", $"policy type `{resource.Key.Name}` is part of Reeve; give yours another name"));
            return;
        }

        if (known?.Hash == entry.Hash)
        {
            changes.Add(new ResourceChange(resource.Key, ResourceChangeKind.Unchanged, known.Revision));
            return;
        }

        view.Put(entry);
        changes.Add(new ResourceChange(
            resource.Key, known is null ? ResourceChangeKind.Created : ResourceChangeKind.Changed, entry.Revision));
    }

    private async Task<ApplyOutcome> WriteAsync(
        CatalogView view, List<ResourceChange> changes, Dictionary<ResourceKey, (JsonElement Body, Document Document)> bodies,
        string who, bool dryRun, CancellationToken cancellationToken)
    {
        var outcome = new ApplyOutcome(changes, []);
        var real = changes.Where(c => c.Kind != ResourceChangeKind.Unchanged).ToList();
        if (dryRun || real.Count == 0)
        {
            return outcome;
        }

        var now = runtime.Time.GetUtcNow();
        var also = new ChangeSet();
        var writes = new List<ResourceWrite>();
        foreach (var change in real)
        {
            var known = _entries.GetValueOrDefault(change.Key);
            var stored = change.Kind == ResourceChangeKind.Deleted
                ? null
                : new StoredResource(change.Key, change.Revision, bodies[change.Key].Body, now, now, who);
            writes.Add(new ResourceWrite(change.Key, known?.Revision ?? 0, stored));
            also.Journal.Add(new JournalEntry
            {
                At = now,
                Scope = change.Key.Scope,
                Kind = JournalKinds.ResourceChanged,
                Who = who,
                Summary = $"{change.Kind.ToString().ToLowerInvariant()} `{change.Key}` revision {change.Revision}",
                Binding = change.Key.Kind == ResourceKinds.Binding ? change.Key.Name : null,
                Policy = change.Key.Kind == ResourceKinds.Policy ? change.Key.Name : null,
                PolicyRevision = change.Key.Kind == ResourceKinds.Policy ? change.Revision : null,
                Target = change.Key.Kind == ResourceKinds.Target ? change.Key.Name : null,
                Data = Json.Object(
                    ("kind", change.Key.Kind), ("name", change.Key.Name), ("change", change.Kind.ToString().ToLowerInvariant())),
            });
            TargetMerge.Add(
                known as TargetEntry,
                change.Kind == ResourceChangeKind.Deleted ? null : view.Find(change.Key) as TargetEntry,
                runtime.Targets, now, also);
        }

        var conflicts = await store.ApplyAsync(writes, also, cancellationToken);
        if (conflicts.Count > 0)
        {
            return new ApplyOutcome(
                [],
                [.. conflicts.Select(c => new Mistake(
                    ErrorCodes.Conflict, "", $"`{c}` was changed by somebody else meanwhile; look at it and apply again"))]);
        }

        await ActivateAsync(view, also);
        return outcome;
    }

    private async Task ActivateAsync(CatalogView view, ChangeSet also)
    {
        var changedPolicies = view.Over.Values.OfType<PolicyEntry>().Select(p => (p.Key.Scope, p.Key.Name)).ToHashSet();
        var removed = view.Over.Where(o => o.Value is null).Select(o => o.Key).ToList();
        Keep(view);
        if (also.Targets.Count + also.RemovedTargets.Count > 0)
        {
            await runtime.AdoptAsync(also);
        }

        foreach (var key in removed)
        {
            if (key.Kind == ResourceKinds.Binding)
            {
                runtime.Remove(key.Scope, key.Name);
            }
            else if (key.Kind == ResourceKinds.Workflow)
            {
                runtime.Workflows.TryRemove((key.Scope, key.Name), out _);
            }
        }

        foreach (var workflow in view.Over.Values.OfType<WorkflowEntry>())
        {
            runtime.Workflows[(workflow.Key.Scope, workflow.Key.Name)] = workflow.Workflow;
        }

        foreach (var binding in _entries.Values
            .OfType<BindingEntry>()
            .Where(b => view.Over.ContainsKey(b.Key) || changedPolicies.Contains((b.Key.Scope, b.Binding.Policy))))
        {
            if (ActiveOf(binding) is { } active)
            {
                runtime.Put(active);
            }
        }

        if (view.Over.Keys.Any(k => k.Kind == ResourceKinds.Silence))
        {
            runtime.Silence(Silences);
        }
    }

    private void Keep(CatalogView view)
    {
        lock (_entries)
        {
            foreach (var (key, entry) in view.Over)
            {
                if (entry is null)
                {
                    _entries.Remove(key);
                }
                else
                {
                    _entries[key] = entry;
                }
            }
        }
    }

    private ActiveBinding? ActiveOf(BindingEntry binding) =>
        _entries.GetValueOrDefault(new ResourceKey(binding.Key.Scope, ResourceKinds.Policy, binding.Binding.Policy)) is PolicyEntry
        {
            Policy: { } policy,
            Compiled: { } type,
            Program: { } program,
        }
            ? new ActiveBinding(binding.Binding, policy, type, program)
            : null;

    private ReferenceCheck NewCheck(CatalogView view) => new(view, _engines, runtime.Actors, runtime.Drivers, runtime.Targets);

    private Mistake NotFound(ResourceKey key)
    {
        var names = _entries.Keys.Where(k => k.Kind == key.Kind && k.Scope == key.Scope).Select(k => k.Name);
        return new(ErrorCodes.NotFound, "", $"there is no `{key}`{DidYouMean.Hint(key.Name, names)}");
    }

    private static Mistake Conflict(ResourceKey key, long expected, long found) => new(
        ErrorCodes.Conflict, "/metadata/revision",
        $"`{key}` has revision {found}, not {expected}: somebody else changed it; look at it and apply again");
}
