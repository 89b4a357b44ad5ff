using Reeve.Core.Time;
using Reeve.Flexera.Network;

namespace Reeve.Flexera.Tests;

public sealed class RepeatTests
{
    private static readonly DateTimeOffset _start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RequestPlace _place = new("d", 0, 0);

    private readonly VirtualTime _time = new(_start);

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(429)]
    public async Task A_server_in_trouble_is_asked_four_times_with_growing_pauses(int status)
    {
        var (answer, seconds) = await SendAsync("GET", _ => ToldTraffic.Say(status));
        Assert.Equal(status, answer.Status);
        Assert.Equal([0, 0.4, 1.2, 2.8], seconds);
    }

    [Theory]
    [InlineData("POST", 500, 1)]
    [InlineData("POST", 502, 1)]
    [InlineData("POST", 503, 4)]
    [InlineData("POST", 429, 4)]
    [InlineData("PATCH", 504, 1)]
    [InlineData("PUT", 500, 4)]
    [InlineData("GET", 400, 1)]
    [InlineData("GET", 404, 1)]
    [InlineData("GET", 501, 1)]
    public async Task What_may_have_been_done_is_not_done_again(string method, int status, int times)
    {
        var (_, seconds) = await SendAsync(method, _ => ToldTraffic.Say(status));
        Assert.Equal(times, seconds.Count);
    }

    [Theory]
    [InlineData("7", new[] { 0d, 7 })]
    [InlineData("0", new[] { 0d, 0 })]
    [InlineData("1.5", new[] { 0d, 1.5 })]
    [InlineData("120", new[] { 0d, 120 })]
    [InlineData("121", new[] { 0d })]
    [InlineData("99999999999999999999", new[] { 0d })]
    [InlineData("Sun, 01 Mar 2026 12:00:30 GMT", new[] { 0d, 30 })]
    [InlineData("Sunday, 01-Mar-26 12:00:30 GMT", new[] { 0d, 30 })]
    [InlineData("Sun Mar  1 12:00:30 2026", new[] { 0d, 30 })]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", new[] { 0d, 0 })]
    [InlineData("Sun, 01 Mar 2099 12:00:00 GMT", new[] { 0d })]
    [InlineData("-5", new[] { 0d, 0.4 })]
    [InlineData("soon", new[] { 0d, 0.4 })]
    [InlineData("NaN", new[] { 0d, 0.4 })]
    [InlineData("Infinity", new[] { 0d, 0.4 })]
    [InlineData("", new[] { 0d, 0.4 })]
    public async Task A_throttled_request_waits_as_long_as_it_was_told(string said, double[] expected)
    {
        var first = true;
        var (answer, seconds) = await SendAsync("GET", _ =>
        {
            var throttled = first;
            first = false;
            return throttled ? ToldTraffic.Say(429, "", ("Retry-After", said)) : ToldTraffic.Say(200);
        });
        Assert.Equal(expected.Length == 1 ? 429 : 200, answer.Status);
        Assert.Equal(expected, seconds);
    }

    [Theory]
    [InlineData("GET", 4)]
    [InlineData("DELETE", 4)]
    [InlineData("POST", 1)]
    public async Task A_lost_connection_is_tried_again_where_that_does_no_harm(string method, int times)
    {
        var traffic = new ToldTraffic(_time, _ => throw new TrafficFault("lost", true));
        await Assert.ThrowsAsync<TrafficFault>(() => ToldTraffic.WaitAsync(_time, traffic.Sender().SendAsync(
            new Outgoing(method, new Uri("https://h.example.com/")), null, [], _place, CancellationToken.None)));
        Assert.Equal(times, traffic.Came.Count);
    }

    [Theory]
    [InlineData("https://h.example.com/next", true)]
    [InlineData("/next", true)]
    [InlineData("https://h.example.com:443/next", true)]
    [InlineData("https://H.Example.COM/next", true)]
    [InlineData("http://h.example.com/next", false)]
    [InlineData("https://h.example.com:8443/next", false)]
    [InlineData("https://evil.example.com/next", false)]
    [InlineData("//evil.test/next", false)]
    [InlineData("https://h.example.com.evil.test/next", false)]
    public async Task A_redirect_takes_credentials_only_to_the_same_host(string location, bool kept)
    {
        var secrets = new Secrets();
        secrets.Add("s3cret-value");
        var traffic = new ToldTraffic(_time, r => r.Address.AbsolutePath == "/"
            ? ToldTraffic.Say(302, "", ("Location", location)) : ToldTraffic.Say(200));
        var draft = new Outgoing("GET", new Uri("https://h.example.com/"));
        draft.Set("Authorization", "own");
        draft.Set("Cookie", "own");
        draft.Set("X-Custom", "a s3cret-value b");
        draft.Set("Accept", "text/plain");
        await traffic.Sender(secrets).SendAsync(draft, (request, _) =>
        {
            request.Set("X-Signed", "yes");
            return Task.CompletedTask;
        }, [], _place, CancellationToken.None);
        var second = traffic.Came[1].Request;
        Assert.Equal(kept ? "yes" : null, second.Header("X-Signed"));
        Assert.Equal(kept ? "own" : null, second.Header("Authorization"));
        Assert.Equal(kept ? "own" : null, second.Header("Cookie"));
        Assert.Equal(kept ? "a s3cret-value b" : null, second.Header("X-Custom"));
        Assert.Equal("text/plain", second.Header("Accept"));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://2852039166/latest")]
    [InlineData("http://0xa9fea9fe/latest")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("http://[2002:a9fe:a9fe::]/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://metadata.google.internal./")]
    public async Task A_redirect_to_metadata_is_refused(string location)
    {
        var traffic = new ToldTraffic(_time, _ => ToldTraffic.Say(302, "", ("Location", location)));
        var fault = await Assert.ThrowsAsync<TrafficFault>(() => traffic.Sender().SendAsync(
            new Outgoing("GET", new Uri("https://h.example.com/")), null, [], _place, CancellationToken.None));
        Assert.EndsWith("is a metadata or link-local address, which no template may reach", fault.Message, StringComparison.Ordinal);
        Assert.Single(traffic.Came);
    }

    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("0251.0376.0251.0376", true)]
    [InlineData("169.254.43518", true)]
    [InlineData("169。254。169。254", true)]
    [InlineData("[fe80::1]", true)]
    [InlineData("[::169.254.169.254]", true)]
    [InlineData("METADATA.google.internal", true)]
    [InlineData("100.100.100.200", true)]
    [InlineData("0", true)]
    [InlineData("169.253.1.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("[::1]", false)]
    [InlineData("[2001:db8::1]", false)]
    [InlineData("metadata.example.com", false)]
    public void Whatever_way_the_address_of_metadata_is_written_it_is_refused(string host, bool refused)
    {
        var address = Requests.RequestAddress.Make("http", host, "/", []);
        Assert.Equal(refused, new HostRules([]).Refuse(address.IdnHost) is not null);
    }

    private async Task<(Answer Answer, List<double> Seconds)> SendAsync(string method, Func<Outgoing, Answer> reply)
    {
        var traffic = new ToldTraffic(_time, reply);
        var answer = await ToldTraffic.WaitAsync(_time, traffic.Sender().SendAsync(
            new Outgoing(method, new Uri("https://h.example.com/")), null, [], _place, CancellationToken.None));
        return (answer, [.. traffic.Came.Select(c => Math.Round((c.At - _start).TotalSeconds, 3))]);
    }
}
