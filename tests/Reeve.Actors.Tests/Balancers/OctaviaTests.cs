using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Reeve.Actors.Balancers;
using Reeve.Core.Documents;
using Reeve.Core.Targets;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Balancers;

/// <summary>A double of OpenStack's load balancing, which cannot be had here: it keeps what it is told, and is busy for one look.</summary>
public sealed class OctaviaTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, JsonObject> _things = new(StringComparer.Ordinal);
    private readonly Balancing _wanted = new(
        "web-1",
        new BalancerSettings
        {
            Port = 8080,
            Method = "LEAST_CONNECTIONS",
            Patience = TimeSpan.FromSeconds(5),
            Probe = new("HTTP", TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3), 2, "GET", "/up", "200"),
            Properties = Json.Parse("""{"vip": {"subnet": "private"}, "pool": {"subnet": "inner", "protocol": "HTTP"}}"""),
        },
        [new("a", "10.0.0.1", 80), new("b", "10.0.0.2", 80)],
        Json.EmptyObject);

    private HttpSink _service = null!;
    private OctaviaBalancer _balancer = null!;
    private int _looks;
    private string? _broken;

    public async Task InitializeAsync()
    {
        _service = await HttpSink.StartAsync();
        _service.Reply(Answer);
        _balancer = new OctaviaBalancer(_service.Url.ToString(), "secret", TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _balancer.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task A_balancer_is_made_of_its_parts_and_has_the_members()
    {
        var outcome = await _balancer.ApplyAsync(_wanted, CancellationToken.None);

        Assert.Null(outcome.Error);
        Assert.Equal("192.0.2.7", outcome.Address);
        Assert.Equal(["healthmonitor", "listener", "loadbalancer", "pool"], Kinds());
        Assert.Equal(8080, (int)One("listener")["protocol_port"]!);
        Assert.Equal("LEAST_CONNECTIONS", (string?)One("pool")["lb_algorithm"]);
        Assert.Equal("/up", (string?)One("healthmonitor")["url_path"]);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], Members());
        Assert.All(_service.Requests, r => Assert.Equal("secret", r.Headers["X-Auth-Token"]));
    }

    [Fact]
    public async Task Applied_again_it_makes_nothing_new_and_has_the_new_members()
    {
        await _balancer.ApplyAsync(_wanted, CancellationToken.None);
        var outcome = await _balancer.ApplyAsync(_wanted with { Members = [new("c", "10.0.0.3", 80)] }, CancellationToken.None);

        Assert.Null(outcome.Error);
        Assert.Equal(4, _things.Count);
        Assert.Equal(["10.0.0.3"], Members());
    }

    [Fact]
    public async Task What_was_cut_short_is_completed()
    {
        _broken = "pools";
        var first = await _balancer.ApplyAsync(_wanted, CancellationToken.None);
        _broken = null;
        var second = await _balancer.ApplyAsync(_wanted, CancellationToken.None);

        Assert.Equal("octavia: GET pools: 500: told to fail", first.Error);
        Assert.Null(second.Error);
        Assert.Equal(4, _things.Count);
    }

    [Fact]
    public async Task One_that_was_there_before_is_used_and_stays()
    {
        _things["given"] = new JsonObject
        {
            ["id"] = "given",
            ["kind"] = "loadbalancer",
            ["name"] = "shared",
            ["vip_address"] = "192.0.2.9",
        };
        var wanted = _wanted with
        {
            Settings = _wanted.Settings with { Properties = Json.Parse("""{"loadbalancer": "shared", "pool": {"subnet": "inner"}}""") },
        };
        var made = await _balancer.ApplyAsync(wanted, CancellationToken.None);
        var gone = await _balancer.RemoveAsync(wanted, CancellationToken.None);

        Assert.Equal("192.0.2.9", made.Address);
        Assert.Null(gone.Error);
        Assert.Equal(["loadbalancer"], Kinds());
    }

    [Fact]
    public async Task Its_own_goes_with_all_its_parts_and_twice_is_fine()
    {
        await _balancer.ApplyAsync(_wanted, CancellationToken.None);
        Assert.Null((await _balancer.RemoveAsync(_wanted, CancellationToken.None)).Error);
        Assert.Null((await _balancer.RemoveAsync(_wanted, CancellationToken.None)).Error);

        Assert.Empty(_things);
    }

    [Fact]
    public async Task A_service_that_is_away_is_an_outcome()
    {
        await _service.DisposeAsync();

        Assert.Equal(
            "octavia: GET loadbalancers: it cannot be reached", (await _balancer.ApplyAsync(_wanted, CancellationToken.None)).Error);
    }

    private string[] Kinds() => [.. _things.Values.Select(t => (string)t["kind"]!).Order(StringComparer.Ordinal)];

    private JsonObject One(string kind) => _things.Values.Single(t => (string?)t["kind"] == kind);

    private string[] Members() => [.. One("pool")["members"]!.AsArray().Select(m => (string)m!["address"]!)];

    private HttpReply Answer(ReceivedRequest request)
    {
        var parts = request.Path["/v2/lbaas/".Length..].Split('/');
        var kind = parts[0].TrimEnd('s');
        if (parts[0] == _broken)
        {
            return new HttpReply { Status = 500, Body = """{"faultstring": "told to fail"}""" };
        }

        switch (request.Method)
        {
            case "POST":
                var made = JsonNode.Parse(request.Text)![kind]!.DeepClone().AsObject();
                made["id"] = $"{kind}-{_things.Count}";
                made["kind"] = kind;
                if (kind == "loadbalancer")
                {
                    made["vip_address"] = "192.0.2.7";
                }

                _things[(string)made["id"]!] = made;
                return Said(201, new JsonObject { [kind] = made.DeepClone() });
            case "PUT":
                _things[parts[1]]["members"] = JsonNode.Parse(request.Text)!["members"]!.DeepClone();
                return new HttpReply { Status = 202 };
            case "DELETE":
                _things.TryRemove(parts[1], out _);
                if (request.Query.Contains("cascade=true", StringComparison.Ordinal))
                {
                    _things.Clear();
                }

                return new HttpReply { Status = 204 };
            default:
                return Look(parts, kind, HttpUtility.ParseQueryString(request.Query)["name"]);
        }
    }

    private HttpReply Look(string[] parts, string kind, string? name)
    {
        if (parts.Length == 1)
        {
            var found = _things.Values.Where(t => (string?)t["kind"] == kind && (string?)t["name"] == name).Select(t => t.DeepClone());
            return Said(200, new JsonObject { [$"{kind}s"] = new JsonArray([.. found]) });
        }

        if (!_things.TryGetValue(parts[1], out var one))
        {
            return new HttpReply { Status = 404 };
        }

        var shown = one.DeepClone();
        shown["provisioning_status"] = _looks++ % 3 == 0 ? "PENDING_UPDATE" : "ACTIVE";
        return Said(200, new JsonObject { [kind] = shown });
    }

    private static HttpReply Said(int status, JsonNode body) => new() { Status = status, Body = body.ToJsonString() };
}
