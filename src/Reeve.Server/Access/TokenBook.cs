using System.Collections.Concurrent;
using System.Globalization;
using Reeve.Core.Documents;
using Reeve.Storage.Records;

namespace Reeve.Server.Access;

/// <summary>All tokens of this Reeve: in memory to be found at once, and on disk before they count.</summary>
internal sealed class TokenBook(TokenStore store, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> _tokens = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>All of them, the oldest first.</summary>
    public IReadOnlyList<(KeptToken Token, IReadOnlyList<Grant> Grants)> All =>
    [
        .. _tokens.Values.OrderBy(e => e.Token.CreatedAt).ThenBy(e => e.Token.Id, StringComparer.Ordinal)
            .Select(e => (e.Token, e.Caller.Grants)),
    ];

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var token in await store.LoadAsync(cancellationToken))
        {
            _tokens[token.Id] = Entry.Of(token);
        }
    }

    /// <summary>Who has this token; or why it is not good.</summary>
    public Caller? Find(string text, out string? problem)
    {
        problem = null;
        if (TokenText.IdOf(text) is not { } id || !_tokens.TryGetValue(id, out var entry) || !TokenText.IsHash(text, entry.Token.Hash))
        {
            problem = "the token is not known here";
            return null;
        }

        var (token, caller) = entry;
        problem = token.RevokedAt is { } revoked
            ? string.Create(CultureInfo.InvariantCulture, $"the token {Quote.Text(token.Name)} was revoked at {revoked:u}")
            : token.ExpiresAt is { } end && end <= time.GetUtcNow()
                ? string.Create(CultureInfo.InvariantCulture, $"the token {Quote.Text(token.Name)} expired at {end:u}; ask for a new one")
                : null;
        return problem is null ? caller : null;
    }

    /// <summary>Makes a token; its text is told this once.</summary>
    public async Task<(KeptToken Token, string Text)> MakeAsync(
        string name, IReadOnlyList<Grant> grants, DateTimeOffset? expiresAt, string who, CancellationToken cancellationToken)
    {
        var (id, text) = TokenText.Make();
        var token = new KeptToken(id, name, TokenText.HashOf(text), string.Join(' ', grants), who, time.GetUtcNow(), expiresAt, null);
        await store.PutAsync(token, cancellationToken);
        _tokens[id] = Entry.Of(token);
        return (token, text);
    }

    /// <summary>Ends a token; it stays in the list. Gives it, or null when there is none.</summary>
    public async Task<KeptToken?> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_tokens.TryGetValue(id, out var entry) || entry.Token.RevokedAt is not null)
            {
                return entry?.Token;
            }

            var revoked = entry.Token with { RevokedAt = time.GetUtcNow() };

            // from here on nobody is let in with it, whether the disk is there or not
            _tokens[id] = Entry.Of(revoked);
            await store.PutAsync(revoked, cancellationToken);
            return revoked;
        }
        finally
        {
            _gate.Release();
        }
    }

    private sealed record Entry(KeptToken Token, Caller Caller)
    {
        public static Entry Of(KeptToken token) => new(
            token,
            new Caller(
                $"token/{token.Name}",
                [.. token.Grants.Split(' ').Select(g => Grant.Read(g, out _)).OfType<Grant>()]));
    }
}
