using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Actors.Outbound;
using Reeve.Core.Documents;
using Reeve.Core.Targets;

namespace Reeve.Actors.Balancers;

/// <summary>
/// Keeps balancers with a service that speaks OpenStack's load-balancing API (Octavia, v2): load balancer, listener, pool, monitor, and
/// the members as one list. Everything is found by its name again, so what a crash cut short is completed and never made twice.
/// </summary>
public sealed class OctaviaBalancer : IBalancer, IDisposable
{
    private const int BodyLimit = 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);
    private readonly string _root;
    private readonly string? _token;
    private readonly TimeProvider _time;
    private readonly OutboundHttp _http;

    /// <summary>A client of the service at an address; with a token when it asks for one.</summary>
    public OctaviaBalancer(string url, string? token, TimeProvider time, bool allowLinkLocal = false)
    {
        _root = $"{url.TrimEnd('/')}/v2/lbaas";
        _token = token;
        _time = time;
        _http = new OutboundHttp(time, allowLinkLocal, BodyLimit);
    }

    /// <inheritdoc/>
    public string Name => "octavia";

    /// <summary>Why an address cannot be called; null when it can.</summary>
    public static string? UrlProblem(string url) => OutboundHttp.UrlProblem(url);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <inheritdoc/>
    public async Task<BalancerOutcome> ApplyAsync(Balancing wanted, CancellationToken cancellationToken)
    {
        var run = new Run(this, wanted, cancellationToken);
        try
        {
            await run.BringAsync().ConfigureAwait(false);
            return new BalancerOutcome(null, run.State(), run.Address);
        }
        catch (RefusedException refused)
        {
            return new BalancerOutcome($"octavia: {refused.Message}", run.State());
        }
    }

    /// <inheritdoc/>
    public async Task<BalancerOutcome> RemoveAsync(Balancing last, CancellationToken cancellationToken)
    {
        var run = new Run(this, last, cancellationToken);
        try
        {
            await run.RemoveAsync().ConfigureAwait(false);
            return new BalancerOutcome(null, Json.EmptyObject);
        }
        catch (RefusedException refused)
        {
            return new BalancerOutcome($"octavia: {refused.Message}", last.State);
        }
    }

    private sealed class RefusedException(string message) : Exception(message);

    /// <summary>One call, from finding the load balancer to the last wait.</summary>
    private sealed class Run(OctaviaBalancer service, Balancing wanted, CancellationToken cancellationToken)
    {
        private readonly JsonElement _properties = wanted.Settings.Properties;
        private readonly long _begun = service._time.GetTimestamp();
        private readonly Dictionary<string, string?> _ids = new(StringComparer.Ordinal);

        public string? Address { get; private set; }

        private string Given => Part("").Text("loadbalancer") ?? "";

        private string Own => $"reeve-{wanted.Id}";

        public JsonElement State() => Json.Object([.. _ids.Select(i => (i.Key, i.Value))]);

        public async Task BringAsync()
        {
            await FindBalancerAsync().ConfigureAwait(false);
            await MakeAsync("listener", new JsonObject
            {
                ["loadbalancer_id"] = _ids["loadbalancer"],
                ["protocol"] = Part("vip").Text("protocol") ?? "HTTP",
                ["protocol_port"] = wanted.Settings.Port,
                ["connection_limit"] = wanted.Settings.ConnectionLimit ?? -1,
            }).ConfigureAwait(false);
            var persistence = wanted.Settings.Persistence is { } kind
                ? new JsonObject { ["type"] = kind, ["cookie_name"] = wanted.Settings.Cookie }
                : null;
            await MakeAsync("pool", new JsonObject
            {
                ["listener_id"] = _ids["listener"],
                ["protocol"] = Part("pool").Text("protocol") ?? "HTTP",
                ["lb_algorithm"] = wanted.Settings.Method,
                ["session_persistence"] = persistence,
            }).ConfigureAwait(false);
            if (wanted.Settings.Probe is { } probe)
            {
                await MakeAsync("healthmonitor", Monitor(probe)).ConfigureAwait(false);
            }

            var members = new JsonArray([.. wanted.Members.Select(m => (JsonNode?)new JsonObject
            {
                ["name"] = m.Id, ["address"] = m.Address, ["protocol_port"] = m.Port, ["subnet_id"] = Part("pool").Text("subnet"),
            })]);
            await AskAsync("PUT", $"pools/{_ids["pool"]}/members", new JsonObject { ["members"] = members }).ConfigureAwait(false);
            await WaitAsync().ConfigureAwait(false);
        }

        public async Task RemoveAsync()
        {
            if (Given.Length == 0)
            {
                if (await FindAsync("loadbalancer", Own).ConfigureAwait(false) is { } own)
                {
                    await AskAsync("DELETE", $"loadbalancers/{Id(own)}?cascade=true", null).ConfigureAwait(false);
                }

                return;
            }

            // of one that was there before, only what was added goes
            foreach (var kind in (string[])["healthmonitor", "pool", "listener"])
            {
                if (await FindAsync(kind, Own).ConfigureAwait(false) is { } part)
                {
                    await AskAsync("DELETE", $"{kind}s/{Id(part)}", null).ConfigureAwait(false);
                    await FindBalancerAsync().ConfigureAwait(false);
                }
            }
        }

        private async Task FindBalancerAsync()
        {
            var found = Given.Length > 0
                ? await FindAsync("loadbalancer", Given).ConfigureAwait(false) ?? await GetAsync(Given).ConfigureAwait(false)
                    ?? throw new RefusedException($"there is no load balancer `{Given}`")
                : await FindAsync("loadbalancer", Own).ConfigureAwait(false);
            if (found is not { } balancer)
            {
                var vip = Part("vip");
                balancer = await PostAsync("loadbalancer", new JsonObject
                {
                    ["vip_subnet_id"] = vip.Text("subnet"),
                    ["vip_network_id"] = vip.Text("network"),
                    ["vip_address"] = vip.Text("address"),
                    ["availability_zone"] = _properties.Text("availability_zone"),
                    ["flavor_id"] = _properties.Text("flavor_id"),
                }).ConfigureAwait(false);
            }

            _ids["loadbalancer"] = Id(balancer);
            Address = balancer.Text("vip_address");
            await WaitAsync().ConfigureAwait(false);
        }

        private async Task MakeAsync(string kind, JsonObject body)
        {
            var made = await FindAsync(kind, Own).ConfigureAwait(false) ?? await PostAsync(kind, body).ConfigureAwait(false);
            _ids[kind] = Id(made);
            await WaitAsync().ConfigureAwait(false);
        }

        private async Task<JsonElement> PostAsync(string kind, JsonObject body)
        {
            body["name"] = Own;
            body["admin_state_up"] = true;
            foreach (var absent in body.Where(m => m.Value is null).Select(m => m.Key).ToList())
            {
                body.Remove(absent);
            }

            var answer = await AskAsync("POST", $"{kind}s", new JsonObject { [kind] = body }).ConfigureAwait(false);
            return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(kind, out var made) && made.Text("id") is not null
                ? made
                : throw new RefusedException($"the answer to a new {kind} names none");
        }

        private async Task<JsonElement?> FindAsync(string kind, string name)
        {
            var answer = await AskAsync("GET", $"{kind}s?name={Uri.EscapeDataString(name)}", null).ConfigureAwait(false);
            return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty($"{kind}s", out var list)
                && list.ValueKind == JsonValueKind.Array
                ? list.EnumerateArray()
                    .Where(i => i.Text("name") == name && i.Text("id") is not null)
                    .Select(i => (JsonElement?)i)
                    .FirstOrDefault()
                : null;
        }

        private async Task<JsonElement?> GetAsync(string id)
        {
            var (status, answer) = await SendAsync("GET", $"loadbalancers/{Uri.EscapeDataString(id)}", null).ConfigureAwait(false);
            return status == 200 && answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("loadbalancer", out var found)
                ? found
                : null;
        }

        // while it works on one change it takes no other
        private async Task WaitAsync()
        {
            while (true)
            {
                var state = (await GetAsync(_ids["loadbalancer"]!).ConfigureAwait(false))?.Text("provisioning_status");
                switch (state)
                {
                    case "ACTIVE":
                        return;
                    case "ERROR" or "DELETED" or null:
                        throw new RefusedException($"load balancer `{_ids["loadbalancer"]}` is {state ?? "gone"}");
                }

                if (service._time.GetElapsedTime(_begun) > wanted.Settings.Patience)
                {
                    throw new RefusedException($"load balancer `{_ids["loadbalancer"]}` is still {state} after `lb_status_timeout`");
                }

                await Task.Delay(Step, service._time, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task<JsonElement> AskAsync(string method, string path, JsonObject? body)
        {
            while (true)
            {
                var (status, answer) = await SendAsync(method, path, body).ConfigureAwait(false);
                if (status is >= 200 and < 300 || (method == "DELETE" && status == 404))
                {
                    return answer;
                }

                // 409: somebody else changes it at this moment
                if (status != 409 || service._time.GetElapsedTime(_begun) > wanted.Settings.Patience)
                {
                    var said = answer.ValueKind == JsonValueKind.Object ? answer.Text("faultstring") : null;
                    throw new RefusedException($"{method} {path.Split('?')[0]}: {(status == 0 ? "it cannot be reached" : status)}"
                        + (said is null ? "" : $": {said}"));
                }

                await Task.Delay(Step, service._time, cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task<(int Status, JsonElement Answer)> SendAsync(string method, string path, JsonObject? body)
        {
            List<KeyValuePair<string, string>> headers = [new("Accept", "application/json")];
            if (service._token is { } token)
            {
                headers.Add(new("X-Auth-Token", token));
            }

            var bytes = body is null ? null : System.Text.Encoding.UTF8.GetBytes(body.ToJsonString());
            var answer = await service._http.SendAsync(
                new OutboundRequest(method, $"{service._root}/{path}", headers, bytes, Timeout), cancellationToken).ConfigureAwait(false);
            try
            {
                return (answer.Status, answer.Body.Length > 0 ? Json.Parse(answer.Body) : default);
            }
            catch (JsonException)
            {
                return (answer.Status, default);
            }
        }

        private JsonObject Monitor(BalancerProbe probe)
        {
            var monitor = new JsonObject
            {
                ["pool_id"] = _ids["pool"],
                ["type"] = probe.Type,
                ["delay"] = (int)probe.Interval.TotalSeconds,
                ["timeout"] = (int)probe.Timeout.TotalSeconds,
                ["max_retries"] = Math.Clamp(probe.Retries, 1, 10),
            };
            if (probe.Type is "HTTP" or "HTTPS")
            {
                monitor["http_method"] = probe.Method;
                monitor["url_path"] = probe.Path;
                monitor["expected_codes"] = probe.Codes;
            }

            return monitor;
        }

        private JsonElement Part(string name) =>
            name.Length == 0 ? _properties
                : _properties.ValueKind == JsonValueKind.Object && _properties.TryGetProperty(name, out var part) ? part : Json.EmptyObject;

        private static string Id(JsonElement thing) => thing.Text("id")!;
    }
}
