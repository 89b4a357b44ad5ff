namespace Reeve.Storage.Records;

/// <summary>
/// How one kind of record is found: its table, and the columns that a query may narrow by (null: the query does not narrow this kind).
/// </summary>
internal sealed record RecordTable(string Name, string Time, string Id, string Status)
{
    public string? IdempotencyKey { get; init; }

    public string? Incident { get; init; }

    public string? Episode { get; init; }

    public string? Execution { get; init; }

    /// <summary>Is the id a number that grows with each record? Then it is the order by itself.</summary>
    public bool IsNumbered { get; init; }

    public static readonly RecordTable Executions = new("executions", "created_at", "id", "status")
    {
        IdempotencyKey = "idempotency_key",
        Incident = "incident",
        Execution = "id",
    };

    public static readonly RecordTable Incidents = new("incidents", "triggered_at", "id", "status") { Incident = "id" };

    public static readonly RecordTable Approvals = new("approvals", "requested_at", "id", "status")
    {
        Incident = "incident",
        Execution = "execution",
    };

    public static readonly RecordTable Journal = new("journal", "at", "seq", "kind")
    {
        Incident = "incident",
        Episode = "episode",
        Execution = "execution",
        IsNumbered = true,
    };
}
