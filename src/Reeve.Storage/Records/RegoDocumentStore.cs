using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>Keeps the policies and the data of the decision service.</summary>
public sealed class RegoDocumentStore
{
    // a name below another goes on with a slash; the sign after it ends the range, in the order of bytes
    private const string Below = "DELETE FROM rego_documents WHERE kind = $1 AND name >= $2 AND name < $3";

    private readonly ISqlDatabase _database;

    internal RegoDocumentStore(ISqlDatabase database) => _database = database;

    /// <summary>All documents in order of kind and name.</summary>
    public Task<List<RegoDocument>> LoadAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        reader =>
        {
            var found = new List<RegoDocument>();
            reader.Query(
                "SELECT kind, name, body FROM rego_documents ORDER BY kind, name", [],
                row => found.Add(new RegoDocument(row.Text(0), row.Text(1), row.IsNull(2) ? null : row.Text(2))));
            return found;
        },
        cancellationToken);

    /// <summary>
    /// Does all steps in order, or none; done when they are on disk. It takes its place in the order of writes before it returns.
    /// </summary>
    public Task WriteAsync(IReadOnlyList<RegoDocumentWrite> writes, CancellationToken cancellationToken) => _database.WriteAsync(
        session =>
        {
            foreach (var write in writes)
            {
                switch (write.Move)
                {
                    case RegoDocumentMove.Put:
                        session.Put(Tables.RegoDocuments, [write.Kind, write.Name, write.Body]);
                        break;
                    case RegoDocumentMove.Remove:
                        session.Remove(Tables.RegoDocuments, [write.Kind, write.Name]);
                        break;
                    default:
                        session.Execute(Below, write.Kind, write.Name + "/", write.Name + "0");
                        break;
                }
            }

            return true;
        },
        cancellationToken);
}
