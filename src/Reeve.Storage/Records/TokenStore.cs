using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>A token as it is kept: never the token itself.</summary>
/// <param name="Id">The part of it that everybody may see.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Hash">SHA-256 of the whole token, in hexadecimal.</param>
/// <param name="Grants">What it may do, separated by blanks, each such as <c>viewer@tenant/project</c>.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
/// <param name="RevokedAt">When it was revoked; null when it was not.</param>
public sealed record KeptToken(
    string Id, string Name, string Hash, string Grants, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt);

/// <summary>Keeps the tokens of those who may call.</summary>
public sealed class TokenStore
{
    private const string All =
        "SELECT id, name, hash, grants, created_by, created_at, expires_at, revoked_at FROM tokens ORDER BY created_at, id";

    private readonly ISqlDatabase _database;

    internal TokenStore(ISqlDatabase database) => _database = database;

    /// <summary>All tokens, the oldest first; revoked and expired ones too.</summary>
    public Task<IReadOnlyList<KeptToken>> LoadAsync(CancellationToken cancellationToken) => _database.ReadAsync<IReadOnlyList<KeptToken>>(
        reader =>
        {
            var found = new List<KeptToken>();
            reader.Query(
                All, [],
                row => found.Add(new KeptToken(
                    row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), SqlTime.FromMicroseconds(row.Whole(5)),
                    Moment(row, 6), Moment(row, 7))));
            return found;
        },
        cancellationToken);

    /// <summary>Keeps a token, new or changed; done when it is on disk.</summary>
    public Task PutAsync(KeptToken token, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            session.Put(
                Tables.Tokens,
                [
                    token.Id, token.Name, token.Hash, token.Grants, token.CreatedBy, token.CreatedAt,
                    token.ExpiresAt, token.RevokedAt,
                ]);
            return true;
        },
        cancellationToken);

    private static DateTimeOffset? Moment(ISqlRow row, int column) =>
        row.IsNull(column) ? null : SqlTime.FromMicroseconds(row.Whole(column));
}
