using System.Net;

namespace Reeve.Server.Tests.Intake;

public sealed class CloudEventTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private const string Path = "/api/v1/events";

    [Theory]
    [InlineData(
        "application/cloudevents+json",
        """{"specversion":"1.0","id":"1","source":"/a","type":"load","subject":"shop/web","data":{"metric":3,"state":"ok"}}""", 1)]
    [InlineData("application/cloudevents+json",
        """{"specversion":"1.0","id":"1","source":"/a","type":"load","subject":"shop/web","data":3}""", 1)]
    [InlineData(
        "application/cloudevents-batch+json",
        """
        [{"specversion":"1.0","id":"1","source":"/a","type":"load","subject":"shop/web"},
         {"specversion":"1.0","id":"2","source":"/a","type":"x","data":{"target":"shop/web","service":"load","metric":1}}]
        """, 2)]
    public async Task A_structured_event_or_a_batch_is_taken(string type, string body, int accepted)
    {
        await reeve.ApplyAsync(RunningReeve.Shop);
        var reply = await reeve.SendAsync(HttpMethod.Post, Path, body, type);
        Assert.Equal(HttpStatusCode.Accepted, reply.Status);
        Assert.Equal(accepted, reply.Body.GetProperty("accepted").GetInt32());
    }

    [Fact]
    public async Task An_event_in_headers_is_taken()
    {
        await reeve.ApplyAsync(RunningReeve.Shop);
        var reply = await reeve.PostAsync(
            Path, """{"metric":2}""", ("ce-specversion", "1.0"), ("ce-id", "7"), ("ce-source", "/probe"), ("ce-type", "load"),
            ("ce-subject", "shop%2Fweb"), ("ce-time", DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow()
                .ToUnixTimeSeconds())
                .ToString("O")));
        Assert.Equal(1, reply.Body.GetProperty("accepted").GetInt32());
    }

    [Theory]
    [InlineData("""{"id":"1","source":"/a","type":"load","subject":"t"}""", "/0/specversion")]
    [InlineData("""{"specversion":"0.3","id":"1","source":"/a","type":"load","subject":"t"}""", "/0/specversion")]
    [InlineData("""{"specversion":"1.0","source":"/a","type":"load","subject":"t"}""", "/0/id")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/a","type":"load"}""", "/0/subject")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/a","subject":"t"}""", "/0/type")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/a","type":"load","subject":"t","data":"x"}""", "/0/data")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/a","type":"load","subject":"t","data":{"metric":"x"}}""", "/0/data/metric")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/a","type":"load","subject":"t","data_base64":"eA=="}""", "/0/data_base64")]
    public async Task What_is_no_event_is_refused_and_says_where(string body, string path)
    {
        var reply = await reeve.SendAsync(HttpMethod.Post, Path, body, "application/cloudevents+json");
        Assert.Equal(path, reply.Errors[0].GetProperty("path").GetString());
    }
}
