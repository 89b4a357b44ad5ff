using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Storage.Records;

namespace Reeve.Storage.Tests.Records;

/// <summary>What both databases promise about documents.</summary>
public abstract class ResourceSuite<T> : IAsyncLifetime where T : TestDatabase, new()
{
    private static readonly ChangeSet _nothing = new();

    private readonly T _place = new();
    private Store _store = null!;

    public async Task InitializeAsync() => _store = await _place.OpenStoreAsync();

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task A_document_comes_back_as_it_was_applied()
    {
        var put = Put("heal", 0, 1, """{"kind":"policy","spec":{"größe":1.50,"text":"\u0000 €"}}""");
        Assert.Empty(await ApplyAsync(put));
        await _store.DisposeAsync();
        _store = await _place.OpenStoreAsync();

        var found = await _store.Resources.GetAsync(put.Key, CancellationToken.None);
        Assert.Equal(put.Resource!.Body.GetRawText(), found!.Body.GetRawText());
        Assert.Equal(put.Resource with { Body = default }, found with { Body = default });
        Assert.Null(await _store.Resources.GetAsync(put.Key with { Scope = new Scope("other", "shop") }, CancellationToken.None));
    }

    [Fact]
    public async Task A_write_with_another_revision_writes_nothing_at_all_and_names_the_document()
    {
        await ApplyAsync(Put("a", 0, 1), Put("b", 0, 1));
        var changes = Samples.Changes(1);
        var mistaken = await _store.Resources.ApplyAsync([Put("a", 1, 2), Put("b", 7, 8), Put("c", 2, 3)], changes, CancellationToken.None);

        Assert.Equal(["policy/b", "policy/c"], mistaken.Select(k => k.ToString()));
        Assert.Equal(1, (await _store.Resources.GetAsync(Key("a"), CancellationToken.None))!.Revision);
        Assert.Equal(0, (await _store.VerifyJournalAsync(CancellationToken.None)).Entries);
    }

    [Fact]
    public async Task Of_two_who_change_the_same_revision_at_once_one_wins()
    {
        await ApplyAsync(Put("a", 0, 1));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ApplyAsync(Put("a", 1, 2, $$"""{"by":{{i}}}"""))));
        Assert.Single(outcomes, mistaken => mistaken.Count == 0);
        Assert.Equal(2, (await _store.Resources.GetAsync(Key("a"), CancellationToken.None))!.Revision);
    }

    [Fact]
    public async Task Documents_are_written_together_with_what_the_journal_says_of_them()
    {
        await _store.Resources.ApplyAsync([Put("a", 0, 1)], Samples.Changes(2), CancellationToken.None);
        Assert.Equal(2, (await _store.VerifyJournalAsync(CancellationToken.None)).Entries);
    }

    [Fact]
    public async Task Revisions_go_on_counting_when_a_document_is_deleted_and_made_again()
    {
        await ApplyAsync(Put("a", 0, 1));
        await ApplyAsync(Put("a", 1, 2));
        Assert.Empty(await ApplyAsync(new ResourceWrite(Key("a"), 2, null)));
        Assert.Null(await _store.Resources.GetAsync(Key("a"), CancellationToken.None));
        Assert.Equal([Key("a")], await ApplyAsync(Put("a", 2, 3)));

        var last = await _store.Resources.LastRevisionAsync(Key("a"), CancellationToken.None);
        Assert.Equal(2, last);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(Put("a", 0, 1)));
        Assert.Empty(await ApplyAsync(Put("a", 0, last + 1)));
        Assert.Equal(0, await _store.Resources.LastRevisionAsync(Key("never"), CancellationToken.None));
    }

    [Fact]
    public async Task All_documents_are_loaded_in_order_of_kind_and_name_without_the_deleted()
    {
        await ApplyAsync(Put("b", 0, 1), Put("a", 0, 1), Put("gone", 0, 1), Put("z", 0, 1, kind: "binding"));
        await ApplyAsync(new ResourceWrite(Key("gone"), 1, null));
        var loaded = new List<string>();
        await _store.Resources.LoadAsync(r => loaded.Add(r.Key.ToString()), CancellationToken.None);
        Assert.Equal(["binding/z", "policy/a", "policy/b"], loaded);
    }

    [Fact]
    public async Task Lists_come_by_name_page_by_page_and_each_once()
    {
        await ApplyAsync([.. Enumerable.Range(0, 9).Select(i => Put($"p{i}", 0, 1))]);
        // The same name in a second project stands beside the first.
        var twin = Put("p4", 0, 1) with { Key = new ResourceKey(new Scope("acme", "bank"), "policy", "p4") };
        await ApplyAsync(twin with { Resource = twin.Resource! with { Key = twin.Key } }, Put("p4", 0, 1, kind: "binding"));

        Assert.Equal(["p0", "p1", "p2", "p3", "p4", "p4", "p5", "p6", "p7", "p8"], await PagesAsync(project: null));
        Assert.Equal(["p4"], await PagesAsync("bank"));
        Assert.Empty((await _store.Resources.ListAsync("other", null, "policy", null, 10, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task A_query_narrows_and_sorts_and_its_pages_fit_together()
    {
        var times = new Dictionary<string, int> { ["a1"] = 3, ["a2"] = 1, ["b1"] = 2, ["b2"] = 2, ["_x"] = 9 };
        await ApplyAsync([.. times.Select(t =>
        {
            var put = Put(t.Key, 0, 1, "{\"metadata\":{\"labels\":{\"first\":\"" + t.Key[0] + "\"}}}");
            return put with { Resource = put.Resource! with { UpdatedAt = Samples.Start.AddSeconds(t.Value) } };
        })]);
        var all = new ResourceQuery("acme", "policy");
        foreach (var limit in (int[])[1, 2, 10])
        {
            Assert.Equal("_x a1 a2 b1 b2", await NamesAsync(all with { Limit = limit }));
            Assert.Equal("b2 b1 a2 a1 _x", await NamesAsync(all with { Limit = limit, Descending = true }));
            Assert.Equal("a2 b1 b2 a1 _x", await NamesAsync(all with { Limit = limit, ByTime = true }));
            Assert.Equal("_x a1 b2 b1 a2", await NamesAsync(all with { Limit = limit, ByTime = true, Descending = true }));
            Assert.Equal("a1 a2", await NamesAsync(all with { Limit = limit, NamePrefix = "a" }));
            Assert.Equal("b2 b1", await NamesAsync(all with { Limit = limit, Labels = [("first", "b")], Descending = true }));
            Assert.Equal("_x a1 a2 b1 b2", await NamesAsync(all with { Limit = limit, Labels = [("first", null)] }));
            Assert.Equal("", await NamesAsync(all with { Limit = limit, Labels = [("first", "b"), ("none", null)] }));
        }
    }

    private async Task<string> NamesAsync(ResourceQuery query)
    {
        var names = new List<string>();
        string? after = null;
        do
        {
            var page = await _store.Resources.ListAsync(query with { After = after }, CancellationToken.None);
            names.AddRange(page.Items.Select(r => r.Key.Name));
            after = page.Next;
        }
        while (after is not null);
        return string.Join(' ', names);
    }

    private async Task<List<string>> PagesAsync(string? project)
    {
        var (names, after) = (new List<string>(), (string?)null);
        do
        {
            var page = await _store.Resources.ListAsync("acme", project, "policy", after, 3, CancellationToken.None);
            names.AddRange(page.Items.Select(r => r.Key.Name));
            after = page.Next;
        }
        while (after is not null);
        return names;
    }

    private Task<IReadOnlyList<ResourceKey>> ApplyAsync(params ResourceWrite[] writes) =>
        _store.Resources.ApplyAsync(writes, _nothing, CancellationToken.None);

    private static ResourceKey Key(string name, string kind = "policy") => new(Samples.Scope, kind, name);

    private static ResourceWrite Put(string name, long expected, long revision, string body = "{}", string kind = "policy") => new(
        Key(name, kind), expected,
        new StoredResource(Key(name, kind), revision, Json.Parse(body), Samples.Start, Samples.Start.AddSeconds(1), "ann"));
}

public sealed class ResourcesOnSqlite : ResourceSuite<OnSqlite>;

public sealed class ResourcesOnPostgres : ResourceSuite<OnPostgres>;
