using Reeve.Core.Identity;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>A secret as it is kept: sealed.</summary>
/// <param name="Scope">Whose it is.</param>
/// <param name="Name">Its name, by which documents refer to it.</param>
/// <param name="KeyId">Which key sealed it.</param>
/// <param name="Sealed">What only the key opens, in base 64.</param>
/// <param name="UpdatedAt">When it was set.</param>
/// <param name="UpdatedBy">By whom.</param>
public sealed record KeptSecret(Scope Scope, string Name, string KeyId, string Sealed, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>Keeps secrets, sealed.</summary>
public sealed class SecretStore
{
    private const string All =
        "SELECT tenant, project, name, key_id, sealed, updated_at, updated_by FROM secrets ORDER BY tenant, project, name";

    private readonly ISqlDatabase _database;

    internal SecretStore(ISqlDatabase database) => _database = database;

    /// <summary>All secrets of all tenants.</summary>
    public Task<IReadOnlyList<KeptSecret>> LoadAsync(CancellationToken cancellationToken) => _database.ReadAsync<IReadOnlyList<KeptSecret>>(
        reader =>
        {
            var found = new List<KeptSecret>();
            reader.Query(
                All, [],
                row => found.Add(new KeptSecret(
                    new Scope(row.Text(0), row.Text(1)), row.Text(2), row.Text(3), row.Text(4),
                    SqlTime.FromMicroseconds(row.Whole(5)), row.Text(6))));
            return found;
        },
        cancellationToken);

    /// <summary>Keeps secrets, all or none; done when they are on disk.</summary>
    public Task PutAsync(IReadOnlyList<KeptSecret> secrets, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            foreach (var secret in secrets)
            {
                session.Put(
                    Tables.Secrets,
                    [
                        secret.Scope.Tenant, secret.Scope.Project, secret.Name, secret.KeyId, secret.Sealed, secret.UpdatedAt,
                        secret.UpdatedBy,
                    ]);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Forgets a secret.</summary>
    public Task RemoveAsync(Scope scope, string name, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            session.Remove(Tables.Secrets, [scope.Tenant, scope.Project, name]);
            return true;
        },
        cancellationToken);
}
