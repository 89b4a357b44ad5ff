using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Matching;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary>
/// <c>/api/v1/explain/{execution|incident|binding}/{id}</c>: why it did and
/// why it did not. The reply has a <c>story</c> for people, the records that
/// it is told from, and what the loop knows right now.
/// </summary>
internal static class ExplainOperations
{
    private const int MaxEntries = 200;
    private static readonly string[] Kinds = ["execution", "incident", "binding"];

    public static void Map(Routes routes) => routes.Get("/api/v1/explain/{kind}/{id}", Needs.Viewer, call => call.Route("kind") switch
    {
        "execution" => ExecutionAsync(call),
        "incident" => IncidentAsync(call),
        "binding" => BindingAsync(call),
        var other => throw new ApiProblem(
            ErrorCodes.NotFound, $"{Quote.Text(other)} cannot be explained{DidYouMean.Hint(other, Kinds)}; there are {Quote.List(Kinds)}"),
    });

    private static async Task ExecutionAsync(ApiCall call)
    {
        var execution = await Records.ExecutionAsync(call, call.Route("id"));
        var byEpisode = execution.Cause is { } cause
            ? await JournalAsync(call, q => q with { Episode = cause.Episode.Value })
            : [];
        var byIncident = execution.Cause?.Incident is { } about ? await JournalAsync(call, q => q with { Incident = about.Value }) : [];
        var own = await JournalAsync(call, q => q with { Execution = execution.Id.Value });
        var entries = byEpisode.Concat(byIncident).Concat(own).DistinctBy(e => e.Sequence).OrderBy(e => e.Sequence).ToList();
        var incident = execution.Cause?.Incident is { } id ? await Records.IncidentAsync(call, id.Value) : null;
        await WriteAsync(
            call, "execution", execution.Id.Value, Story.OfExecution(execution, entries), entries, [execution], incident, default);
    }

    private static async Task IncidentAsync(ApiCall call)
    {
        var incident = await Records.IncidentAsync(call, call.Route("id"));
        var byEpisode = await JournalAsync(call, q => q with { Episode = incident.Episode.Value });
        var byIncident = await JournalAsync(call, q => q with { Incident = incident.Id.Value });
        var entries = byEpisode.Concat(byIncident).DistinctBy(e => e.Sequence).OrderBy(e => e.Sequence).ToList();
        var executions = await call.State.Records.ExecutionsAsync(
            Query(call) with { Incident = incident.Id.Value, OldestFirst = true }, call.Aborted);
        var now = await NowAsync(call, incident.Scope, incident.Binding, incident.Target);
        await WriteAsync(
            call, "incident", incident.Id.Value, Story.OfIncident(incident, executions.Items, entries, now),
            entries, executions.Items, incident, now);
    }

    private static async Task BindingAsync(ApiCall call)
    {
        var name = call.Route("id");
        var target = call.Query("target");
        if (call.State.Runtime.Bindings.Find(call.Scope, name) is not { } active)
        {
            throw ResourceOperations.NotFound(call, new(call.Scope, ResourceKinds.Binding, name));
        }

        var now = await NowAsync(call, call.Scope, name, target);
        var entries = (await JournalAsync(call, q => q with { Binding = name, Target = target, OldestFirst = false, Limit = 50 }))
            .OrderBy(e => e.Sequence)
            .ToList();
        var executions = await call.State.Records.ExecutionsAsync(
            Query(call) with { Binding = name, Target = target, Limit = 20 }, call.Aborted);
        await WriteAsync(
            call, "binding", name,
            Story.OfBinding(active, Matched(call, active, target), entries, now),
            entries, executions.Items, null, now);
    }

    private static int Matched(ApiCall call, ActiveBinding active, string? below) =>
        call.State.Runtime.Targets.All.Count(t =>
            t.Key.Scope == active.Binding.Scope
                && active.Binding.Targets.Fits(t)
                && (below is null || new Core.Targets.TargetKey(t.Key.Scope, below).Covers(t.Key)));

    private static Task<JsonElement> NowAsync(ApiCall call, Scope scope, string binding, string? target) =>
        call.State.IsServing
            ? call.State.Runtime.AskAsync(o => LoopExplanation.Of(o, scope, binding, target))
            : Task.FromResult(Json.EmptyObject);

    private static RecordQuery Query(ApiCall call) => new() { Tenant = call.Scope.Tenant, Project = call.OnlyProject };

    private static async Task<IReadOnlyList<KeptJournalEntry>> JournalAsync(ApiCall call, Func<RecordQuery, RecordQuery> narrow) =>
        (await call.State.Records.JournalAsync(narrow(Query(call) with { OldestFirst = true, Limit = MaxEntries }), call.Aborted)).Items;

    private static Task WriteAsync(
        ApiCall call, string kind, string id, IReadOnlyList<StoryLine> story, IReadOnlyList<KeptJournalEntry> entries,
        IReadOnlyList<Execution> executions, Incident? incident, JsonElement now) =>
        call.WriteAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            writer.WriteString("id", id);
            writer.WriteStartArray("story");
            foreach (var line in story)
            {
                line.Write(writer);
            }

            writer.WriteEndArray();
            if (incident is not null)
            {
                writer.WritePropertyName("incident");
                JsonSerializer.Serialize(writer, incident, CoreJson.Default.Incident);
            }

            writer.WriteStartArray("executions");
            foreach (var execution in executions)
            {
                JsonSerializer.Serialize(writer, execution, CoreJson.Default.Execution);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("journal");
            foreach (var entry in entries)
            {
                Records.Write(writer, entry);
            }

            writer.WriteEndArray();
            if (now.ValueKind == JsonValueKind.Object)
            {
                writer.WritePropertyName("now");
                now.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
}
