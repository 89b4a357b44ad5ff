using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Core.Documents;
using Reeve.Core.Journal;
using Reeve.Storage.Sql;

namespace Reeve.Storage.Records;

/// <summary>Reads what lives, in one snapshot.</summary>
internal sealed class LoopStateStore(ISqlDatabase database) : ILoopStateStore
{
    /// <summary>
    /// Besides what is pending, the approvals that were answered since <c>$1</c> or while anything that lives now was alive: an action
    /// that people allowed may still be held back by something else.
    /// </summary>
    private const string LivingApprovals =
        """
        SELECT body FROM approvals WHERE decided_at IS NULL OR decided_at >= $1
          OR decided_at >= (SELECT min(opened_at) FROM episodes WHERE ended_at IS NULL)
          OR decided_at >= (SELECT min(created_at) FROM executions WHERE ended_at IS NULL)
        ORDER BY requested_at, id
        """;

    /// <inheritdoc/>
    public Task<LoopState> LoadAsync(DateTimeOffset endedSince, CancellationToken cancellationToken) => database.ReadAsync(
        reader => new LoopState(
            All(reader, CoreJson.Default.Target, "SELECT body FROM targets ORDER BY tenant, project, path"),
            All(reader, CoreJson.Default.Episode, "SELECT body FROM episodes WHERE ended_at IS NULL ORDER BY opened_at, id"),
            All(reader, CoreJson.Default.Incident, "SELECT body FROM incidents WHERE ended_at IS NULL ORDER BY triggered_at, id"),
            All(reader, CoreJson.Default.Approval, LivingApprovals, endedSince),
            All(
                reader, CoreJson.Default.Execution,
                "SELECT body FROM executions WHERE ended_at IS NULL OR ended_at >= $1 ORDER BY created_at, id",
                endedSince),
            All(reader, CoreJson.Default.ScheduleMark, "SELECT body FROM schedules ORDER BY tenant, project, binding"),
            All(reader, CoreJson.Default.Checkpoint, "SELECT body FROM checkpoints ORDER BY tenant, project, binding, target")),
        cancellationToken);

    private static List<T> All<T>(ISqlReader reader, JsonTypeInfo<T> type, string sql, params ReadOnlySpan<SqlValue> parameters)
    {
        var all = new List<T>();
        reader.Query(sql, parameters, row => all.Add(JsonSerializer.Deserialize(row.Bytes(0), type)!));
        return all;
    }
}
