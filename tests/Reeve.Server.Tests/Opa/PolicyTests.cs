using System.Net;

namespace Reeve.Server.Tests.Opa;

public sealed class PolicyTests : IAsyncLifetime
{
    private RunningOpa _opa = null!;

    public async Task InitializeAsync() => _opa = await RunningOpa.StartAsync();

    public async Task DisposeAsync() => await _opa.DisposeAsync();

    [Fact]
    public async Task A_policy_comes_back_with_its_text_and_its_tree()
    {
        const string text = "package a.b\n\nimport data.c as d\n\ndefault allow := false\n\nallow if {\n\tnot d.x\n\tinput.y[_] == 1\n}\n";
        await _opa.MustPutAsync("/opa/v1/policies/x/y.rego", text);
        var result = (await _opa.GetAsync("/opa/v1/policies/x/y.rego")).Json.GetProperty("result");
        Assert.Equal("x/y.rego", result.GetProperty("id").GetString());
        Assert.Equal(text, result.GetProperty("raw").GetString());
        var tree = result.GetProperty("ast");
        Assert.Equal("b", tree.GetProperty("package").GetProperty("path")[2].GetProperty("value").GetString());
        Assert.True(tree.GetProperty("rules")[0].GetProperty("default").GetBoolean());
        Assert.True(tree.GetProperty("rules")[1].GetProperty("body")[0].GetProperty("negated").GetBoolean());
        Assert.Equal(1, (await _opa.GetAsync("/opa/v1/policies")).Json.GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task A_policy_that_does_not_compile_is_refused_with_code_and_place_and_the_old_one_stays()
    {
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a\nx := 1");
        var answer = await _opa.PutAsync("/opa/v1/policies/a", "package a\n\nx := y");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var error = answer.Json.GetProperty("errors")[0];
        Assert.Equal("rego_unsafe_var_error", error.GetProperty("code").GetString());
        var place = error.GetProperty("location");
        Assert.Equal(("a", 3), (place.GetProperty("file").GetString(), place.GetProperty("row").GetInt32()));
        Assert.Equal("{\"result\":1}", (await _opa.GetAsync("/opa/v1/data/a/x")).Text);
    }

    [Fact]
    public async Task A_policy_that_others_need_cannot_be_deleted()
    {
        await _opa.MustPutAsync("/opa/v1/policies/lib", "package lib\nf(x) := x");
        await _opa.MustPutAsync("/opa/v1/policies/use", "package use\ny := data.lib.f(1)");
        Assert.Equal(HttpStatusCode.BadRequest, (await _opa.DeleteAsync("/opa/v1/policies/lib")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _opa.DeleteAsync("/opa/v1/policies/use")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _opa.DeleteAsync("/opa/v1/policies/lib")).Status);
    }

    [Fact]
    public async Task A_rule_where_there_is_data_is_refused()
    {
        await _opa.MustPutAsync("/opa/v1/data/a", """{"x": 1}""");
        var answer = await _opa.PutAsync("/opa/v1/policies/a", "package a\nx := 2");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("conflicting rule for data path a/x found", answer.Text, StringComparison.Ordinal);
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a\ny := data.a.x");
        Assert.Equal("""{"result":{"x":1,"y":1}}""", (await _opa.GetAsync("/opa/v1/data/a")).Text);
    }

    [Fact]
    public async Task Queries_give_their_variables_row_by_row()
    {
        await _opa.MustPutAsync("/opa/v1/data/list", "[3,4]");
        Assert.Equal(
            """{"result":[{"i":0,"x":3},{"i":1,"x":4}]}""", (await _opa.GetAsync("/opa/v1/query?q=data.list%5Bi%5D%3Dx")).Text);
        Assert.Equal("{\"result\":[{}]}", (await _opa.PostAsync("/opa/v1/query", """{"query": "input.a == 1", "input": {"a": 1}}""")).Text);
        Assert.Equal("{}", (await _opa.PostAsync("/opa/v1/query", """{"query": "input.a = 2", "input": {"a": 1}}""")).Text);
        var wrong = await _opa.PostAsync("/opa/v1/query", """{"query": "x == y"}""");
        Assert.Contains("rego_unsafe_var_error", wrong.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
    }

    [Fact]
    public async Task An_evaluation_that_fails_is_answered_with_500_and_its_code()
    {
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a\nx := 1\nx := 2 if true");
        var answer = await _opa.GetAsync("/opa/v1/data/a/x");
        Assert.Equal((HttpStatusCode.InternalServerError, "internal_error"), (answer.Status, answer.Code));
        Assert.Equal("eval_conflict_error", answer.Json.GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Policies_and_data_are_there_after_a_restart()
    {
        await _opa.MustPutAsync("/opa/v1/policies/a%20b", "package a\nx := data.deep.b.c");
        await _opa.MustPutAsync("/opa/v1/data/deep/b/c", """{"k": [1, {"ä/~": null}], "e": {}}""");
        await _opa.MustPutAsync("/opa/v1/data/deep/b/d/e", "1");
        await _opa.SendAsync(HttpMethod.Patch, "/opa/v1/data/deep/b/c/k/1", """[{"op": "add", "path": "/more", "value": 2}]""");
        await _opa.MustPutAsync("/opa/v1/data", """{"deep": {"b": {"c": {"k": [1]}, "gone": 1}}}""");
        await _opa.MustPutAsync("/opa/v1/data/deep/b/c/k/0", "0");
        await _opa.MustPutAsync("/opa/v1/data/deep/z%2Fy/made", "true");
        await _opa.DeleteAsync("/opa/v1/data/deep/z%2Fy/made");
        await _opa.DeleteAsync("/opa/v1/data/deep/b/gone");
        var before = (await _opa.GetAsync("/opa/v1/data")).Text;
        Assert.Equal("""{"result":{"a":{"x":{"k":[0,1]}},"deep":{"b":{"c":{"k":[0,1]}},"z/y":{}}}}""", before);
        await _opa.RestartAsync();
        Assert.Equal(before, (await _opa.GetAsync("/opa/v1/data")).Text);
        Assert.Equal("a b", (await _opa.GetAsync("/opa/v1/policies")).Json.GetProperty("result")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Under_puts_and_deletes_every_answer_is_of_one_whole_state()
    {
        await _opa.MustPutAsync("/opa/v1/policies/a", "package a\nv := data.n.one\nw := data.n.two\npair := [v, w]");
        await _opa.MustPutAsync("/opa/v1/data/n", """{"one": 0, "two": 0}""");
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var seen = 0;
            while (!done.IsCancellationRequested)
            {
                var answer = await _opa.PostAsync("/opa/v1/data/a/pair", """{"input": {}}""");
                Assert.Equal(HttpStatusCode.OK, answer.Status);
                if (answer.Json.TryGetProperty("result", out var pair))
                {
                    Assert.Equal(pair[0].GetRawText(), pair[1].GetRawText());
                    seen++;
                }
            }

            return seen;
        })).ToList();
        for (var i = 1; i < 60; i++)
        {
            await _opa.MustPutAsync("/opa/v1/data/n", $$"""{"one": {{i}}, "two": {{i}}}""");
            await _opa.MustPutAsync("/opa/v1/policies/other", $"package other\nx := {i}");
            Assert.Equal(HttpStatusCode.OK, (await _opa.DeleteAsync("/opa/v1/policies/other")).Status);
            Assert.Equal($"{{\"result\":[{i},{i}]}}", (await _opa.GetAsync("/opa/v1/data/a/pair")).Text);
            if (i % 10 == 0)
            {
                Assert.Equal(HttpStatusCode.NoContent, (await _opa.DeleteAsync("/opa/v1/data/n")).Status);
            }
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), seen => Assert.True(seen > 0));
    }

    [Fact]
    public async Task It_says_that_it_is_well_and_what_it_is()
    {
        Assert.Equal("{}", (await _opa.GetAsync("/opa/health?bundles&plugins")).Text);
        Assert.Equal(HttpStatusCode.InternalServerError, (await _opa.GetAsync("/opa/health/live")).Status);
        await _opa.MustPutAsync("/opa/v1/policies/h", "package system.health\nlive := true\nready if input.plugins_ready\nbad := 1");
        Assert.Equal(HttpStatusCode.OK, (await _opa.GetAsync("/opa/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _opa.GetAsync("/opa/health/ready")).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await _opa.GetAsync("/opa/health/bad")).Status);
        var config = (await _opa.GetAsync("/opa/v1/config")).Json.GetProperty("result");
        Assert.Equal("/system/main", config.GetProperty("default_decision").GetString());
        var metrics = (await _opa.GetAsync("/opa/metrics")).Text;
        Assert.Contains("http_request_duration_seconds_count{handler=\"health\"}", metrics, StringComparison.Ordinal);
    }
}
