using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Loop;
using Reeve.Core.Targets;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary>
/// Reads what is asked for: <c>operation</c>, <c>workflow</c> or <c>actor</c>,
/// <c>target</c>, <c>with</c>, <c>dry_run</c>, <c>queue</c>, <c>scheduled_for</c>.
/// </summary>
internal static class ExecutionRequest
{
    private const int LongestKey = 200;

    /// <summary>The execution; throws an <see cref="ApiProblem"/> with all mistakes.</summary>
    public static Execution Read(ApiCall call, JsonElement body)
    {
        var mistakes = new List<Mistake>();
        var fields = new FieldReader(body, "", mistakes);
        var action = ActionReader.Read(fields, "", mistakes);
        var dryRun = fields.Flag("dry_run", false);
        var queue = fields.Flag("queue", false);
        var scheduled = fields.Moment("scheduled_for");
        fields.Close();
        if (action is null && mistakes.Count == 0)
        {
            fields.Report(ErrorCodes.MissingField, "operation", "name an `operation`, a `workflow` or an `actor`");
        }

        var path = action?.Target;
        var target = path is null ? null : call.State.Runtime.Targets.Resolve(call.Scope, path);
        if (path is not null && target is null)
        {
            var near = DidYouMean.Hint(path, call.State.Runtime.Targets.All.Where(t => t.Key.Scope == call.Scope).Select(t => t.Key.Path));
            fields.Report(ErrorCodes.NotFound, "target", $"there is no target {Quote.Text(path)}{near}");
        }

        Check(call, action, fields);
        var key = Key(call, mistakes);
        if (mistakes.Count > 0)
        {
            throw ApiProblem.InDocuments(mistakes);
        }

        var id = call.State.Runtime.Ids.Next("exe");
        return new Execution
        {
            Id = new(id),
            Scope = call.Scope,
            Action = action! with { Target = null },
            Target = target?.Key.Path,
            IdempotencyKey = key is null ? id : $"client/{key}",
            DryRun = dryRun,
            OnOverlap = queue ? OverlapRule.Queue : OverlapRule.Refuse,
            CreatedAt = call.State.Runtime.Time.GetUtcNow(),
            CreatedBy = call.Who,
            Trace = LoopTraces.Now,
            ScheduledFor = scheduled,
        };
    }

    private static void Check(ApiCall call, ActionSpec? action, FieldReader fields)
    {
        var runtime = call.State.Runtime;
        switch (action?.Kind)
        {
            case ActionKind.Operation when action.Target is null && Operation.All.Contains(action.Name):
                fields.Report(ErrorCodes.MissingField, "target", $"operation `{action.Name}` needs a `target`");
                break;
            case ActionKind.Workflow when !runtime.Workflows.ContainsKey((call.Scope, action.Name)):
                var names = runtime.Workflows.Keys.Where(k => k.Scope == call.Scope).Select(k => k.Name);
                fields.Report(
                    ErrorCodes.NotFound, "workflow",
                    $"there is no workflow {Quote.Text(action.Name)}{DidYouMean.Hint(action.Name, names)}");
                break;
            case ActionKind.Workflow:
                foreach (var missing in runtime.Workflows[(call.Scope, action.Name)].Required
                    .Where(r => !action.Inputs.TryGetProperty(r, out _)))
                {
                    fields.Report(ErrorCodes.MissingField, "with", $"workflow `{action.Name}` needs the input `{missing}`");
                }

                break;
            case ActionKind.Actor when !runtime.Actors.ContainsKey(action.Name):
                fields.Report(
                    ErrorCodes.NotFound, "actor",
                    $"there is no actor {Quote.Text(action.Name)}{DidYouMean.Hint(action.Name, runtime.Actors.Keys)}");
                break;
            case ActionKind.Actor:
                // with inputs of one's own an actor can be sent anywhere, with any secret: that is for those who write documents
                call.MustBe(Role.Author, call.Scope.Tenant, call.Scope.Project);
                foreach (var problem in runtime.Actors[action.Name].Check(action.Inputs))
                {
                    fields.Report(ErrorCodes.NotAllowed, "with", problem);
                }

                break;
            case ActionKind.Approval:
                fields.Report(
                    ErrorCodes.NotAllowed, "approval", "an approval is a step of a workflow or an escalation, and no execution of its own");
                break;
        }
    }

    private static string? Key(ApiCall call, List<Mistake> mistakes)
    {
        var header = call.Http.Request.Headers["Idempotency-Key"];
        if (header.Count == 0)
        {
            return null;
        }

        var key = header.ToString();
        if (key.Length is 0 or > LongestKey || key.Any(c => c is < '!' or > '~'))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotAllowed, "",
                $"idempotency-key: expected 1 to {LongestKey} printable ASCII characters without blanks, found {Quote.Text(key)}"));
        }

        return key;
    }
}
