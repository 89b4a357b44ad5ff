using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;

namespace Reeve.Server.Api;

/// <summary>What the operations on records have in common: the filters of a query, finding one by id, writing them.</summary>
internal static class Records
{
    /// <summary>The filters that the request's query names.</summary>
    public static RecordQuery QueryOf(ApiCall call)
    {
        var (limit, after) = Paging.Of(call);
        return new RecordQuery
        {
            Tenant = call.Scope.Tenant,
            Project = call.Query("project"),
            Status = call.Query("status"),
            Target = call.Query("target"),
            Binding = call.Query("binding"),
            Incident = call.Query("incident"),
            Episode = call.Query("episode"),
            Execution = call.Query("execution"),
            Since = Moment(call, "since"),
            Until = Moment(call, "until"),
            OldestFirst = OldestFirst(call),
            After = after,
            Limit = limit,
        };
    }

    public static Task ListAsync<T>(ApiCall call, Page<T> page, JsonTypeInfo<T> type) =>
        Paging.WriteAsync(call, page.Items, page.Next, (writer, item) => JsonSerializer.Serialize(writer, item, type));

    public static Task OneAsync<T>(ApiCall call, int status, T item, JsonTypeInfo<T> type) =>
        call.WriteAsync(status, writer => JsonSerializer.Serialize(writer, item, type));

    public static async Task<Execution> ExecutionAsync(ApiCall call, string id) =>
        (await call.State.Records.ExecutionsAsync(ById(call, id), call.Aborted)).Items is [var found]
            ? found
            : throw NotFound("execution", id);

    public static async Task<Incident> IncidentAsync(ApiCall call, string id) =>
        (await call.State.Records.IncidentsAsync(ById(call, id), call.Aborted)).Items is [var found]
            ? found
            : throw NotFound("incident", id);

    public static async Task<Approval> ApprovalAsync(ApiCall call, string id) =>
        (await call.State.Records.ApprovalsAsync(ById(call, id), call.Aborted)).Items is [var found]
            ? found
            : throw NotFound("approval", id);

    /// <summary>A journal entry with its number and hash.</summary>
    public static void Write(Utf8JsonWriter writer, KeptJournalEntry kept)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence", kept.Sequence);
        foreach (var member in JsonSerializer.SerializeToElement(kept.Entry, CoreJson.Default.JournalEntry).EnumerateObject())
        {
            member.WriteTo(writer);
        }

        writer.WriteString("hash", kept.Hash);
        writer.WriteEndObject();
    }

    private static RecordQuery ById(ApiCall call, string id) =>
        new() { Tenant = call.Scope.Tenant, Project = call.OnlyProject, Id = id, Limit = 1 };

    private static ApiProblem NotFound(string kind, string id) => new(ErrorCodes.NotFound, $"there is no {kind} {Quote.Text(id)}");

    private static DateTimeOffset? Moment(ApiCall call, string name)
    {
        if (call.Query(name) is not { } text)
        {
            return null;
        }

        if (Core.Time.Durations.TryParse(text, out var ago))
        {
            var now = call.State.Runtime.Time.GetUtcNow();
            return ago < now - DateTimeOffset.UnixEpoch ? now - ago : DateTimeOffset.UnixEpoch;
        }

        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw new ApiProblem(
                ErrorCodes.WrongType,
                $"{name}: expected a time such as `2026-01-31T12:00:00Z`, or how long ago such as `2h`, found {Quote.Text(text)}");
    }

    private static bool OldestFirst(ApiCall call) => call.Query("order") switch
    {
        null or "newest" => false,
        "oldest" => true,
        var other => throw new ApiProblem(ErrorCodes.NotAllowed, $"order: expected `newest` or `oldest`, found {Quote.Text(other)}"),
    };
}
