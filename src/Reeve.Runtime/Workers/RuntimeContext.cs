using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Workers;

/// <summary>The runtime, as a running execution sees it.</summary>
internal sealed class RuntimeContext(LoopRuntime runtime, IRecordReader reader, RuntimeOptions options) : IExecutionContext
{
    private static readonly TimeSpan WithdrawnLook = TimeSpan.FromSeconds(1);

    public TimeProvider Time => runtime.Time;

    public IdSource Ids => runtime.Ids;

    public IChangeStore Store => runtime.Store;

    public ITargets Targets => runtime.Targets;

    public IReadOnlyDictionary<string, IActor> Actors => runtime.Actors;

    public IReadOnlyDictionary<string, IDriver> Drivers => runtime.Drivers;

    public IReadOnlyList<IRoomOperations> Rooms => runtime.Rooms;

    public SemaphoreSlim Calls { get; } = new(options.MaxCalls);

    public int Parallelism => options.OperationParallelism;

    public Workflow? FindWorkflow(Scope scope, string name) => runtime.Workflows.GetValueOrDefault((scope, name));

    public Task<OperationAnswer> AskAsync(OperationSignal before)
    {
        var question = new OperationQuestion(before, Interested(before));
        runtime.Mailbox.Post(o => o.Ask(question, Time.GetUtcNow()));
        return question.Answer;
    }

    public void Tell(OperationSignal after)
    {
        if (Targets.Find(after.Target) is not { } target)
        {
            return;
        }

        foreach (var active in Interested(after))
        {
            var way = new LoopPass
            {
                Active = active,
                KeyTarget = active.KeyTarget(target, Targets),
                Signal = after,
                At = Time.GetUtcNow(),
            };
            runtime.Mailbox.Post(o => o.Take(way));
        }
    }

    public Task ChangeTargetsAsync(ChangeSet changes)
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runtime.Mailbox.Post(o => o.Change(changes, Time.GetUtcNow(), durable.SetResult));
        return durable.Task;
    }

    public async Task<Approval> AskPeopleAsync(Approval question, CancellationToken cancellationToken)
    {
        // waits first and looks then: an answer that comes between the two is seen by one of them
        var answer = runtime.Workers.AnswerTo(question.Subject, cancellationToken);
        var query = new RecordQuery { Tenant = question.Scope.Tenant, Id = question.Id.Value };
        var page = await reader.ApprovalsAsync(query, cancellationToken);
        if (page.Items.Count > 0 && page.Items[0].Status != ApprovalStatus.Pending)
        {
            runtime.Workers.Decided(page.Items[0]);
        }

        if (page.Items.Count == 0)
        {
            var changes = new ChangeSet();
            changes.Approvals.Add(question);
            changes.Journal.Add(new JournalEntry
            {
                At = question.RequestedAt,
                Scope = question.Scope,
                Kind = JournalKinds.ApprovalRequested,
                Who = "system",
                Summary = $"asks: {question.Message}",
                Target = question.Target.Length > 0 ? question.Target : null,
                Incident = question.Incident,
                Execution = question.Execution,
            });
            runtime.Mailbox.Post(o => o.Take(question));
            await Store.CommitAsync(changes, cancellationToken);
        }

        try
        {
            return await answer;
        }
        catch (OperationCanceledException) when (!runtime.Workers.IsStopping)
        {
            var now = Time.GetUtcNow();
            runtime.Mailbox.Post(o => o.Decide(question.Subject, ApprovalStatus.Withdrawn, "system", "the execution goes on no more", now));
            throw;
        }
    }

    public async Task<Execution> RunChildAsync(Execution child, bool resume, CancellationToken cancellationToken)
    {
        var known = await FindAsync(child, cancellationToken);
        using var end = runtime.Workers.Expect(known?.Id ?? child.Id);
        if (known is null)
        {
            // not cut short: what was asked for can be cancelled below
            await runtime.RequestAsync(child, child.CreatedBy, CancellationToken.None);
            known = child;
        }
        else if (resume && known.IsEnded && known.Status != ExecutionStatus.Succeeded)
        {
            var (resumed, holder) = await runtime.ResumeAsync(known, child.CreatedBy, cancellationToken);
            known = holder is null ? resumed : known;
        }
        else
        {
            // it may have ended between the look and the wait
            known = await FindAsync(child, cancellationToken) ?? known;
        }

        try
        {
            return await EndOfAsync(known, end.Task, cancellationToken);
        }
        catch (OperationCanceledException) when (!runtime.Workers.IsStopping)
        {
            // nobody waits for it any more, and its hold on the target was the parent's
            await runtime.CancelAsync(known.Id, "system");
            throw;
        }
    }

    private async Task<Execution> EndOfAsync(Execution known, Task<Execution> end, CancellationToken cancellationToken)
    {
        while (!known.IsEnded)
        {
            // what was withdrawn before it began never ends at work: the store knows
            var pause = Task.Delay(WithdrawnLook, Time, cancellationToken);
            if (await Task.WhenAny(end, pause) == end)
            {
                return await end;
            }

            await pause;
            known = await FindAsync(known, cancellationToken) ?? known;
        }

        return known;
    }

    private async Task<Execution?> FindAsync(Execution child, CancellationToken cancellationToken)
    {
        var page = await reader.ExecutionsAsync(
            new RecordQuery { Tenant = child.Scope.Tenant, Project = child.Scope.Project, IdempotencyKey = child.IdempotencyKey },
            cancellationToken);
        return page.Items.Count > 0 ? page.Items[0] : null;
    }

    private List<Core.Matching.ActiveBinding> Interested(OperationSignal signal) =>
        Targets.Find(signal.Target) is { } target ? runtime.Bindings.Match(target, signal.Operation, signal.Phase) : [];
}
