using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Server.Watch;
using Reeve.Storage;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Watch;

public sealed class WatchTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new();

    public Task InitializeAsync() => _reeve.InitializeAsync();

    public Task DisposeAsync() => _reeve.DisposeAsync();

    [Fact]
    public async Task What_changes_is_sent_with_its_number_in_the_journal()
    {
        await using var stream = await EventStream.OpenAsync(_reeve.Client);
        await _reeve.ApplyAsync(Policy("seen"));
        var seen = await stream.UntilAsync("resource.changed");
        Assert.Equal("seen", seen.Json.GetProperty("policy").GetString());
        Assert.Equal(seen.Id, seen.Json.GetProperty("sequence").ToString());
    }

    [Fact]
    public async Task Whoever_comes_back_with_the_last_id_gets_everything_since_once_and_in_order()
    {
        await using (var first = await EventStream.OpenAsync(_reeve.Client, "?kind=resource.changed"))
        {
            await _reeve.ApplyAsync(Policy("p-0"));
            Assert.Equal("p-0", (await first.NextAsync())!.Json.GetProperty("policy").GetString());
            for (var i = 1; i < 30; i++)
            {
                await _reeve.ApplyAsync(Policy($"p-{i}"));
            }

            await using var second = await EventStream.OpenAsync(_reeve.Client, "?kind=resource.changed", first.LastId);
            await _reeve.ApplyAsync(Policy("p-30"));
            for (var i = 1; i <= 30; i++)
            {
                Assert.Equal($"p-{i}", (await second.NextAsync())!.Json.GetProperty("policy").GetString());
            }
        }

        await _reeve.RestartAsync();
        await using var later = await EventStream.OpenAsync(_reeve.Client, "?kind=resource.*&after=0");
        Assert.Equal("p-0", (await later.NextAsync())!.Json.GetProperty("policy").GetString());
    }

    [Theory]
    [InlineData("/api/v1/events?kind=action.hold", "kind: there is no kind `action.hold`; did you mean `action.held`?")]
    [InlineData("/api/v1/events?kind=nope.*", "kind: there is no kind `nope.*`")]
    [InlineData("/api/v1/journal?kind=action.hold", "found `action.hold`; did you mean `action.held`?")]
    [InlineData("/api/v1/journal?status=nope", "status: expected `action.started`")]
    public async Task A_kind_that_there_is_not_is_refused(string path, string why)
    {
        using var reply = await _reeve.Client.GetAsync(path);
        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, reply.StatusCode);
        Assert.Contains(why, await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_loop_at_work_is_seen_from_the_finding_to_the_end_of_the_action()
    {
        await _reeve.ApplyAsync(RunningReeve.Shop);
        await using var stream = await EventStream.OpenAsync(_reeve.Client, "?target=shop");
        await _reeve.PostAsync("/api/v1/events", """{"target":"shop/web","service":"load","metric":50}""");
        await stream.UntilAsync("incident.triggered");
        var asked = await stream.UntilAsync("approval.requested");
        var id = asked.Json.GetProperty("data").GetProperty("approval").GetString();
        await _reeve.PostAsync($"/api/v1/approvals/{id}", """{"decision":"approve"}""");
        await stream.UntilAsync("action.started");
        var kinds = new List<string>();
        while (!kinds.Contains("execution.ended"))
        {
            kinds.Add((await stream.NextAsync())!.Kind);
        }

        Assert.Contains("execution.updated", kinds);
        Assert.Contains("target.updated", kinds);
    }

    [Fact]
    public async Task Filters_narrow_by_kind_target_binding_and_tenant()
    {
        await using var other = await EventStream.OpenAsync(_reeve.Client, "?tenant=acme&kind=resource.changed");
        await using var one = await EventStream.OpenAsync(_reeve.Client, "?binding=grow");
        await _reeve.ApplyAsync(RunningReeve.Shop);
        await _reeve.ApplyAsync(Policy("of-acme"), "?tenant=acme");
        Assert.Equal("of-acme", (await other.NextAsync())!.Json.GetProperty("policy").GetString());
        Assert.Equal("grow", (await one.NextAsync())!.Json.GetProperty("binding").GetString());
    }

    [Fact]
    public async Task A_quiet_stream_has_a_heartbeat_and_a_stop_is_told()
    {
        await using var stream = await EventStream.OpenAsync(_reeve.Client, "?heartbeat=1s");
        Assert.Equal(":", (await stream.NextAsync(comments: true))!.Kind);
        var stop = _reeve.App.StopAsync(CancellationToken.None);
        Assert.Contains("stopping", (await stream.UntilAsync("end")).Data, StringComparison.Ordinal);
        Assert.Null(await stream.NextAsync());
        await stop;
    }

    [Theory]
    [InlineData("?after=x", "wrong-type")]
    [InlineData("?after=-1", "wrong-type")]
    [InlineData("?heartbeat=0s", "not-allowed")]
    [InlineData("?heartbeat=soon", "not-allowed")]
    [InlineData("?kind=*.ended", "not-allowed")]
    public async Task Wrong_input_is_refused(string query, string code)
    {
        var reply = await _reeve.GetAsync($"/api/v1/events{query}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.Equal(code, reply.Code);
    }

    [Fact]
    public async Task An_id_that_is_not_there_yet_starts_anew_and_says_so()
    {
        await using var stream = await EventStream.OpenAsync(_reeve.Client, "?after=999999");
        Assert.Contains("read everything again", (await stream.NextAsync())!.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_request_says_the_type_and_ends()
    {
        using var reply = await _reeve.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/events"));
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Whoever_falls_too_far_behind_is_dropped_with_a_reason_and_misses_nothing_after_coming_back()
    {
        await using var rig = await Rig.OpenAsync(new WatchOptions { MaxBehind = 50, Patience = TimeSpan.FromMinutes(5) });
        var (pipe, watching) = await rig.WatchAsync(pauseAt: 200, null);
        for (var i = 0; i < 400; i++)
        {
            await rig.WriteAsync(i);
        }

        var text = await ReadAllAsync(pipe.Reader, watching);
        Assert.True(await watching);
        Assert.Contains("event: dropped\ndata: {\"reason\":\"you are ", text, StringComparison.Ordinal);
        var last = long.Parse(
            text.Split('\n').Last(l => l.StartsWith("id: ", StringComparison.Ordinal))[4..], CultureInfo.InvariantCulture);
        Assert.InRange(last, 0, 399);
        var (again, back) = await rig.WatchAsync(pauseAt: 0, last);
        rig.Feed.Close();
        var rest = await ReadAllAsync(again.Reader, back);
        Assert.Contains($"\"sequence\":{last + 1},", rest, StringComparison.Ordinal);
        Assert.Contains("\"sequence\":400,", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_takes_nothing_at_all_is_cut_off()
    {
        await using var rig = await Rig.OpenAsync(new WatchOptions { Patience = TimeSpan.FromMilliseconds(100) });
        var (_, watching) = await rig.WatchAsync(pauseAt: 200, null);
        for (var i = 0; i < 10; i++)
        {
            await rig.WriteAsync(i);
        }

        Assert.False(await watching);
    }

    [Fact]
    public async Task When_all_places_are_taken_one_more_is_told_to_come_again()
    {
        await using var rig = await Rig.OpenAsync(new WatchOptions { MaxWatchers = 1 });
        Assert.True(await rig.Feed.TryJoinAsync(CancellationToken.None));
        Assert.False(await rig.Feed.TryJoinAsync(CancellationToken.None));
        await rig.Feed.LeaveAsync();
        Assert.True(await rig.Feed.TryJoinAsync(CancellationToken.None));
        await rig.Feed.LeaveAsync();
    }

    private static string Policy(string name) => $"kind: Policy\nmetadata: {{name: {name}}}\nspec: {{type: reeve.heartbeat-1.0}}";

    private static async Task<string> ReadAllAsync(PipeReader reader, Task watching)
    {
        var text = new StringBuilder();
        while (true)
        {
            var read = await reader.ReadAsync();
            text.Append(Encoding.UTF8.GetString(read.Buffer));
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                await watching;
                return text.ToString();
            }
        }
    }

    /// <summary>A feed over a real store, and watchers whose body is a pipe that holds only so much.</summary>
    private sealed class Rig : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();
        private Store _store = null!;

        public ChangeFeed Feed { get; private set; } = null!;

        public static async Task<Rig> OpenAsync(WatchOptions options)
        {
            var rig = new Rig();
            rig._store = await Store.OpenAsync(
                new StoreOptions { DataFolder = rig._folder.At("data") }, TimeProvider.System, CancellationToken.None);
            rig.Feed = new ChangeFeed(rig._store, TimeProvider.System, options);
            return rig;
        }

        public async Task<(Pipe Pipe, Task<bool> Watching)> WatchAsync(long pauseAt, long? after)
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: pauseAt, resumeWriterThreshold: pauseAt / 2));
            Assert.True(await Feed.TryJoinAsync(CancellationToken.None));
            var watcher = new Watcher(
                Feed, new WatchFilter("default"), pipe.Writer.AsStream(), TimeSpan.FromMinutes(1), TimeProvider.System);
            return (pipe, RunAsync());

            async Task<bool> RunAsync()
            {
                try
                {
                    return await watcher.RunAsync(after, CancellationToken.None);
                }
                finally
                {
                    await pipe.Writer.CompleteAsync();
                    await Feed.LeaveAsync();
                }
            }
        }

        public Task WriteAsync(int number)
        {
            var changes = new ChangeSet();
            changes.Journal.Add(new JournalEntry
            {
                At = DateTimeOffset.UnixEpoch,
                Scope = Scope.Default,
                Kind = "resource.changed",
                Who = "test",
                Summary = number.ToString(CultureInfo.InvariantCulture),
            });
            return _store.Changes.CommitAsync(changes, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await Feed.DisposeAsync();
            await _store.DisposeAsync();
            _folder.Dispose();
        }
    }
}
