using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Journal;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary><c>/api/v1/executions</c>: list, read, start, cancel, resume.</summary>
internal static class ExecutionOperations
{
    private const int MaxTries = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // two requests with one idempotency key must not both find that there is none yet
    private static readonly SemaphoreSlim OneAtATime = new(1);

    public static void Map(Routes routes)
    {
        routes.Get("/api/v1/executions", Needs.Viewer, async call =>
            await Records.ListAsync(
                call, await call.State.Records.ExecutionsAsync(Records.QueryOf(call), call.Aborted), CoreJson.Default.Execution));
        routes.Get("/api/v1/executions/{id}", Needs.Viewer, async call =>
            await Records.OneAsync(
                call, StatusCodes.Status200OK, await Records.ExecutionAsync(call, call.Route("id")), CoreJson.Default.Execution));
        routes.Post("/api/v1/executions", Needs.Operator, StartAsync);
        routes.Post("/api/v1/executions/{id}/cancel", Needs.Operator, CancelAsync);
        routes.Post("/api/v1/executions/{id}/resume", Needs.Operator, ResumeAsync);
    }

    private static async Task StartAsync(ApiCall call)
    {
        // before all is taken up again, no target and no workflow is known
        ApplyOperations.MustServe(call);
        var execution = ExecutionRequest.Read(call, await call.ObjectAsync());
        if (call.Http.Request.Headers["Idempotency-Key"].Count == 0)
        {
            await RequestAsync(call, execution);
            return;
        }

        await OneAtATime.WaitAsync(call.Aborted);
        try
        {
            var query = new RecordQuery
            {
                Tenant = execution.Scope.Tenant,
                Project = execution.Scope.Project,
                IdempotencyKey = execution.IdempotencyKey,
                Limit = 1,
            };
            if ((await call.State.Records.ExecutionsAsync(query, call.Aborted)).Items is [var known])
            {
                if (known.Action.Kind != execution.Action.Kind
                    || known.Action.Name != execution.Action.Name
                    || known.Target != execution.Target)
                {
                    throw new ApiProblem(
                        ErrorCodes.Conflict,
                        $"idempotency-key: it was used for {known.Action}, execution {Quote.Text(known.Id.Value)}; use another");
                }

                await Records.OneAsync(call, StatusCodes.Status200OK, known, CoreJson.Default.Execution);
                return;
            }

            await RequestAsync(call, execution);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task RequestAsync(ApiCall call, Execution execution)
    {
        // from here on the request is carried through, whether the caller waits or not
        for (var tries = 0; await call.State.Runtime.RequestAsync(execution, call.Who, CancellationToken.None) is { } holder; tries++)
        {
            // whoever has read that the holder ended may be quicker than the loop, which hears of it next
            if (tries == MaxTries || !(await Records.ExecutionAsync(call, holder.Id.Value)).IsEnded)
            {
                throw Overlap(execution, holder);
            }

            await Task.Delay(Pause, call.State.Runtime.Time, call.Aborted);
        }

        call.Http.Response.Headers.Location = $"/api/v1/executions/{execution.Id}";
        await Records.OneAsync(call, StatusCodes.Status202Accepted, execution, CoreJson.Default.Execution);
    }

    private static async Task CancelAsync(ApiCall call)
    {
        ApplyOperations.MustServe(call);
        var execution = await Records.ExecutionAsync(call, call.Route("id"));
        if (execution.IsEnded || !await call.State.Runtime.CancelAsync(execution.Id, call.Who))
        {
            execution = await Records.ExecutionAsync(call, call.Route("id"));
            throw new ApiProblem(
                ErrorCodes.Conflict,
                $"execution {Quote.Text(execution.Id.Value)} cannot be cancelled: it has {execution.Status.ToString().ToLowerInvariant()}");
        }

        await Records.OneAsync(
            call, StatusCodes.Status202Accepted, await Records.ExecutionAsync(call, call.Route("id")), CoreJson.Default.Execution);
    }

    private static async Task ResumeAsync(ApiCall call)
    {
        ApplyOperations.MustServe(call);
        await OneAtATime.WaitAsync(call.Aborted);
        try
        {
            await ResumeOneAsync(call, await Records.ExecutionAsync(call, call.Route("id")));
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task ResumeOneAsync(ApiCall call, Execution execution)
    {
        if (execution.Status is not (ExecutionStatus.Failed or ExecutionStatus.Cancelled))
        {
            throw new ApiProblem(
                ErrorCodes.Conflict,
                $"execution {Quote.Text(execution.Id.Value)} is {execution.Status.ToString().ToLowerInvariant()}; "
                    + "only one that failed or was cancelled can be resumed");
        }

        var (resumed, holder) = await call.State.Runtime.ResumeAsync(execution, call.Who, CancellationToken.None);
        if (holder is not null)
        {
            throw Overlap(execution, holder);
        }

        await Records.OneAsync(call, StatusCodes.Status202Accepted, resumed, CoreJson.Default.Execution);
    }

    private static ApiProblem Overlap(Execution execution, Execution holder) => new(
        ErrorCodes.Overlap,
        $"{Quote.Text(execution.Target ?? "")} is held by execution {Quote.Text(holder.Id.Value)} ({holder.Action} on "
            + $"{Quote.Text(holder.Target ?? "")}, asked for by {holder.CreatedBy}); wait for its end, or ask with `queue`")
    {
        More = writer =>
        {
            writer.WriteStartObject("holder");
            writer.WriteString("id", holder.Id.Value);
            writer.WriteString("action", holder.Action.ToString());
            writer.WriteString("target", holder.Target);
            writer.WriteString("created_by", holder.CreatedBy);
            writer.WriteEndObject();
        },
    };
}
