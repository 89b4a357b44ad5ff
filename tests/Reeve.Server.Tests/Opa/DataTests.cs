using System.IO.Compression;
using System.Net;
using System.Text;

namespace Reeve.Server.Tests.Opa;

public sealed class DataTests : IAsyncLifetime
{
    private RunningOpa _opa = null!;

    public async Task InitializeAsync() => _opa = await RunningOpa.StartAsync();

    public async Task DisposeAsync() => await _opa.DisposeAsync();

    [Fact]
    public async Task A_decision_is_the_document_at_the_path_for_the_input()
    {
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a.b\nallow if input.x == data.limits[0]\n");
        await _opa.MustPutAsync("/opa/v1/data/limits", "[7]");
        Assert.Equal("{\"result\":true}", (await _opa.PostAsync("/opa/v1/data/a/b/allow", """{"input": {"x": 7}}""")).Text);
        Assert.Equal("{}", (await _opa.PostAsync("/opa/v1/data/a/b/allow", """{"input": {"x": 8}}""")).Text);
        Assert.Equal("{\"result\":{\"b\":{\"allow\":true}}}", (await _opa.GetAsync("/opa/v1/data/a?input={\"x\":7}")).Text);
        Assert.Equal("{\"result\":7}", (await _opa.GetAsync("/opa/v1/data/limits/0")).Text);
        Assert.Equal("{}", (await _opa.GetAsync("/opa/v1/data/nothing/here")).Text);
    }

    [Fact]
    public async Task Without_the_key_input_there_is_a_warning()
    {
        var answer = await _opa.PostAsync("/opa/v1/data/a", """{"x": 7}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("api_usage_warning", answer.Json.GetProperty("warning").GetProperty("code").GetString());
        Assert.Contains("warning", (await _opa.PostAsync("/opa/v1/data/a", "")).Text, StringComparison.Ordinal);
        Assert.Equal("{}", (await _opa.PostAsync("/opa/v1/data/a", """{"input": 0}""")).Text);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"input\": }")]
    [InlineData("{\"input\": 1e}")]
    [InlineData("nonsense")]
    public async Task A_malformed_body_is_answered_with_400(string body)
    {
        var answer = await _opa.PostAsync("/opa/v1/data/a", body);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_parameter"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task What_is_nested_too_deeply_is_answered_with_400()
    {
        var deep = new string('[', 5000) + new string(']', 5000);
        Assert.Equal(HttpStatusCode.BadRequest, (await _opa.PostAsync("/opa/v1/data/a", $"{{\"input\": {deep}}}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await _opa.PutAsync("/opa/v1/data/a", deep)).Status);
    }

    [Fact]
    public async Task The_older_address_takes_the_bare_input_and_gives_the_bare_decision()
    {
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a\nallow if input.x == 7\n");
        Assert.Equal("true", (await _opa.PostAsync("/opa/v0/data/a/allow", """{"x": 7}""")).Text);
        var undefined = await _opa.PostAsync("/opa/v0/data/a/allow", """{"x": 8}""");
        Assert.Equal((HttpStatusCode.NotFound, "undefined_document"), (undefined.Status, undefined.Code));
        Assert.Equal("document undefined: data.a.allow", undefined.Message);
        Assert.Equal("document missing: data.a.b", (await _opa.PostAsync("/opa/v0/data/a/b", "{}")).Message);
    }

    [Fact]
    public async Task The_default_decision_answers_at_the_root()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _opa.PostAsync("/opa/", "{}")).Status);
        await _opa.MustPutAsync("/opa/v1/policies/main", "package system\nmain := {\"got\": input.x}\n");
        Assert.Equal("{\"got\":1}", (await _opa.PostAsync("/opa/", """{"x": 1}""")).Text);
        Assert.Equal("{\"got\":1}", (await _opa.PostAsync("/opa", """{"x": 1}""")).Text);
    }

    [Fact]
    public async Task Data_is_put_patched_and_deleted()
    {
        await _opa.MustPutAsync("/opa/v1/data/servers/a", """{"ports": [80]}""");
        Assert.Equal(HttpStatusCode.NotModified, (await _opa.PutAsync("/opa/v1/data/servers/a", "1", ("If-None-Match", "*"))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await _opa.PutAsync("/opa/v1/data/servers/b", "1", ("If-None-Match", "*"))).Status);
        var patch = """
            [{"op": "add", "path": "/a/ports/-", "value": 443}, {"op": "replace", "path": "b", "value": {"x~y": 1}},
             {"op": "add", "path": "/b/c~1d", "value": 2}, {"op": "remove", "path": "/a/ports/0"}]
            """;
        Assert.Equal(HttpStatusCode.NoContent, (await _opa.SendAsync(HttpMethod.Patch, "/opa/v1/data/servers", patch)).Status);
        Assert.Equal("""{"result":{"a":{"ports":[443]},"b":{"c/d":2,"x~y":1}}}""", (await _opa.GetAsync("/opa/v1/data/servers")).Text);
        Assert.Equal("{\"result\":2}", (await _opa.GetAsync("/opa/v1/data/servers/b/c%2Fd")).Text);
        Assert.Equal(HttpStatusCode.NoContent, (await _opa.DeleteAsync("/opa/v1/data/servers/b")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _opa.DeleteAsync("/opa/v1/data/servers/b")).Status);
        Assert.Equal("""{"result":{"a":{"ports":[443]}}}""", (await _opa.GetAsync("/opa/v1/data/servers")).Text);
    }

    [Theory]
    [InlineData("PUT", "/opa/v1/data/x/n/below", "1", 404, "resource_conflict")]
    [InlineData("PUT", "/opa/v1/data", "[]", 400, "invalid_parameter")]
    [InlineData("PUT", "/opa/v1/data/x", "{", 400, "invalid_parameter")]
    [InlineData("PUT", "/opa/v1/data/p/rule", "1", 400, "invalid_parameter")]
    [InlineData("PATCH", "/opa/v1/data/x", "{}", 400, "invalid_parameter")]
    [InlineData("PATCH", "/opa/v1/data/x", """[{"op": "move", "path": "/n"}]""", 400, "invalid_parameter")]
    [InlineData("PATCH", "/opa/v1/data/x", """[{"op": "replace", "path": "/gone", "value": 1}]""", 404, "resource_not_found")]
    [InlineData("PATCH", "/opa/v1/data/x", """[{"op": "add", "path": "/list/9", "value": 1}]""", 404, "resource_not_found")]
    [InlineData("DELETE", "/opa/v1/data/gone", null, 404, "resource_not_found")]
    [InlineData("DELETE", "/opa/v1/data", null, 400, "invalid_parameter")]
    [InlineData("PUT", "/opa/v1/policies/bad", "package p\nx if y", 400, "invalid_parameter")]
    [InlineData("PUT", "/opa/v1/policies/bad", "", 400, "invalid_parameter")]
    [InlineData("DELETE", "/opa/v1/policies/gone", null, 404, "resource_not_found")]
    [InlineData("GET", "/opa/v1/policies/gone", null, 404, "resource_not_found")]
    [InlineData("GET", "/opa/v1/query", null, 400, "invalid_parameter")]
    [InlineData("GET", "/opa/v1/query?q=x+%3D", null, 400, "invalid_parameter")]
    [InlineData("GET", "/opa/v1/nowhere", null, 404, "resource_not_found")]
    public async Task What_cannot_be_done_is_answered_with_opas_code_and_changes_nothing(
        string method, string path, string? body, int status, string code)
    {
        await _opa.MustPutAsync("/opa/v1/policies/p", "package p\nrule := 1");
        await _opa.MustPutAsync("/opa/v1/data/x", """{"n": 5, "list": [1]}""");
        var answer = await _opa.SendAsync(new HttpMethod(method), path, body);
        Assert.Equal((status, code), ((int)answer.Status, answer.Code));
        Assert.Equal("""{"result":{"p":{"rule":1},"x":{"list":[1],"n":5}}}""", (await _opa.GetAsync("/opa/v1/data")).Text);
    }

    [Fact]
    public async Task A_method_that_is_not_there_is_answered_with_405()
    {
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _opa.SendAsync(HttpMethod.Head, "/opa/v1/data/x")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _opa.SendAsync(HttpMethod.Delete, "/opa/v1/query")).Status);
    }

    [Fact]
    public async Task Bodies_come_and_go_packed()
    {
        var large = new string('x', 5000);
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a\nsame := input");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes($"{{\"input\": \"{large}\"}}"));
        }

        var answer = await _opa.SendAsync(
            HttpMethod.Post, "/opa/v1/data/a/same", new ByteArrayContent(packed.ToArray()), ("Content-Encoding", "gzip"),
            ("Accept-Encoding", "gzip"));
        Assert.Equal("gzip", answer.Encoding);
        await using var unpacked = new GZipStream(new MemoryStream(answer.Bytes), CompressionMode.Decompress);
        Assert.Equal($"{{\"result\":\"{large}\"}}", (await new StreamReader(unpacked).ReadToEndAsync()).TrimEnd());
        var broken = await _opa.SendAsync(HttpMethod.Post, "/opa/v1/data/a", new ByteArrayContent([1, 2, 3]), ("Content-Encoding", "gzip"));
        Assert.Equal(HttpStatusCode.BadRequest, broken.Status);
    }

    [Fact]
    public async Task What_is_beside_the_decision_is_there_when_asked_for()
    {
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a\nallow if input.x == 1");
        var answer = (await _opa.PostAsync(
            "/opa/v1/data/a/allow?metrics&provenance=true&explain=full&pretty", """{"input": {"x": 1}}""")).Json;
        Assert.True(answer.GetProperty("metrics").GetProperty("timer_server_handler_ns").GetInt64() > 0);
        Assert.NotEqual("", answer.GetProperty("provenance").GetProperty("version").GetString());
        Assert.Contains(answer.GetProperty("explanation").EnumerateArray(), l => l.GetString()!.Contains("a:2", StringComparison.Ordinal));
        var again = (await _opa.PostAsync("/opa/v1/data/a/allow?instrument=true", """{"input": {"x": 1}}""")).Json;
        Assert.Equal(1, again.GetProperty("metrics").GetProperty("counter_server_query_cache_hit").GetInt32());
        Assert.False((await _opa.GetAsync("/opa/v1/data/a?metrics=false")).Json.TryGetProperty("metrics", out _));
    }

    [Fact]
    public async Task Many_inputs_are_answered_at_once_from_one_snapshot()
    {
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a\nsum := [input.x, input.y]");
        var answer = await _opa.PostAsync(
            "/opa/v1/batch/data/a/sum", """{"inputs": {"1": {"x": 1}, "2": {"x": 2, "y": 9}}, "common_input": {"y": 5}}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var responses = answer.Json.GetProperty("responses");
        Assert.Equal("[1,5]", responses.GetProperty("1").GetProperty("result").GetRawText());
        Assert.Equal("[2,9]", responses.GetProperty("2").GetProperty("result").GetRawText());
        Assert.NotEqual(
            responses.GetProperty("1").GetProperty("decision_id").GetString(),
            responses.GetProperty("2").GetProperty("decision_id").GetString());
        await _opa.MustPutAsync("/opa/v1/policies/b", "package b\nx := 1\nx := 2 if input.bad");
        var mixed = await _opa.PostAsync("/opa/v1/batch/data/b/x", """{"inputs": {"good": {}, "bad": {"bad": true}}}""");
        Assert.Equal(HttpStatusCode.MultiStatus, mixed.Status);
        Assert.Contains("eval_conflict_error", mixed.Text, StringComparison.Ordinal);
    }
}
