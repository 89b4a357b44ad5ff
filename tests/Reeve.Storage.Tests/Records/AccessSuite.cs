using Reeve.Core.Identity;
using Reeve.Storage.Records;

namespace Reeve.Storage.Tests.Records;

/// <summary>What both databases promise about tokens and secrets.</summary>
public abstract class AccessSuite<T> : IAsyncLifetime where T : TestDatabase, new()
{
    private static readonly DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly T _place = new();
    private Store _store = null!;

    public async Task InitializeAsync() => _store = await _place.OpenStoreAsync();

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task Tokens_come_back_as_they_were_put_the_oldest_first()
    {
        var first = new KeptToken("b", "ci", "h1", "viewer@a/b admin@c", "system", _now, null, null);
        var second = new KeptToken("a", "größe", "h2", "viewer@*", "token/ci", _now.AddDays(1), _now.AddDays(2), null);
        await _store.Tokens.PutAsync(second, CancellationToken.None);
        await _store.Tokens.PutAsync(first, CancellationToken.None);
        await _store.Tokens.PutAsync(second with { RevokedAt = _now.AddDays(3) }, CancellationToken.None);
        await ReopenAsync();
        Assert.Equal([first, second with { RevokedAt = _now.AddDays(3) }], await _store.Tokens.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Secrets_are_told_apart_by_scope_and_name_and_go_when_removed()
    {
        KeptSecret Of(string project, string name) => new(new Scope("t", project), name, "k", "c2VhbGVk", _now, "user/a");
        await _store.Secrets.PutAsync([Of("p", "x"), Of("q", "x"), Of("p", "y")], CancellationToken.None);
        await _store.Secrets.PutAsync([Of("p", "x") with { KeyId = "k2" }], CancellationToken.None);
        await _store.Secrets.RemoveAsync(new Scope("t", "p"), "y", CancellationToken.None);
        await _store.Secrets.RemoveAsync(new Scope("t", "p"), "gone", CancellationToken.None);
        await ReopenAsync();
        Assert.Equal([Of("p", "x") with { KeyId = "k2" }, Of("q", "x")], await _store.Secrets.LoadAsync(CancellationToken.None));
    }

    private async Task ReopenAsync()
    {
        await _store.DisposeAsync();
        _store = await _place.OpenStoreAsync();
    }
}

public sealed class AccessOnSqlite : AccessSuite<OnSqlite>;

public sealed class AccessOnPostgres : AccessSuite<OnPostgres>;
