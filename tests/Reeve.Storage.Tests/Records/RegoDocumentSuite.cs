using Reeve.Storage.Records;

namespace Reeve.Storage.Tests.Records;

/// <summary>What both databases promise about the documents of the decision service.</summary>
public abstract class RegoDocumentSuite<T> : IAsyncLifetime where T : TestDatabase, new()
{
    private readonly T _place = new();
    private Store _store = null!;

    public async Task InitializeAsync() => _store = await _place.OpenStoreAsync();

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task Documents_come_back_as_they_were_put_in_order_of_kind_and_name()
    {
        await WriteAsync(Put("policy", "z.rego", "package z\n# \"größe\""), Put("policy", "a", "package a"), Put("data", "", "{}"));
        await _store.DisposeAsync();
        _store = await _place.OpenStoreAsync();
        Assert.Equal(
            [
                new RegoDocument("data", "", "{}"), new RegoDocument("policy", "a", "package a"),
                new RegoDocument("policy", "z.rego", "package z\n# \"größe\""),
            ],
            await _store.RegoDocuments.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Removing_below_a_path_takes_what_goes_on_with_a_slash_and_nothing_beside_it()
    {
        await WriteAsync(
            Put("data", "/a", "1"), Put("data", "/a/b", "2"), Put("data", "/a/b/c", null), Put("data", "/a-b", "3"),
            Put("data", "/ab", "4"), Put("data", "/a0", "5"), Put("policy", "/a/b", "package x"));
        await WriteAsync(new RegoDocumentWrite("data", "/a", RegoDocumentMove.RemoveBelow));
        Assert.Equal(["/a", "/a-b", "/a0", "/ab", "/a/b"], await NamesAsync());
        await WriteAsync(new RegoDocumentWrite("data", "", RegoDocumentMove.RemoveBelow));
        Assert.Equal(["/a/b"], await NamesAsync());
    }

    [Fact]
    public async Task The_steps_of_one_write_are_done_in_their_order()
    {
        await WriteAsync(Put("data", "/a/b", "1"));
        await WriteAsync(
            Put("data", "/a/c", "2"), new RegoDocumentWrite("data", "/a", RegoDocumentMove.RemoveBelow), Put("data", "/a", "3"),
            Put("data", "/a/d", null), new RegoDocumentWrite("data", "/gone", RegoDocumentMove.Remove));
        Assert.Equal(
            [new RegoDocument("data", "/a", "3"), new RegoDocument("data", "/a/d", null)],
            await _store.RegoDocuments.LoadAsync(CancellationToken.None));
    }

    private async Task<IEnumerable<string>> NamesAsync() =>
        (await _store.RegoDocuments.LoadAsync(CancellationToken.None)).Select(d => d.Name);

    private Task WriteAsync(params RegoDocumentWrite[] writes) => _store.RegoDocuments.WriteAsync(writes, CancellationToken.None);

    private static RegoDocumentWrite Put(string kind, string name, string? body) => new(kind, name, RegoDocumentMove.Put, body);
}

public sealed class RegoDocumentsOnSqlite : RegoDocumentSuite<OnSqlite>;

public sealed class RegoDocumentsOnPostgres : RegoDocumentSuite<OnPostgres>;
