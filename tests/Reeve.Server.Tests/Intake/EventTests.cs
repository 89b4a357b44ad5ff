using System.Net;
using Reeve.Runtime;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Intake;

public sealed class EventTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private const string Path = "/api/v1/events";

    [Theory]
    [InlineData("""{"target":"shop/web","service":"load","metric":1}""", 1, 0)]
    [InlineData("""[{"target":"shop/web","service":"load","metric":1},{"target":"shop/web","service":"other"}]""", 1, 1)]
    [InlineData(
        "{\"target\":\"shop/web\",\"service\":\"load\",\"metric\":1}\n"
            + "{\"target\":\"shop/web\",\"service\":\"load\",\"metric\":2,\"rack\":7}\n",
        2, 0)]
    [InlineData("[]", 0, 0)]
    public async Task One_a_list_or_one_on_each_line_are_taken(string body, int accepted, int unmatched)
    {
        await reeve.ApplyAsync(RunningReeve.Shop);
        var reply = await reeve.PostAsync(Path, body);
        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
        Assert.Equal(accepted, reply.Body.GetProperty("accepted").GetInt32());
        Assert.Equal(unmatched, reply.Body.GetProperty("unmatched").GetInt32());
    }

    [Theory]
    [InlineData("{", "malformed-text", "/0")]
    [InlineData("""[{"target":"a","service":"b"},]""", "malformed-text", "/1")]
    [InlineData("""{"service":"b"}""", "missing-field", "/0/target")]
    [InlineData("""[{"target":"a","service":"b"},{"target":"a"}]""", "missing-field", "/1/service")]
    [InlineData("""{"target":"a","service":"b","metric":"high"}""", "wrong-type", "/0/metric")]
    [InlineData("""{"target":"a","service":"b","metric":1e999}""", "wrong-type", "/0/metric")]
    [InlineData("""{"target":"a","service":"b","time":"soon"}""", "wrong-type", "/0/time")]
    [InlineData("""{"target":"a","service":"b","ttl":-1}""", "wrong-type", "/0/ttl")]
    [InlineData("""{"target":"a","service":"b","tags":"x"}""", "wrong-type", "/0/tags")]
    [InlineData("""["text"]""", "wrong-type", "/0")]
    [InlineData("""{"target":"a","service":"b","time":"0001-01-01T00:00:00Z"}""", "absurd-time", "/0/time")]
    [InlineData("""[{"target":"a","service":"b"},{"target":"a","service":"b","time":99999999999999}]""", "absurd-time", "/1/time")]
    public async Task What_cannot_be_an_event_is_refused_and_says_which(string body, string code, string path)
    {
        var reply = await reeve.PostAsync(Path, body);
        Assert.Equal(code, reply.Code);
        Assert.Equal(path, reply.Errors[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task Nesting_without_end_is_refused()
    {
        var reply = await reeve.PostAsync(Path, $$"""{"target":"a","service":"b","x":{{new string('[', 5000)}}""");
        Assert.Equal("malformed-text", reply.Code);
    }

    [Fact]
    public async Task A_full_queue_says_how_many_were_taken_and_to_come_again()
    {
        using var folder = new TempFolder();
        var options = new ReeveOptions
        {
            DataFolder = folder.At("data"),
            Urls = "http://127.0.0.1:0",
            LogLevel = "none",
            Runtime = new RuntimeOptions { QueueCapacity = 4 },
        };
        await using var app = await ReeveApp.StartAsync(options, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls[0]) };
        using var documents = new StringContent(RunningReeve.Shop);
        (await client.PostAsync("/api/v1/apply", documents)).EnsureSuccessStatusCode();

        // while the owner is held up nothing leaves the queue
        using var gate = new ManualResetEventSlim();
        var held = app.Runtime.AskAsync(_ => gate.Wait(TimeSpan.FromSeconds(20)));
        using var batch = new StringContent(
            $"[{string.Join(',', Enumerable.Repeat("""{"target":"shop/web","service":"load","metric":1}""", 50))}]");
        var reply = await client.PostAsync(Path, batch);
        gate.Set();
        await held;
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.StatusCode == HttpStatusCode.TooManyRequests, text);
        Assert.NotNull(reply.Headers.RetryAfter);
        Assert.Contains("\"accepted\":4", text, StringComparison.Ordinal);
    }
}
