using System.Collections.Immutable;
using System.Globalization;
using Reeve.Actors.Balancers;
using Reeve.Core.Documents;
using Reeve.Core.Targets;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Balancers;

/// <summary>A real HAProxy whose members come and go.</summary>
public sealed class HaproxyTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly HaproxyBalancer _balancer;
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1) });
    private readonly List<HttpSink> _sinks = [];
    private readonly BalancerSettings _settings = new() { Port = FreePort.Take(), Patience = TimeSpan.FromSeconds(10) };

    public HaproxyTests() => _balancer = new HaproxyBalancer("/usr/sbin/haproxy", _folder.Path, TimeProvider.System);

    public async Task InitializeAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            var sink = await HttpSink.StartAsync();
            sink.Reply(new HttpReply { Body = i.ToString(CultureInfo.InvariantCulture) });
            _sinks.Add(sink);
        }
    }

    public async Task DisposeAsync()
    {
        await _balancer.RemoveAsync(Wanted(), CancellationToken.None);
        foreach (var sink in _sinks)
        {
            await sink.DisposeAsync();
        }

        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Members_come_and_go_while_it_runs_and_no_request_fails()
    {
        await ApplyAsync(0);
        using var stop = new CancellationTokenSource();
        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LoadAsync(stop.Token)));
        await ApplyAsync(0, 1);
        await ApplyAsync(0, 1, 2);
        await Eventually.IsTrueAsync(() => _sinks.All(s => s.Requests.Count > 0));
        await ApplyAsync(2);
        var left = _sinks[0].Requests.Count;
        await Eventually.IsTrueAsync(() => _sinks[2].Requests.Count > 200);
        await stop.CancelAsync();

        Assert.All(await load, answered => Assert.True(answered > 0));
        Assert.Equal(left, _sinks[0].Requests.Count);
        Assert.Equal(["2"], await AskAsync(4));
    }

    [Fact]
    public async Task A_member_that_goes_ends_what_it_has_begun()
    {
        _sinks[0].Reply(new HttpReply { Body = "slow", Delay = TimeSpan.FromSeconds(1) });
        await ApplyAsync(0, 1);
        var asked = Enumerable.Range(0, 4).Select(_ => _client.GetStringAsync(Url)).ToList();
        await _sinks[0].WaitForAsync(1);
        await ApplyAsync(1);

        Assert.Contains("slow", await Task.WhenAll(asked));
        Assert.Equal(["1"], await AskAsync(4));
    }

    [Fact]
    public async Task Other_settings_are_taken_in_without_turning_anybody_away()
    {
        await ApplyAsync(0, 1);
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(stop.Token, isFresh: true);
        var changed = _settings with { Method = "LEAST_CONNECTIONS", Probe = new("HTTP", Second, Second, 2, "GET", "/ready", "200-204") };
        Assert.Null((await _balancer.ApplyAsync(Wanted(0, 1) with { Settings = changed }, CancellationToken.None)).Error);
        await Eventually.IsTrueAsync(() => _sinks[1].Requests.Any(r => r.Path == "/ready"));
        await stop.CancelAsync();

        Assert.True(await load > 0);
    }

    [Fact]
    public async Task It_outlives_reeve_and_is_found_again()
    {
        await ApplyAsync(0);
        var pid = await File.ReadAllTextAsync(_folder.At("web-1", "haproxy.pid"));
        var other = new HaproxyBalancer("/usr/sbin/haproxy", _folder.Path, TimeProvider.System);
        Assert.Null((await other.ApplyAsync(Wanted(1), CancellationToken.None)).Error);

        Assert.Equal(pid, await File.ReadAllTextAsync(_folder.At("web-1", "haproxy.pid")));
        Assert.Equal(["1"], await AskAsync(3));
    }

    [Fact]
    public async Task Taken_away_it_listens_no_more_and_taking_it_away_again_is_fine()
    {
        await ApplyAsync(0);
        Assert.Null((await _balancer.RemoveAsync(Wanted(), CancellationToken.None)).Error);
        Assert.Null((await _balancer.RemoveAsync(Wanted(), CancellationToken.None)).Error);

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetStringAsync(Url));
        Assert.False(Directory.Exists(_folder.At("web-1")));
    }

    [Theory]
    [InlineData("127.0.0.1\n    bind :1", "/", "200", "c")]
    [InlineData("127.0.0.1", "/ready\nserver evil 1.2.3.4:80", "200", "c")]
    [InlineData("127.0.0.1", "/", "200 !rstatus .*", "c")]
    [InlineData("127.0.0.1", "/", "200", "c) if { always_true")]
    [InlineData("example.org", "/", "200", "c")]
    public async Task Nothing_but_plain_values_gets_into_the_configuration(string address, string path, string codes, string cookie)
    {
        var settings = _settings with
        {
            Address = address,
            Persistence = "APP_COOKIE",
            Cookie = cookie,
            Probe = new("HTTP", Second, Second, 2, "GET", path, codes),
        };
        var outcome = await _balancer.ApplyAsync(Wanted(0) with { Settings = settings }, CancellationToken.None);

        Assert.StartsWith("haproxy: ", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("web-1")));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_and_nothing_is_left_running()
    {
        var outcome = await _balancer.ApplyAsync(
            Wanted(0) with { Settings = _settings with { Port = _sinks[2].Port } }, CancellationToken.None);

        Assert.Contains("cannot bind", outcome.Error, StringComparison.OrdinalIgnoreCase);
    }

    private static TimeSpan Second => TimeSpan.FromSeconds(1);

    private string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_settings.Port}/");

    private Balancing Wanted(params int[] members) => new(
        "web-1", _settings,
        [.. members.Select(m => new BalancerMember($"node-{m}", "127.0.0.1", _sinks[m].Port))], Json.EmptyObject);

    private async Task ApplyAsync(params int[] members) =>
        Assert.Null((await _balancer.ApplyAsync(Wanted(members), CancellationToken.None)).Error);

    private async Task<List<string>> AskAsync(int times)
    {
        var said = new List<string>();
        for (var i = 0; i < times; i++)
        {
            said.Add(await _client.GetStringAsync(Url));
        }

        return [.. said.Distinct()];
    }

    // throws when one request fails
    private async Task<int> LoadAsync(CancellationToken stop, bool isFresh = false)
    {
        var answered = 0;
        while (!stop.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Url);
            request.Headers.ConnectionClose = isFresh;
            using var answer = await _client.SendAsync(request, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            answered++;
        }

        return answered;
    }
}
