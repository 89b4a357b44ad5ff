using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Storage.Migrations;
using Reeve.Storage.Postgres;
using Reeve.Storage.Records;
using Reeve.Storage.Sql;
using Reeve.Storage.Sqlite;

namespace Reeve.Storage;

/// <summary>The one store on either database, open for this process alone. What it acknowledged is on disk.</summary>
public sealed class Store : IAsyncDisposable
{
    private readonly ISqlDatabase _database;
    private readonly ChangeStore _changes;

    private Store(ISqlDatabase database)
    {
        _database = database;
        _changes = new ChangeStore(database);
        LoopState = new LoopStateStore(database);
        Records = new RecordReader(database);
        Resources = new ResourceStore(database);
        RegoDocuments = new RegoDocumentStore(database);
        Replies = new ReplyStore(database);
        Tokens = new TokenStore(database);
        Secrets = new SecretStore(database);
    }

    /// <summary>Takes the loop's changes.</summary>
    public IChangeStore Changes => _changes;

    /// <summary>Gives what lives, at a start.</summary>
    public ILoopStateStore LoopState { get; }

    /// <summary>Reads the record.</summary>
    public IRecordReader Records { get; }

    /// <summary>Keeps the documents.</summary>
    public ResourceStore Resources { get; }

    /// <summary>Keeps the policies and the data of the decision service.</summary>
    public RegoDocumentStore RegoDocuments { get; }

    /// <summary>Keeps the replies to requests that carried an idempotency key.</summary>
    public ReplyStore Replies { get; }

    /// <summary>Keeps the tokens of those who may call.</summary>
    public TokenStore Tokens { get; }

    /// <summary>Keeps secrets, sealed.</summary>
    public SecretStore Secrets { get; }

    /// <summary>Told of each set of changes once it is on disk, on the thread that wrote it; costs nothing while nobody listens.</summary>
    public event Action<CommitNotice> Committed
    {
        add
        {
            _changes.Committed += value;
            Resources.Committed += value;
        }

        remove
        {
            _changes.Committed -= value;
            Resources.Committed -= value;
        }
    }

    /// <summary>How the store is: well, or failing since when and why.</summary>
    public StoreHealth Health => _database.Health;

    /// <summary>
    /// Opens the store and brings its schema up to this release. Throws <see cref="StoreException"/>, whose message is for people.
    /// </summary>
    public static async Task<Store> OpenAsync(StoreOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var database = await OpenDatabaseAsync(options, time, cancellationToken);
        try
        {
            await Schema.BringUpAsync(database, time, cancellationToken);
            return new Store(database);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the whole journal and checks its numbers and its chain of hashes.</summary>
    public Task<JournalCheck> VerifyJournalAsync(CancellationToken cancellationToken) =>
        _database.ReadAsync(JournalChain.Verify, cancellationToken);

    /// <summary>The number of the journal's newest entry; 0 when there is none.</summary>
    public Task<long> JournalHeadAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        reader =>
        {
            long head = 0;
            reader.Query("SELECT max(seq) FROM journal", [], row => head = row.IsNull(0) ? 0 : row.Whole(0));
            return head;
        },
        cancellationToken);

    /// <summary>The entries of all tenants that come after a number, in order; at most 1,000 at a time.</summary>
    public Task<IReadOnlyList<KeptJournalEntry>> JournalAfterAsync(long sequence, int limit, CancellationToken cancellationToken) =>
        _database.ReadAsync(reader => RecordReader.JournalAfter(reader, sequence, Math.Clamp(limit, 1, 1000)), cancellationToken);

    /// <summary>Commits what was handed in, and closes. What cannot be committed because the database is away fails.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    internal static async Task<ISqlDatabase> OpenDatabaseAsync(StoreOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Database is not { } address)
        {
            return SqliteDatabase.Open(options.DataFolder, time);
        }

        return PostgresAddress.TryRead(address, out var connectionString, out var mistake)
            ? await PostgresDatabase.OpenAsync(connectionString, time, cancellationToken)
            : throw new StoreException(mistake!, isTransient: false) { IsWrongAddress = true };
    }
}
