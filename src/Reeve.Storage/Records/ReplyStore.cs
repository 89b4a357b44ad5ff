using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>Keeps the replies to requests that carried an idempotency key.</summary>
public sealed class ReplyStore
{
    private const string Find =
        """
        SELECT request, status, location, body, created_at FROM replies
        WHERE tenant = $1 AND project = $2 AND who = $3 AND idempotency_key = $4
        """;

    private readonly ISqlDatabase _database;

    internal ReplyStore(ISqlDatabase database) => _database = database;

    /// <summary>The reply that was kept, or null.</summary>
    public Task<KeptReply?> FindAsync(ReplyKey key, CancellationToken cancellationToken) => _database.ReadAsync(
        reader =>
        {
            KeptReply? found = null;
            reader.Query(
                Find, [key.Scope.Tenant, key.Scope.Project, key.Who, key.Key],
                row => found = new KeptReply(
                    key, row.Text(0), (int)row.Whole(1), row.IsNull(2) ? null : row.Text(2), row.Text(3),
                    SqlTime.FromMicroseconds(row.Whole(4))));
            return found;
        },
        cancellationToken);

    /// <summary>Keeps a reply; done when it is on disk. What is older than <paramref name="forgetBefore"/> is forgotten.</summary>
    public Task KeepAsync(KeptReply reply, DateTimeOffset? forgetBefore, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            if (forgetBefore is { } before)
            {
                session.Execute("DELETE FROM replies WHERE created_at < $1", before);
            }

            var (scope, who, key) = reply.Key;
            session.Put(
                Tables.Replies,
                [scope.Tenant, scope.Project, who, key, reply.Request, (long)reply.Status, reply.Location, reply.Body, reply.CreatedAt]);
            return true;
        },
        cancellationToken);
}
