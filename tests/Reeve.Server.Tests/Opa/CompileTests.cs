using System.Net;

namespace Reeve.Server.Tests.Opa;

public sealed class CompileTests : IAsyncLifetime
{
    private RunningOpa _opa = null!;

    public async Task InitializeAsync()
    {
        _opa = await RunningOpa.StartAsync();
        await _opa.MustPutAsync("/opa/v1/data/reports", """[{"level": 2}, {"level": 5}]""");
        await _opa.MustPutAsync("/opa/v1/policies/shop", """
            package shop
            default allow := false
            allow if { input.level >= data.reports[_].level; not input.blocked }
            always if count(data.reports) == 2
            never if count(data.reports) == 3
            default grade := "c"
            grade := "a" if input.level > 5
            """);
    }

    public async Task DisposeAsync() => await _opa.DisposeAsync();

    [Fact]
    public async Task What_is_left_of_a_query_comes_as_trees()
    {
        var answer = await _opa.PostAsync("/opa/v1/compile", """{"query": "data.shop.allow == true", "unknowns": ["input"]}""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var queries = answer.Json.GetProperty("result").GetProperty("queries");
        Assert.Equal(2, queries.GetArrayLength());
        var first = queries[0][0];
        Assert.Equal(0, first.GetProperty("index").GetInt32());
        Assert.Equal("gte", first.GetProperty("terms")[0].GetProperty("value")[0].GetProperty("value").GetString());
        Assert.Equal("level", first.GetProperty("terms")[1].GetProperty("value")[1].GetProperty("value").GetString());
        Assert.Equal(2, first.GetProperty("terms")[2].GetProperty("value").GetInt32());
        Assert.True(queries[0][1].GetProperty("negated").GetBoolean());
        Assert.Equal(1, queries[0][1].GetProperty("index").GetInt32());
        Assert.False(answer.Json.GetProperty("result").TryGetProperty("support", out _));
    }

    [Theory]
    [InlineData("data.shop.always", """{"result":{"queries":[[]]}}""")]
    [InlineData("data.shop.never", """{"result":{}}""")]
    public async Task What_is_known_is_told_at_once(string query, string expected)
    {
        var answer = await _opa.PostAsync("/opa/v1/compile", $$"""{"query": "{{query}}"}""");

        Assert.Equal((HttpStatusCode.OK, expected), (answer.Status, answer.Json.GetRawText()));
    }

    [Fact]
    public async Task A_known_input_and_unknown_data()
    {
        var answer = await _opa.PostAsync(
            "/opa/v1/compile", """{"query": "data.shop.allow = true", "input": {"level": 4}, "unknowns": ["data.reports"]}""");

        var query = Assert.Single(answer.Json.GetProperty("result").GetProperty("queries").EnumerateArray().ToList());
        Assert.Equal(4, query[0].GetProperty("terms")[1].GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task A_default_comes_in_a_module_beside()
    {
        var answer = await _opa.PostAsync("/opa/v1/compile?metrics", """{"query": "data.shop.grade = x"}""");

        var support = Assert.Single(answer.Json.GetProperty("result").GetProperty("support").EnumerateArray().ToList());
        Assert.Equal(
            ["data", "partial", "shop"],
            support.GetProperty("package").GetProperty("path").EnumerateArray().Select(p => p.GetProperty("value").GetString()));
        Assert.Equal(2, support.GetProperty("rules").GetArrayLength());
        Assert.True(answer.Json.GetProperty("metrics").TryGetProperty("timer_rego_query_eval_ns", out _));
    }

    [Theory]
    [InlineData("{}", "missing required 'query' value")]
    [InlineData("[]", "expected an object")]
    [InlineData("{", "")]
    [InlineData("""{"query": "input.x =="}""", "error(s) occurred while parsing query")]
    [InlineData("""{"query": "x"}""", "")]
    [InlineData("""{"query": "input.x", "unknowns": "input"}""", "'unknowns'")]
    [InlineData("""{"query": "input.x", "unknowns": ["foo"]}""", "")]
    [InlineData("""{"query": "data.shop"}""", "")]
    public async Task What_cannot_be_is_refused(string body, string reason)
    {
        var answer = await _opa.PostAsync("/opa/v1/compile", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("invalid_parameter", answer.Json.GetProperty("code").GetString());
        Assert.Contains(reason, answer.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_method_is_not_there() =>
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _opa.GetAsync("/opa/v1/compile")).Status);
}
