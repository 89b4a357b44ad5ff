using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Senlin's policy types, validation and dry run, asked over HTTP.</summary>
public sealed class DryRunTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private readonly FaceClient _senlin = new(reeve);

    [SenlinFact]
    public async Task Every_recorded_decision_is_made_again()
    {
        var start = new ProcessStartInfo("python3")
        {
            ArgumentList = { Path.Combine(SenlinFactAttribute.Folder!, "rows.py"), "--text", "--base", reeve.App.Urls[0] },
            RedirectStandardOutput = true,
        };
        using var runner = Process.Start(start)!;
        var said = await runner.StandardOutput.ReadToEndAsync();
        await runner.WaitForExitAsync();

        Assert.True(runner.ExitCode == 0, said);
        Assert.EndsWith(" passed, 0 failed", said.TrimEnd(), StringComparison.Ordinal);
    }

    [SenlinFact]
    public async Task Both_faces_show_the_recorded_policy_types()
    {
        var recorded = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(SenlinFactAttribute.Folder!, "policy_types.json")));
        foreach (var type in recorded.RootElement.EnumerateObject())
        {
            var shown = (await _senlin.GetAsync($"/policy-types/{type.Name}")).Body.GetProperty("policy_type");
            Assert.True(JsonElement.DeepEquals(type.Value, shown), $"{type.Name}: {shown.GetRawText()}");

            var own = (await reeve.GetAsync($"/api/v1/policy-types/{type.Name}")).Body;
            Assert.True(JsonElement.DeepEquals(type.Value.GetProperty("schema"), own.GetProperty("properties")), type.Name);
        }

        var listed = (await reeve.GetAsync("/api/v1/policy-types?limit=500")).Items.Select(t => t.GetProperty("name").GetString());
        Assert.Equal(
            recorded.RootElement.EnumerateObject().Select(t => t.Name).Order(StringComparer.Ordinal),
            listed.Where(n => n!.StartsWith("senlin.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_wrong_spec_is_refused_with_the_place_of_every_mistake()
    {
        const string spec = """
            {"policy": {"spec": {"type": "senlin.policy.scaling", "version": 1.0, "extra": 1,
              "properties": {"adjustment": {"type": "EXACT", "cooldwn": 3, "number": "x"}}}}}
            """;
        var reply = await ValidateAsync(spec);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        var message = reply.Body.GetProperty("error").GetProperty("message").GetString()!;
        string[] places = ["/extra", "/properties: the property `event`", "/properties/adjustment/type", "/properties/adjustment/cooldwn",
            "/properties/adjustment/number"];
        Assert.All(places, place => Assert.Contains(place, message, StringComparison.Ordinal));
        Assert.Contains("did you mean `cooldown`?", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"policy": 1}""", 400)]
    [InlineData("""{"policy": {}}""", 400)]
    [InlineData("""{"policy": {"spec": "abc"}}""", 400)]
    [InlineData("""{"policy": {"spec": {"type": [], "version": {}}}}""", 400)]
    [InlineData("""{"policy": {"spec": {"type": "senlin.policy.deletion", "version": "1.0", "properties": null}}}""", 400)]
    [InlineData("""{"policy": {"spec": {"type": "senlin.policy.nosuch", "version": "1.0", "properties": {}}}}""", 404)]
    [InlineData("""{"policy": {"spec": {"type": "senlin.policy.deletion", "version": 1.1, "properties": {}}}}""", 200)]
    [InlineData("""{"policy": {"spec": {"type": "\ud800", "version": 1.1, "properties": {}}}}""", 400)]
    public async Task What_is_no_policy_is_no_failure_of_the_server(string body, int status)
    {
        var reply = await ValidateAsync(body);
        Assert.Equal(status, (int)reply.Status);
        Assert.True(status == 200 || reply.Body.GetProperty("error").GetProperty("message").GetString()!.Length > 0);
    }

    [Theory]
    [InlineData("""{"action": {"name": "CLUSTER_GROW"}}""", "/action/name")]
    [InlineData("""{"cluster": {"current": 3}}""", "`action`")]
    [InlineData("""{"action": {"name": "CLUSTER_RESIZE", "inputs": []}}""", "/action/inputs")]
    [InlineData("""{"mode": "best", "action": {"name": "CLUSTER_RESIZE"}}""", "/mode")]
    [InlineData("""{"action": {"name": "CLUSTER_RESIZE"}, "polices": []}""", "/polices")]
    [InlineData("""{"action": {"name": "CLUSTER_RESIZE"}, "cluster": {"nodes": [1, {"created_at": "soon"}]}}""",
        "/cluster/nodes/1/created_at")]
    [InlineData("""{"action": {"name": "CLUSTER_RESIZE"}, "policies": [{"spec": {"type": "x", "version": 1}}]}""", "/policies/0/spec")]
    public async Task A_dry_run_that_makes_no_sense_says_where(string body, string place)
    {
        var reply = await reeve.PostAsync("/senlin/v1/policies/simulate", body);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Contains(place, reply.Body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_asks_in_order_of_priority_and_says_who_said_what()
    {
        const string body = """
            {
              "policies": [
                {"name": "victims", "spec": {"type": "senlin.policy.deletion", "version": "1.1",
                  "properties": {"criteria": "OLDEST_FIRST"}}},
                {"name": "places", "spec": {"type": "senlin.policy.zone_placement", "version": "1.0",
                  "properties": {"zones": [{"name": "a"}, {"name": "b"}]}}},
                {"name": "off", "enabled": false, "spec": {"type": "senlin.policy.scaling", "version": "1.0",
                  "properties": {"event": "CLUSTER_SCALE_IN", "adjustment": {"number": 3}}}},
                {"name": "two", "spec": {"type": "senlin.policy.scaling", "version": "1.0",
                  "properties": {"event": "CLUSTER_SCALE_IN", "adjustment": {"number": 2}}}}
              ],
              "cluster": {"nodes": [
                {"id": "1", "zone": "a", "created_at": "2026-01-01"}, {"id": "2", "zone": "a", "created_at": "2026-01-02"},
                {"id": "3", "zone": "a", "created_at": "2026-01-03"}, {"id": "4", "zone": "b", "created_at": "2026-01-04"}]},
              "action": {"name": "CLUSTER_SCALE_IN"}
            }
            """;
        var reply = await reeve.PostAsync("/senlin/v1/policies/simulate", body);

        Assert.Equal("OK", reply.Text("status"));
        Assert.Equal(
            ["two", "places", "victims"],
            reply.Body.GetProperty("trace").EnumerateArray().Select(t => t.GetProperty("policy").GetString()));
        var deletion = reply.Body.GetProperty("data").GetProperty("deletion");
        Assert.Equal("""{"a":2}""", deletion.GetProperty("zones").GetRawText());
        Assert.Equal(["1", "2"], deletion.GetProperty("candidates").EnumerateArray().Select(c => c.GetString()));
    }

    [Theory]
    [InlineData("""{"adjustment_type": "CHANGE_IN_PERCENTAGE", "number": 1e308}""")]
    [InlineData("""{"adjustment_type": "EXACT_CAPACITY", "number": 99999999999999999999999999999999999999999999999999}""")]
    [InlineData("""{"adjustment_type": "CHANGE_IN_CAPACITY", "number": -1e308, "strict": true}""")]
    [InlineData("""{"adjustment_type": "CHANGE_IN_CAPACITY", "number": "many"}""")]
    public async Task A_number_beyond_all_counting_is_a_decision_and_no_failure(string inputs)
    {
        foreach (var mode in (string[])["fixed", "compat"])
        {
            var reply = await reeve.PostAsync("/senlin/v1/policies/simulate", $$"""
                {"mode": "{{mode}}", "cluster": {"current": 1000000}, "action": {"name": "CLUSTER_RESIZE", "inputs": {{inputs}} } }
                """);
            Assert.Equal(HttpStatusCode.OK, reply.Status);
            Assert.Equal("ERROR", reply.Text("status"));
        }
    }

    [Fact]
    public async Task A_cooldown_refuses_until_it_is_over()
    {
        Assert.Equal("ERROR", await At("2026-01-01T00:00:59Z"));
        Assert.Equal("OK", await At("2026-01-01T00:01:00Z"));

        async Task<string> At(string now) => (await reeve.PostAsync("/senlin/v1/policies/simulate", $$$"""
            {"policies": [{"last_op": "2026-01-01T00:00:00Z", "spec": {"type": "senlin.policy.scaling", "version": "1.0",
              "properties": {"event": "CLUSTER_SCALE_OUT", "adjustment": {"cooldown": 60} } } }],
             "cluster": {"current": 1}, "action": {"name": "CLUSTER_SCALE_OUT"}, "now": "{{{now}}}"}
            """)).Text("status");
    }

    private Task<Reply> ValidateAsync(string body) =>
        reeve.PostAsync("/senlin/v1/policies/validate", body, ("OpenStack-API-Version", "clustering 1.14"));
}
