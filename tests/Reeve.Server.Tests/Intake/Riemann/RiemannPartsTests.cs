using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Query;
using Reeve.Server.Intake.Riemann;
using Reeve.Server.Intake.Riemann.Index;
using Reeve.Server.Intake.Riemann.Wire;
using Reeve.TestKit;
using static Reeve.Server.Tests.Intake.Riemann.RiemannClient;

namespace Reeve.Server.Tests.Intake.Riemann;

public sealed class RiemannPartsTests
{
    [Fact]
    public void The_index_keeps_the_last_event_and_an_expired_one_takes_it_out()
    {
        var index = new RiemannIndex(2);
        Assert.True(index.Put(Seen("a", "s", 1)));
        Assert.True(index.Put(Seen("a", "s", 2)));
        Assert.True(index.Put(Seen("a", null, 3)));
        Assert.False(index.Put(Seen("b", "s", 4)));
        Assert.Equal((2, 1L), (index.Count, index.Refused));

        Assert.True(index.Put(new StreamEvent { Host = "a", Service = "s", State = "expired" }));

        Assert.Null(index.Find("a", "s"));
        Assert.Equal(1, index.Count);
        Assert.True(index.Put(Seen("b", "s", 4)));
    }

    [Fact]
    public void What_is_older_than_its_time_to_live_expires_and_sixty_seconds_are_usual()
    {
        var index = new RiemannIndex(10);
        index.Put(Seen("usual", "s", 100));
        index.Put(Seen("short", "s", 100, 10));
        index.Put(Seen("long", "s", 100, 500));

        Assert.Equal([], index.Expire(110));
        Assert.Equal(["short"], index.Expire(110.5).Select(e => e.Host));
        Assert.Equal(["usual"], index.Expire(161).Select(e => e.Host));
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public void Many_threads_may_fill_and_empty_the_index()
    {
        var index = new RiemannIndex(1000);
        Parallel.For(0, 200_000, i =>
        {
            var host = $"h{i % 50}";
            if (i % 3 == 0)
            {
                index.Put(new StreamEvent { Host = host, Service = "s", State = "expired" });
            }
            else
            {
                index.Put(Seen(host, "s", i));
            }
        });

        Assert.True(StreamQuery.TryParse("true", out var all, out _));
        Assert.Equal(index.Search(all).Count(), index.Count);
    }

    [Fact]
    [Trait("Kind", Fuzz.Kind)]
    public void Whatever_bytes_come_the_reader_says_yes_or_no()
    {
        var reader = new MessageReader();
        var random = new Random(Fuzz.Seed(4));
        var good = Message(
            Event("h", "s", 5, Text(7, "t"), Attribute("k", "v"), Double(14, 1)), Field(4, EventBody("x", null)), Query("true"));
        for (var i = 0; i < Fuzz.Rounds(200_000); i++)
        {
            var bytes = i % 2 == 0 ? good.ToArray() : new byte[random.Next(60)];
            if (i % 2 == 1)
            {
                random.NextBytes(bytes);
            }

            for (var n = random.Next(4); n > 0 && bytes.Length > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var problem = reader.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1)), 1);
            Assert.True(problem is null || reader.Events.Count == 0);
        }

        Assert.Null(reader.Read(good, 1));
        Assert.Equal((2, "true"), (reader.Events.Count, reader.Query));
    }

    [Fact]
    public void A_message_of_very_many_events_or_attributes_is_refused()
    {
        var reader = new MessageReader();

        Assert.Contains("more than 100000 events", reader.Read(Many([0x32, 0], 100_001), 1), StringComparison.Ordinal);
        Assert.NotNull(reader.Read(Field(6, Many(Attribute("a", "b"), 1)[..^1]), 1));
        Assert.NotNull(reader.Read(Field(6, [.. Enumerable.Range(0, 1200).SelectMany(i => Attribute($"many-{i}", "b"))]), 1));
    }

    [Theory]
    [InlineData("0.0.0.0:5555", false)]
    [InlineData("example.org:5555", false)]
    [InlineData("127.0.0.1:70000", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("localhost:5555", true)]
    [InlineData("[::1]:0", true)]
    [InlineData("5555", true)]
    public void Only_addresses_of_this_machine_are_listened_on(string text, bool isFine)
    {
        var address = RiemannAddress.Read(text, "riemann", asksForCertificates: false, out var problem);

        Assert.Equal(isFine, address is not null);
        Assert.Equal(isFine, problem is null);
    }

    [Fact]
    public async Task A_subscriber_gets_what_is_there_and_what_comes_when_it_fits()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var client = await rig.ConnectAsync();
        await client.AskAsync(Event("h", "cpu", 1), Event("h", "disk", 2));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(rig.Web, "/index?subscribe=true&query=service%20%3D%20%22cpu%22"), CancellationToken.None);

        Assert.Equal(1, (await HearAsync(socket)).GetProperty("metric").GetInt32());
        await client.AskAsync(Event("h", "disk", 3), Event("h", "cpu", 4, Text(2, "ok")));
        var second = await HearAsync(socket);

        Assert.Equal((4, "ok"), (second.GetProperty("metric").GetInt32(), second.GetProperty("state").GetString()));
        Assert.EndsWith("Z", second.GetProperty("time").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, second.GetProperty("ttl").ValueKind);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await Eventually.IsTrueAsync(() => rig.Intake.Door.Subscriptions.Count == 0);
    }

    [Fact]
    public async Task Without_subscribing_the_index_is_sent_and_the_socket_closed()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var client = await rig.ConnectAsync();
        await client.AskAsync(Event("h", "cpu", 1));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri(rig.Web, "/index?query=true"), CancellationToken.None);

        Assert.Equal("cpu", (await HearAsync(socket)).GetProperty("service").GetString());
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[100], CancellationToken.None)).MessageType);
    }

    [Fact]
    public void A_subscriber_that_is_too_slow_is_let_go()
    {
        Assert.True(StreamQuery.TryParse("true", out var all, out _));
        var subscriptions = new Subscriptions(3);
        var slow = subscriptions.Add(Subscriptions.IndexChannel, all);
        for (var i = 0; i < 5; i++)
        {
            subscriptions.Publish(Subscriptions.IndexChannel, Seen("h", "s", i));
        }

        Assert.True(slow.IsTooSlow);
        Assert.Equal(3, slow.Events.Count);
    }

    [Fact]
    public async Task Events_are_put_as_lines_of_json_and_each_is_answered()
    {
        await using var rig = await RiemannRig.StartAsync();
        using var http = new HttpClient();
        using var body = new StringContent(
            "{\"service\":\"a\",\"x\":[1]}\n\n{\"time\":\"xkcd\"}\n[]\n{\"service\":\"b\",\"time\":\"2026-01-31T12:00:00Z\"}");
        var reply = await http.PutAsync(new UriBuilder(rig.Web) { Scheme = "http", Path = "/events" }.Uri, body);

        var lines = (await reply.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal(["{}", "{}"], [lines[0], lines[3]]);
        var wrong = JsonDocument.Parse(lines[1]).RootElement.GetProperty("error").GetString();
        Assert.Contains("time: expected a time", wrong, StringComparison.Ordinal);
        Assert.Contains("expected an event", lines[2], StringComparison.Ordinal);
        Assert.Equal(2, rig.Intake.Door.Index.Count);
    }

    [Fact]
    public async Task Debians_client_sends_and_asks()
    {
        await using var rig = await RiemannRig.StartAsync();
        var port = rig.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await RunAsync(
            "send", "-h", "web-1", "-S", "cpu", "-s", "ok", "-d", "0.75", "-t", "prod", "-L", "60", "-a", "rack=r1", "127.0.0.1", port);
        await RunAsync("send", "-U", "-h", "web-2", "-S", "cpu", "-i", "7", "127.0.0.1", port);
        await Eventually.IsTrueAsync(() => rig.Intake.Door.Index.Count == 2);

        var said = await RunAsync("query", "tagged \"prod\" and rack = \"r1\" and metric < 1", "127.0.0.1", port);

        Assert.Contains(said, line => line.Contains("host = web-1", StringComparison.Ordinal));
        Assert.DoesNotContain(said, line => line.Contains("web-2", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        await using var client = await ChildProcess.StartAsync("riemann-client", arguments);
        await Eventually.IsTrueAsync(() => client.HasExited);
        await Eventually.IsTrueAsync(() => arguments[0] == "send" || client.Output.Count > 3);
        Assert.Equal(0, client.ExitCode);
        return client.Output;
    }

    private static StreamEvent Seen(string? host, string? service, double time, double? ttl = null) => new()
    {
        Host = host,
        Service = service,
        Time = StreamNumber.Of(time),
        Ttl = ttl is { } seconds ? StreamNumber.Of(seconds) : default,
    };

    private static byte[] Many(byte[] part, int count) => [.. Enumerable.Repeat(part, count).SelectMany(p => p)];

    private static async Task<JsonElement> HearAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[8192];
        var read = await socket.ReceiveAsync(buffer, limit.Token);
        return JsonDocument.Parse(Encoding.UTF8.GetString(buffer, 0, read.Count)).RootElement;
    }
}
