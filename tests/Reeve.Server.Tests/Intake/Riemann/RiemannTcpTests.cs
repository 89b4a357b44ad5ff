using System.Text;
using Reeve.Runtime;
using Reeve.Server.Intake.Riemann;
using Reeve.TestKit;
using static Reeve.Server.Tests.Intake.Riemann.RiemannClient;

namespace Reeve.Server.Tests.Intake.Riemann;

public sealed class RiemannTcpTests
{
    [Fact]
    public async Task An_event_comes_back_from_the_index_with_all_its_fields()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var client = await rig.ConnectAsync();
        var now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

        Assert.True((await client.AskAsync(Event(
            "web-1", "disk", -7, Text(2, "ok"), Text(5, "über"), Text(7, "a"), Text(7, "b"), Float(8, 30), Attribute("rack", "r1"),
            Number(10, now.ToUnixTimeMilliseconds() * 1000)))).Ok);

        var answer = await client.AskAsync("host = \"web-1\" and service = \"disk\" and rack = \"r1\" and metric = -7");
        var found = Assert.Single(answer.Events);
        Assert.Equal(["web-1", "disk", "ok", "über"], new[] { 4, 3, 2, 5 }.Select(f => (string)found[f].Single()));
        Assert.Equal(["a", "b"], found[7]);
        Assert.Equal((-7L, -7f, 30f, "rack=r1"), (found[13].Single(), found[15].Single(), found[8].Single(), found[9].Single()));
        Assert.Equal((now.ToUnixTimeSeconds(), now.ToUnixTimeMilliseconds() * 1000), (found[1].Single(), found[10].Single()));
    }

    [Fact]
    public async Task Of_several_metrics_the_integer_counts_then_the_double()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var client = await rig.ConnectAsync();
        await client.AskAsync(
            Event("h", "all", 3, Double(14, 1.5), Float(15, 2.5f)), Event("h", "two", null, Double(14, 1.5), Float(15, 2.5f)),
            Event("h", "one", null, Float(15, 2.5f)), Field(4, EventBody("h", "state", 1)));

        Assert.Equal(["all"], (await client.AskAsync("metric = 3")).Services);
        Assert.Equal(["two"], (await client.AskAsync("metric = 1.5")).Services);
        Assert.Equal(["one"], (await client.AskAsync("metric = 2.5")).Services);
        Assert.Equal(["state"], (await client.AskAsync("service = \"state\"")).Services);
    }

    [Fact]
    public async Task Replies_come_in_the_order_of_the_messages()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var client = await rig.ConnectAsync();
        var sent = new List<byte>();
        for (var i = 0; i < 2000; i++)
        {
            sent.AddRange(Frame(Event("h", $"s{i}", i)));
            sent.AddRange(Frame(Query($"service = \"s{i}\"")));
            sent.AddRange(Frame(Query($"s{i} =")));
        }

        var sending = client.SendAsync([.. sent]).AsTask();
        for (var i = 0; i < 2000; i++)
        {
            Assert.Equal(new RiemannReply(true, null, []).Ok, (await client.ReplyAsync())!.Ok);
            Assert.Equal([$"s{i}"], (await client.ReplyAsync())!.Services);
            Assert.StartsWith("parse error: 1:", (await client.ReplyAsync())!.Error, StringComparison.Ordinal);
        }

        await sending;
    }

    [Fact]
    public async Task A_message_that_comes_in_pieces_is_one_message()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var client = await rig.ConnectAsync();
        foreach (var piece in Frame(Event("h", "s", 1)))
        {
            await client.SendAsync([piece]);
        }

        Assert.True((await client.ReplyAsync())!.Ok);
    }

    [Fact]
    public async Task What_is_malformed_is_refused_and_the_next_message_is_taken()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var client = await rig.ConnectAsync();

        Assert.Contains("no message of Riemann's protocol", (await client.AskAsync([0x32, 0x7f, 1])).Error, StringComparison.Ordinal);
        Assert.True((await client.AskAsync(Event("h", "s", 1))).Ok);
        Assert.Equal(1, (await rig.GetAsync("/api/v1/status")).GetProperty("riemann").GetProperty("malformed").GetInt64());
    }

    [Fact]
    public async Task What_is_no_frame_is_answered_and_the_connection_closed()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var client = await rig.ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"));

        Assert.Contains("larger than", (await client.ReplyAsync())!.Error, StringComparison.Ordinal);
        Assert.Null(await client.ReplyAsync());
    }

    [Fact]
    public async Task One_connection_too_many_is_closed()
    {
        await using var rig = await RiemannRig.StartAsync(new RiemannOptions { Address = "127.0.0.1:0", MaxConnections = 1 });
        using var first = await rig.ConnectAsync();
        Assert.True((await first.AskAsync(Event("h", "s"))).Ok);
        using var second = await rig.ConnectAsync();

        Assert.Null(await second.ReplyAsync());
        Assert.True((await first.AskAsync(Event("h", "s"))).Ok);
    }

    [Fact]
    public async Task Who_sends_half_a_message_and_no_more_is_cut_off()
    {
        await using var rig = await RiemannRig.StartAsync(
            new RiemannOptions { Address = "127.0.0.1:0", SlowPatience = TimeSpan.FromMilliseconds(200) });
        using var idle = await rig.ConnectAsync();
        using var half = await rig.ConnectAsync();
        await half.SendAsync([0, 0, 0, 9, 1]);

        Assert.Null(await half.ReplyAsync());
        Assert.True((await idle.AskAsync(Event("h", "s"))).Ok);
    }

    [Fact]
    public async Task A_full_queue_refuses_and_says_how_much_was_taken()
    {
        await using var rig = await RiemannRig.StartAsync(
            new RiemannOptions { Address = "127.0.0.1:0", QueuePatience = TimeSpan.FromMilliseconds(20) },
            new RuntimeOptions { QueueCapacity = 2 });
        await rig.ApplyAsync(RiemannRig.Hot);
        using var client = await rig.ConnectAsync();
        Assert.True((await client.AskAsync(Event("h", "cpu", 1))).Ok);
        await rig.App.Runtime.FlushAsync(CancellationToken.None);
        using var gate = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        var holding = rig.App.Runtime.AskAsync(_ =>
        {
            held.Set();
            return gate.Wait(TimeSpan.FromSeconds(20));
        });
        held.Wait(TimeSpan.FromSeconds(20));

        var refused = await client.AskAsync([.. Enumerable.Range(0, 10).Select(i => Event("h", "cpu", i))]);

        Assert.False(refused.Ok);
        Assert.Equal("the queue is full; 2 of 10 events were taken, send the others again later", refused.Error);
        gate.Set();
        Assert.True(await holding);
        await rig.App.Runtime.FlushAsync(CancellationToken.None);
        Assert.True((await client.AskAsync(Event("h", "cpu", 1))).Ok);
    }

    [Fact]
    public async Task A_host_that_nobody_declared_becomes_a_target_when_a_binding_wants_it()
    {
        await using var rig = await RiemannRig.StartAsync();
        await rig.ApplyAsync(RiemannRig.Hot);
        using var client = await rig.ConnectAsync();

        Assert.True((await client.AskAsync(Event("web-7", "cpu", 99), Event("db/1", "cpu", 99), Event("other", "disk", 99))).Ok);

        Assert.Equal(["db_2f_1", "web-7"], (await rig.IncidentTargetsAsync()).Order(StringComparer.Ordinal));
        Assert.Null(rig.App.Runtime.Targets.Resolve(Reeve.Core.Identity.Scope.Default, "other"));
        Assert.Equal("db_2f_1", rig.App.Runtime.Targets.Resolve(Reeve.Core.Identity.Scope.Default, "db/1")!.Key.Path);
    }

    [Fact]
    public async Task A_declared_target_is_found_by_attribute_and_by_its_alias()
    {
        await using var rig = await RiemannRig.StartAsync();
        await rig.ApplyAsync("""
            kind: Target
            metadata: {name: shop}
            spec:
              children: [{name: a, kind: instance, aliases: [web-1]}, {name: b, kind: instance, aliases: [n-2]}]
            ---

            """ + RiemannRig.Hot.Replace("kind: host", "path: shop", StringComparison.Ordinal));
        using var client = await rig.ConnectAsync();

        await client.AskAsync(Event("web-1", "cpu", 99), Event("else", "cpu", 99, Attribute("node_id", "n-2")), Event("else", "cpu", 99));

        Assert.Equal(["shop/a", "shop/b"], (await rig.IncidentTargetsAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_event_of_long_ago_is_said_to_be_when_a_policy_would_have_been_asked()
    {
        await using var rig = await RiemannRig.StartAsync();
        await rig.ApplyAsync(RiemannRig.Hot);
        using var client = await rig.ConnectAsync();

        var reply = await client.AskAsync(Event("h", "cpu", 1), Event("h", "cpu", 1, Number(1, 5)));

        Assert.StartsWith("event 1: its time is too far from now", reply.Error, StringComparison.Ordinal);
        Assert.True((await client.AskAsync(Event("h", "disk", 1, Number(1, 5)))).Ok);
    }

    [Fact]
    public async Task Datagrams_are_taken_without_an_answer_and_what_is_malformed_is_counted()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var udp = new System.Net.Sockets.UdpClient();
        udp.Connect(rig.Address);
        await udp.SendAsync(Event("h", "udp", 4));
        await udp.SendAsync(new byte[] { 0x32, 0x7f });
        using var client = await rig.ConnectAsync();

        await Eventually.IsTrueAsync(async () => (await client.AskAsync("service = \"udp\"")).Events.Count == 1);
        await Eventually.IsTrueAsync(() => rig.Intake.Door.Counters is { Malformed: 1, Datagrams: 2 });
    }

    [Fact]
    public async Task What_expires_leaves_the_index_and_comes_to_the_policies_as_expired()
    {
        await using var rig = await RiemannRig.StartAsync();
        await rig.ApplyAsync("""
            kind: Policy
            metadata: {name: gone}
            spec: {type: reeve.threshold-1.0, properties: {service: cpu, upper_bound: 10}}
            ---
            kind: Binding
            metadata: {name: gone}
            spec: {policy: gone, targets: {kind: host}, per: instance, on: {events: [{service: cpu, state: expired}]}}
            """);
        using var client = await rig.ConnectAsync();
        var past = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 100;
        await client.AskAsync(Event("h", "cpu", 1, Number(1, past)), Event("h", "disk", 1, Number(1, past), Float(8, 1000)));
        var before = rig.App.Runtime.Counters.Signals;

        await rig.Intake.Reaper!.LookAsync(CancellationToken.None);
        await rig.App.Runtime.FlushAsync(CancellationToken.None);

        Assert.Equal(["disk"], (await client.AskAsync("true")).Services);
        Assert.Equal(before + 1, rig.App.Runtime.Counters.Signals);
        Assert.Equal(1, rig.Intake.Reaper.Expired);
    }
}
