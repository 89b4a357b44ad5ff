using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Targets;
using Reeve.Storage.Records;

namespace Reeve.Storage.Tests.Records;

/// <summary>What both databases promise about records.</summary>
public abstract class RecordSuite<T> : IAsyncLifetime where T : TestDatabase, new()
{
    private static readonly RecordQuery _all = new() { Tenant = Samples.Scope.Tenant };

    private readonly T _place = new();
    private Store _store = null!;

    public async Task InitializeAsync() => _store = await _place.OpenStoreAsync();

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task Everything_of_a_change_set_is_there_after_opening_again()
    {
        var changes = new ChangeSet();
        changes.Targets.Add(Samples.Target("shop/workers/w-1"));
        changes.Episodes.Add(Samples.Episode());
        changes.Incidents.Add(Samples.Incident());
        changes.Approvals.Add(Samples.Approval());
        changes.Executions.Add(Samples.Execution());
        changes.Schedules.Add(new ScheduleMark(Samples.Scope, "heal", Samples.Start));
        changes.Checkpoints.Add(
            new Checkpoint(new CheckpointKey(Samples.Scope, "heal", ""), "heal", 3, Samples.Start, Json.Parse("""{"n":[1,2]}""")));
        await CommitAsync(changes);
        await OpenAgainAsync();

        var state = await LoadAsync(Samples.Start);
        AssertSame(changes.Targets.Single(), state.Targets.Single(), CoreJson.Default.Target);
        AssertSame(changes.Episodes.Single(), state.Episodes.Single(), CoreJson.Default.Episode);
        AssertSame(changes.Incidents.Single(), state.Incidents.Single(), CoreJson.Default.Incident);
        AssertSame(changes.Approvals.Single(), state.Approvals.Single(), CoreJson.Default.Approval);
        AssertSame(changes.Executions.Single(), state.Executions.Single(), CoreJson.Default.Execution);
        AssertSame(changes.Checkpoints.Single(), state.Checkpoints.Single(), CoreJson.Default.Checkpoint);
        Assert.Equal(changes.Schedules, state.Schedules);
    }

    [Fact]
    public async Task An_action_that_gave_nothing_is_kept_too()
    {
        var step = new StepRecord("call") { Output = default };
        var execution = Samples.Execution() with { Output = default, Steps = [step] };
        await CommitAsync(With(c => c.Executions.Add(execution)));
        var found = (await _store.Records.ExecutionsAsync(_all, CancellationToken.None)).Items.Single();
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (found.Output.ValueKind, found.Steps.Single().Output.ValueKind));
    }

    [Fact]
    public async Task An_empty_set_is_done_when_all_that_was_handed_in_before_it_is_on_disk()
    {
        var before = CommitAsync(With(
            c => c.Executions.AddRange(Enumerable.Range(0, 500).Select(i => Samples.Execution(key: $"before-{i}")))));
        await CommitAsync(new ChangeSet());

        Assert.Single((await _store.Records.ExecutionsAsync(_all with { IdempotencyKey = "before-499" }, CancellationToken.None)).Items);
        await before;
    }

    [Fact]
    public async Task An_execution_is_found_by_its_idempotency_key_and_no_other_is()
    {
        var wanted = Samples.Execution(key: "order-7");
        await CommitAsync(With(c => c.Executions.AddRange([Samples.Execution(key: "order-70"), wanted, Samples.Execution()])));

        var found = await _store.Records.ExecutionsAsync(_all with { IdempotencyKey = "order-7" }, CancellationToken.None);
        var none = await _store.Records.ExecutionsAsync(_all with { IdempotencyKey = "order-8" }, CancellationToken.None);
        Assert.Equal(wanted.Id, Assert.Single(found.Items).Id);
        Assert.Empty(none.Items);
    }

    [Fact]
    public async Task What_has_ended_does_not_live_and_what_was_removed_is_gone()
    {
        var (episode, incident, old, recent) = (Samples.Episode(), Samples.Incident(), Samples.Execution(), Samples.Execution());
        var key = new CheckpointKey(Samples.Scope, "heal", "shop/workers/w-1");
        await CommitAsync(With(c =>
        {
            c.Targets.Add(Samples.Target("shop/a"));
            c.Episodes.Add(episode);
            c.Incidents.Add(incident);
            c.Executions.AddRange([old, recent]);
            c.Checkpoints.Add(new Checkpoint(key, "heal", 3, Samples.Start, Json.EmptyObject));
        }));
        await CommitAsync(With(c =>
        {
            c.RemovedTargets.Add(new TargetKey(Samples.Scope, "shop/a"));
            c.Episodes.Add(episode with { EndedAt = Samples.Start });
            c.Incidents.Add(incident with { Status = IncidentStatus.Resolved, EndedAt = Samples.Start });
            c.Executions.Add(old with { Status = ExecutionStatus.Failed, EndedAt = Samples.Start.AddMinutes(-1) });
            c.Executions.Add(recent with { Status = ExecutionStatus.Succeeded, EndedAt = Samples.Start });
            c.RemovedCheckpoints.Add(key);
        }));

        var state = await LoadAsync(Samples.Start);
        Assert.Empty(state.Targets);
        Assert.Empty(state.Episodes);
        Assert.Empty(state.Incidents);
        Assert.Empty(state.Checkpoints);
        Assert.Equal([recent.Id], state.Executions.Select(e => e.Id));
    }

    [Fact]
    public async Task An_answer_lives_as_long_as_the_episode_that_may_still_need_it()
    {
        var episode = Samples.Episode();
        var answered = Samples.Approval() with { Status = ApprovalStatus.Approved, DecidedAt = Samples.Start.AddMinutes(1) };
        await CommitAsync(With(c =>
        {
            c.Episodes.Add(episode);
            c.Approvals.Add(answered);
        }));
        var much = Samples.Start.AddDays(1);
        Assert.Equal([answered.Id], (await LoadAsync(much)).Approvals.Select(a => a.Id));

        await CommitAsync(With(c => c.Episodes.Add(episode with { EndedAt = Samples.Start.AddMinutes(2) })));
        Assert.Empty((await LoadAsync(much)).Approvals);
    }

    [Fact]
    public async Task An_idempotency_key_that_exists_fails_the_whole_set_and_no_other()
    {
        await CommitAsync(With(c => c.Executions.Add(Samples.Execution(key: "same"))));
        var sets = Enumerable.Range(0, 20).Select(i => CommitAsync(With(c =>
        {
            c.Executions.Add(Samples.Execution(key: i == 7 ? "same" : null));
            c.Journal.Add(Samples.Entry(i));
        }))).ToList();
        await Assert.ThrowsAnyAsync<Exception>(() => sets[7]);
        sets.RemoveAt(7);
        await Task.WhenAll(sets);

        Assert.Equal(20, (await _store.Records.ExecutionsAsync(_all, CancellationToken.None)).Items.Count);
        var check = await _store.VerifyJournalAsync(CancellationToken.None);
        Assert.Equal((19, null), (check.Entries, check.Problem));
    }

    [Fact]
    public async Task The_journal_is_numbered_without_gaps_and_chained()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => CommitAsync(Samples.Changes(3))));
        await OpenAgainAsync();
        await CommitAsync(Samples.Changes(1));

        var check = await _store.VerifyJournalAsync(CancellationToken.None);
        Assert.True(check.IsGood, check.Problem);
        Assert.Equal(301, check.Entries);
        var last = (await _store.Records.JournalAsync(_all with { Limit = 1 }, CancellationToken.None)).Items.Single();
        Assert.Equal((301, check.LastHash), (last.Sequence, last.Hash));
        AssertSame(Samples.Entry(), last.Entry, CoreJson.Default.JournalEntry);
    }

    [Theory]
    [InlineData("UPDATE journal SET body = replace(body, '1.5', '2.5') WHERE seq = 3", "entry 3 does not fit its hash")]
    [InlineData("DELETE FROM journal WHERE seq = 3", "entry 3 is missing")]
    public async Task A_journal_that_somebody_changed_is_found_out(string tampering, string problem)
    {
        await CommitAsync(Samples.Changes(5));
        await _store.DisposeAsync();
        await using (var database = await _place.OpenAsync())
        {
            await database.WriteAsync(session => session.Execute(tampering), CancellationToken.None);
        }

        _store = await _place.OpenStoreAsync();
        var check = await _store.VerifyJournalAsync(CancellationToken.None);
        Assert.Equal(2, check.Entries);
        Assert.Contains(problem, check.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_come_newest_first_page_by_page_and_each_once()
    {
        // Half of them at the same instant: the time alone does not order them.
        var all = Enumerable.Range(0, 25).Select(i => Samples.Execution(minute: i < 12 ? 0 : i)).ToList();
        await CommitAsync(With(c => c.Executions.AddRange(all)));
        var expected = all.OrderBy(e => e.CreatedAt).ThenBy(e => e.Id.Value, StringComparer.Ordinal).Select(e => e.Id).ToList();

        Assert.Equal(expected.AsEnumerable().Reverse(), await PagesAsync(oldestFirst: false));
        Assert.Equal(expected, await PagesAsync(oldestFirst: true));
    }

    [Fact]
    public async Task Who_begins_to_listen_while_a_set_is_written_is_told_of_it_or_finds_it()
    {
        for (var round = 1; round <= 100; round++)
        {
            var told = 0;
            void Listen(CommitNotice notice) => Interlocked.Add(ref told, notice.Journaled);
            var written = _store.Changes.CommitAsync(Samples.Changes(1), CancellationToken.None);
            _store.Committed += Listen;
            var found = await _store.JournalHeadAsync(CancellationToken.None);
            await written;
            _store.Committed -= Listen;
            Assert.True(told == 1 || found == round, $"round {round}: told {told}, found {found}");
        }
    }

    [Fact]
    public async Task Journal_pages_follow_the_numbers()
    {
        await CommitAsync(Samples.Changes(7));
        var first = await _store.Records.JournalAsync(_all with { Limit = 4 }, CancellationToken.None);
        var second = await _store.Records.JournalAsync(_all with { Limit = 4, After = first.Next }, CancellationToken.None);
        Assert.Equal([7L, 6, 5, 4, 3, 2, 1], first.Items.Concat(second.Items).Select(e => e.Sequence));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task A_query_narrows_by_each_of_its_fields()
    {
        var mine = Samples.Execution(5) with { Status = ExecutionStatus.Running, Target = "shop/workers" };
        var below = Samples.Execution(4) with { Target = "shop/workers/w-9" };
        var beside = Samples.Execution(3) with { Target = "shop/workers-2", Cause = null };
        var foreign = Samples.Execution(2) with { Scope = new Scope("other", "shop") };
        var project = Samples.Execution(1) with { Scope = new Scope("acme", "bank") };
        await CommitAsync(With(c => c.Executions.AddRange([mine, below, beside, foreign, project])));

        Assert.Equal([mine.Id, below.Id, beside.Id, project.Id], await IdsAsync(_all));
        Assert.Equal([project.Id], await IdsAsync(_all with { Project = "bank" }));
        Assert.Equal([mine.Id], await IdsAsync(_all with { Status = "running" }));
        Assert.Equal([mine.Id, below.Id, project.Id], await IdsAsync(_all with { Target = "shop/workers" }));
        Assert.Equal([mine.Id, below.Id, project.Id], await IdsAsync(_all with { Binding = "heal" }));
        Assert.Equal([mine.Id, below.Id, project.Id], await IdsAsync(_all with { Incident = "inc-1" }));
        Assert.Equal([below.Id], await IdsAsync(_all with { Id = below.Id.Value }));
        Assert.Empty(await IdsAsync(_all with { Id = foreign.Id.Value }));
        Assert.Equal([mine.Id, below.Id], await IdsAsync(_all with { Since = Samples.Start.AddMinutes(4) }));
    }

    [Fact]
    public async Task Journal_incidents_and_approvals_are_found_by_what_they_are_about()
    {
        var (incident, approval) = (Samples.Incident(), Samples.Approval() with { Execution = new ExecutionId("exe-9") });
        await CommitAsync(With(c =>
        {
            c.Incidents.Add(incident);
            c.Approvals.Add(approval);
            c.Journal.Add(Samples.Entry() with { Episode = new("epi-7"), Incident = incident.Id, Execution = new("exe-9") });
            c.Journal.Add(Samples.Entry(kind: JournalKinds.Held));
        }));
        var records = _store.Records;
        Assert.Single((await records.IncidentsAsync(
            _all with { Incident = incident.Id.Value, Status = "triggered" }, CancellationToken.None)).Items);
        Assert.Single((await records.ApprovalsAsync(
            _all with { Execution = "exe-9", Binding = "heal", Status = "pending" }, CancellationToken.None)).Items);
        Assert.Equal(1, await OnlyEntryAsync(_all with { Episode = "epi-7" }));
        Assert.Equal(1, await OnlyEntryAsync(_all with { Execution = "exe-9" }));
        Assert.Equal(1, await OnlyEntryAsync(_all with { Incident = incident.Id.Value }));
        Assert.Equal(2, await OnlyEntryAsync(_all with { Status = JournalKinds.Held }));
        Assert.Equal(2, await OnlyEntryAsync(_all with { Id = "2" }));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("99999999999999999999.x")]
    public async Task A_cursor_that_nobody_gave_out_finds_nothing_and_throws_nothing(string cursor)
    {
        await CommitAsync(Samples.Changes(3));
        Assert.Empty(await IdsAsync(_all with { After = cursor }));
        Assert.Empty((await _store.Records.JournalAsync(_all with { After = cursor }, CancellationToken.None)).Items);
        Assert.Empty((await _store.Records.JournalAsync(_all with { Id = "x" }, CancellationToken.None)).Items);
    }

    private async Task<List<ExecutionId>> PagesAsync(bool oldestFirst)
    {
        var (ids, after) = (new List<ExecutionId>(), (string?)null);
        do
        {
            var page = await _store.Records.ExecutionsAsync(
                _all with { Limit = 4, OldestFirst = oldestFirst, After = after }, CancellationToken.None);
            Assert.InRange(page.Items.Count, 1, 4);
            ids.AddRange(page.Items.Select(e => e.Id));
            after = page.Next;
        }
        while (after is not null);
        return ids;
    }

    private async Task<List<ExecutionId>> IdsAsync(RecordQuery query) =>
        [.. (await _store.Records.ExecutionsAsync(query, CancellationToken.None)).Items.Select(e => e.Id)];

    private async Task<long> OnlyEntryAsync(RecordQuery query) =>
        (await _store.Records.JournalAsync(query, CancellationToken.None)).Items.Single().Sequence;

    private Task CommitAsync(ChangeSet changes) => _store.Changes.CommitAsync(changes, CancellationToken.None);

    private Task<LoopState> LoadAsync(DateTimeOffset endedSince) => _store.LoopState.LoadAsync(endedSince, CancellationToken.None);

    private async Task OpenAgainAsync()
    {
        await _store.DisposeAsync();
        _store = await _place.OpenStoreAsync();
    }

    private static ChangeSet With(Action<ChangeSet> fill)
    {
        var changes = new ChangeSet();
        fill(changes);
        return changes;
    }

    private static void AssertSame<TRecord>(TRecord expected, TRecord found, JsonTypeInfo<TRecord> type) =>
        Assert.Equal(JsonSerializer.Serialize(expected, type), JsonSerializer.Serialize(found, type));
}

public sealed class RecordsOnSqlite : RecordSuite<OnSqlite>;

public sealed class RecordsOnPostgres : RecordSuite<OnPostgres>;
