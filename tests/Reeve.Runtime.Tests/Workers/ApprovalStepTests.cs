using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;

namespace Reeve.Runtime.Tests.Workers;

public sealed class ApprovalStepTests
{
    private const string Spec = """
          steps:
            - {name: ask, approval: "may {{ execution.target }} be cleared?", timeout: 10m}
            - {name: clear, actor: note, with: {say: "cleared, {{ steps.ask.output.decided_by }}"}}
        """;

    [Fact]
    public async Task What_is_approved_goes_on_and_knows_who_said_so()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(Spec));
        var id = await loop.RunAsync("w", "shop");
        var question = await QuestionAsync(loop);

        Assert.Equal("may shop be cleared?", question.Message);
        Assert.Empty(loop.Actor.Said);
        Assert.Equal(ExecutionStatus.Waiting, (await loop.GetAsync(id)).Status);
        var decided = await loop.Runtime.DecideAsync(question.Subject, ApprovalStatus.Approved, "ann", "fine", default);

        Assert.Equal(ApprovalStatus.Approved, decided!.Status);
        Assert.Equal(ExecutionStatus.Succeeded, (await loop.EndOfAsync(id)).Status);
        Assert.Equal(["cleared, ann"], loop.Actor.Said);
    }

    [Fact]
    public async Task What_is_denied_ends_there_and_a_second_answer_counts_no_more()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(Spec));
        var id = await loop.RunAsync("w", "shop");
        var question = await QuestionAsync(loop);

        await loop.Runtime.DecideAsync(question.Subject, ApprovalStatus.Denied, "ann", null, default);

        Assert.Null(await loop.Runtime.DecideAsync(question.Subject, ApprovalStatus.Approved, "bob", null, default));
        var ended = await loop.EndOfAsync(id);
        Assert.Equal($"step `ask`: approval {question.Id} was denied by ann", ended.Error);
        Assert.Empty(loop.Actor.Said);
    }

    [Fact]
    public async Task What_nobody_answers_in_time_expires()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(Spec));
        var id = await loop.RunAsync("w", "shop");
        var question = await QuestionAsync(loop);
        await loop.AdvanceAsync(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.False((await loop.GetAsync(id)).IsEnded);

        await loop.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.StartsWith($"step `ask`: approval {question.Id} was expired", (await loop.EndOfAsync(id)).Error);
    }

    [Fact]
    public async Task The_question_survives_a_crash_and_is_asked_once()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(Spec));
        var id = await loop.RunAsync("w", "shop");
        var question = await QuestionAsync(loop);

        await loop.CrashAsync();
        await loop.Runtime.DecideAsync(question.Subject, ApprovalStatus.Approved, "ann", null, default);

        Assert.Equal(ExecutionStatus.Succeeded, (await loop.EndOfAsync(id)).Status);
        Assert.Single(await loop.ApprovalsAsync());
        Assert.Single(loop.Actor.Said);
    }

    [Fact]
    public async Task A_question_whose_time_passed_while_nobody_ran_has_expired()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(Spec));
        var id = await loop.RunAsync("w", "shop");
        await QuestionAsync(loop);

        await loop.CrashAsync(TimeSpan.FromHours(1));

        Assert.Contains("was expired", (await loop.EndOfAsync(id)).Error);
        Assert.Equal(ApprovalStatus.Expired, Assert.Single(await loop.ApprovalsAsync()).Status);
    }

    [Fact]
    public async Task A_question_of_a_cancelled_execution_is_withdrawn()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(Spec));
        var id = await loop.RunAsync("w", "shop");
        var question = await QuestionAsync(loop);

        await loop.Runtime.CancelAsync(id, "tess");
        await loop.EndOfAsync(id);

        await loop.UntilAsync(async () => (await loop.ApprovalsAsync())[0].Status == ApprovalStatus.Withdrawn, default);
        Assert.Null(await loop.Runtime.DecideAsync(question.Subject, ApprovalStatus.Approved, "ann", null, default));
    }

    [Fact]
    public async Task A_resumed_execution_asks_anew_after_a_denial()
    {
        await using var loop = await RuntimeHarness.StartAsync(Samples.Workflow(Spec));
        var id = await loop.RunAsync("w", "shop");
        await loop.Runtime.DecideAsync((await QuestionAsync(loop)).Subject, ApprovalStatus.Denied, "ann", null, default);
        var denied = await loop.EndOfAsync(id);
        await loop.FlushAsync();

        Assert.Null((await loop.Runtime.ResumeAsync(denied, "tess", default)).Holder);
        var question = await QuestionAsync(loop);
        await loop.Runtime.DecideAsync(question.Subject, ApprovalStatus.Approved, "ann", null, default);

        Assert.Equal(ExecutionStatus.Succeeded, (await loop.EndOfAsync(id)).Status);
        Assert.Equal([ApprovalStatus.Denied, ApprovalStatus.Approved], (await loop.ApprovalsAsync()).Select(a => a.Status));
    }

    // on disk, so the owner, which got it first, knows it too
    private static async Task<Approval> QuestionAsync(RuntimeHarness loop)
    {
        Approval? found = null;
        await loop.UntilAsync(
            async () => (found = (await loop.ApprovalsAsync()).FirstOrDefault(a => a.Status == ApprovalStatus.Pending)) is not null,
            default);
        await loop.FlushAsync();
        return found!;
    }
}
