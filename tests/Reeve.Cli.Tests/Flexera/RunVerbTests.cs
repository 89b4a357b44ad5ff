using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Cli.Tests.Flexera;

/// <summary><c>reeve run</c> and <c>reeve test</c> on policy templates.</summary>
public sealed class RunVerbTests : IDisposable
{
    private const string Disks = """
        name "Disks"
        rs_pt_ver 20180301
        type "policy"
        short_description "Reports disks"

        parameter "param_least" do
          type "number"
          label "Least"
          min_value 0
          default 10
        end

        credentials "auth_cloud" do
          schemes "api_key"
          label "Cloud"
        end

        datasource "ds_disks" do
          request do
            auth $auth_cloud
            host "api.cloud.example"
            path "/disks"
            query "org", rs_org_id
          end
        end

        datasource "ds_large" do
          run_script $js_large, $ds_disks, $param_least
        end

        script "js_large", type: "javascript" do
          parameters "disks", "least"
          result "result"
          code <<-'EOS'
          console.log("disks", disks.length)
          result = _.filter(disks, function(d) { return d.size >= least })
          EOS
        end

        policy "pol" do
          validate_each $ds_large do
            summary_template "{{ len data }} disks"
            detail_template "# Disks"
            check false
            export do
              field "id" do
                label "ID"
              end
              field "gb" do
                label "GB"
                path "size"
              end
            end
          end
        end

        """;

    private const string Secret = "key-0123456789";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_template_is_evaluated_once_against_another_address()
    {
        await using var cloud = await CloudAsync();
        var run = await RunAsync(
            "run", Template(), "--credentials", Credentials(), "--http-to", cloud.Url.ToString(), "--org-id", "77", "--output", "json");
        Assert.Equal(ExitCode.Found, run.Code);
        var incident = run.Json.GetProperty("incidents")[0];
        Assert.Equal("1 disks", incident.GetProperty("summary").GetString());
        Assert.Equal("# Disks", incident.GetProperty("detail").GetString());
        Assert.Equal("""[{"id":"b","gb":20}]""", incident.GetProperty("violations").GetRawText());
        Assert.Equal(
            """[{"method":"GET","url":"https://api.cloud.example/disks?org=77"}]""", run.Json.GetProperty("requests").GetRawText());
        var request = cloud.Requests.Single();
        Assert.Equal(("/disks", "?org=77"), (request.Path, request.Query));
        Assert.Equal("api.cloud.example", request.Headers["Host"]);
        Assert.Equal("api.cloud.example", request.Headers["X-Forwarded-Host"]);
        Assert.Equal("https", request.Headers["X-Forwarded-Proto"]);
        Assert.Equal(Secret, request.Headers["X-Key"]);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task People_get_a_table_and_see_how_far_it_is()
    {
        await using var cloud = await CloudAsync();
        var run = await RunAsync(
            "run", Template(), "--credentials", Credentials(), "--http-to", cloud.Url.ToString(), "--profile", "--console");
        Assert.Contains("incident of `ds_large`: 1 disks\n# Disks\nID  GB\nb   20\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("2 datasources, 1 request, 1 incident\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("ds_disks: 2 rows in ", run.Error, StringComparison.Ordinal);
        Assert.Contains("js_large: disks 2\n", run.Error, StringComparison.Ordinal);
        Assert.Contains("datasource  ", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_datasource_is_shown_with_its_rows()
    {
        await using var cloud = await CloudAsync();
        string[] common = ["run", Template(), "--credentials", Credentials(), "--http-to", cloud.Url.ToString(), "--datasource"];
        var all = await RunAsync([.. common, "ds_disks"]);
        Assert.Equal("`ds_disks`: 2 rows\nid  size\na   1\nb   20\n\n1 datasource, 1 request, 0 incidents\n", all.Out);
        Assert.Equal(ExitCode.Fine, all.Code);
    }

    [Fact]
    public async Task What_is_replayed_is_not_recorded_as_well()
    {
        var run = await RunAsync("run", Template(), "--record", _folder.At("a"), "--replay", _folder.At("b"));
        Assert.Equal(ExitCode.WrongInput, run.Code);
        Assert.Contains("`--record` and `--replay` do not go together", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("a")));
    }

    [Fact]
    public async Task Nothing_found_ends_with_0_and_a_failure_with_3_and_its_status()
    {
        await using var cloud = await CloudAsync();
        string[] common = ["run", Template(), "--credentials", Credentials(), "--http-to", cloud.Url.ToString(), "--output", "json"];
        Assert.Equal(ExitCode.Fine, (await RunAsync([.. common, "--param", "param_least=100"])).Code);
        cloud.Reply(HttpReply.With(403, "no"));
        var failed = await RunAsync(common);
        Assert.Equal(ExitCode.CouldNotRun, failed.Code);
        var error = failed.Json.GetProperty("errors")[0];
        Assert.Equal("ds_disks", error.GetProperty("datasource").GetString());
        Assert.Equal(403, error.GetProperty("status").GetInt32());
        Assert.Contains("HTTP status 403", failed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--param", "param_least=-1", "parameter `param_least`: the value is -1 and at least 0 is needed")]
    [InlineData("--param", "param_laest=1", "did you mean `param_least`?")]
    [InlineData("--param", "nothing", "is not of the form `NAME=VALUE`")]
    [InlineData("--now", "soon", "`soon` is no time")]
    [InlineData("--http-to", "here", "`here` is no address")]
    [InlineData("--region", "mars", "there is no region `mars`")]
    [InlineData("--datasource", "ds_disk", "did you mean `ds_disks`?")]
    [InlineData("--word", "rs_org=1", "there is no reserved word `rs_org`")]
    [InlineData("--replay", "/nowhere", "there is no folder `/nowhere`")]
    [InlineData("--credentials", "/nowhere", "there is no such file")]
    [InlineData("--timeout", "0", "is no number of seconds")]
    public async Task Wrong_input_ends_with_2_and_is_named(string option, string value, string message)
    {
        var run = await RunAsync("run", Template(), option, value, "--output", "json");
        Assert.Equal(ExitCode.WrongInput, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_that_does_not_compile_says_where()
    {
        var run = await RunAsync("run", _folder.Write("bad.pt", Disks.Replace("$js_large", "$js_larg", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.WrongInput, run.Code);
        Assert.Contains("bad.pt:28:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_recorded_is_replayed_without_network_or_credentials_and_holds_no_secret()
    {
        var traffic = _folder.At("traffic");
        await using (var cloud = await CloudAsync())
        {
            Assert.Equal(ExitCode.Found, (await RunAsync(
                "run", Template(), "--credentials", Credentials(), "--http-to", cloud.Url.ToString(), "--record", traffic)).Code);
        }

        var file = Assert.Single(Directory.GetFiles(traffic));
        Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        var again = await RunAsync("run", Template(), "--replay", traffic, "--output", "json");
        Assert.Equal("""[{"id":"b","gb":20}]""", again.Json.GetProperty("incidents")[0].GetProperty("violations").GetRawText());
        var other = await RunAsync("run", Template(), "--replay", traffic, "--org-id", "5", "--output", "json");
        Assert.Contains("the recording holds no answer to this request", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_an_answer_that_fails_is_not_shown()
    {
        await using var cloud = await CloudAsync();
        cloud.Reply(HttpReply.With(400, $"bad key {Secret}"));
        var run = await RunAsync(
            "run", Template(), "--credentials", Credentials(), "--http-to", cloud.Url.ToString(), "--output", "json");
        Assert.Equal(ExitCode.CouldNotRun, run.Code);
        Assert.DoesNotContain(Secret, run.Out + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_without_an_end_is_named_and_stopped()
    {
        var text = Disks.Replace("result = _.filter", "while (true) {}\n  result = _.filter", StringComparison.Ordinal);
        await using var cloud = await CloudAsync();
        var run = await RunAsync(
            "run", _folder.Write("loop.pt", text), "--credentials", Credentials(), "--http-to", cloud.Url.ToString(), "--timeout", "10",
            "--output", "json");
        Assert.Equal(ExitCode.CouldNotRun, run.Code);
        Assert.Contains("stopped: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cases_beside_a_template_are_run_without_network()
    {
        Template();
        _folder.Write("disks.test.yaml", """
            - name: large ones
              words: { rs_org_id: 5 }
              answers:
                GET https://api.cloud.example/disks: [{ id: a, size: 1 }, { id: b, size: 20 }]
              expect:
                incidents: [{ summary: 1 disks, violations: [{ id: b, gb: 20 }] }]
                requests: [{ url: "https://api.cloud.example/disks?org=5" }]
            - name: a status that fails
              answers:
                GET https://api.cloud.example/disks: { status: 404 }
              expect:
                errors: ["HTTP status 404"]
            """);
        var passed = await RunAsync("test", _folder.Path);
        Assert.True(passed.Code == ExitCode.Fine, passed.Out + passed.Error);
        Assert.Equal("2 passed, 0 failed\n", passed.Out);
        _folder.Write("disks.test.yaml", """
            - name: none
              answers: { GET https://api.cloud.example/disks: [{ id: b, size: 20 }] }
              expect: { incidents: [] }
            """);
        var failed = await RunAsync("test", _folder.Path);
        Assert.Equal(ExitCode.Found, failed.Code);
        Assert.Contains("incidents: 0 expected, 1 given", failed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_kept_as_a_case_which_passes_without_network_and_holds_no_secret()
    {
        var template = _folder.Write("disks.pt", Disks.Replace("  default 10\n", "  default 10\nend\n\nparameter \"param_pass\" do\n"
            + "  type \"string\"\n  label \"Pass\"\n  no_echo true\n", StringComparison.Ordinal)
            .Replace("query \"org\", rs_org_id", "query \"org\", rs_org_id\n    query \"pass\", $param_pass", StringComparison.Ordinal));
        await using (var cloud = await CloudAsync())
        {
            string[] run =
            [
                "run", template, "--credentials", Credentials(), "--http-to", cloud.Url.ToString(), "--record", _folder.At("traffic"),
                "--org-id", "77", "--param", "param_least=5", "--param", "param_pass=open sesame 1", "--case", "large ones",
            ];
            var kept = await RunAsync(run);
            Assert.True(kept.Code == ExitCode.Found, kept.Error);
            var again = await RunAsync(run);
            Assert.Equal(ExitCode.WrongInput, again.Code);
            Assert.Contains("has a case `large ones` already", again.Error, StringComparison.Ordinal);
            run[^1] = "the same again";
            Assert.Equal(ExitCode.Found, (await RunAsync(run)).Code);
        }

        var text = await File.ReadAllTextAsync(_folder.At("disks.test.yaml"));
        Assert.DoesNotContain("sesame", text, StringComparison.Ordinal);
        Assert.Contains("rs_org_id", text, StringComparison.Ordinal);
        var tested = await RunAsync("test", _folder.Path, "--coverage");
        Assert.True(tested.Code == ExitCode.Fine, tested.Out + tested.Error);
        Assert.StartsWith("2 passed, 0 failed\ncoverage 75.0 %\n", tested.Out, StringComparison.Ordinal);
        Assert.Contains("`validate_each $ds_large` never held", tested.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Found, (await RunAsync("test", _folder.Path, "--threshold", "80")).Code);
        Assert.Equal(ExitCode.Fine, (await RunAsync("test", _folder.Path, "--threshold", "75")).Code);
        var json = await RunAsync("test", _folder.Path, "--coverage", "-o", "json");
        Assert.Equal(75, json.Json.GetProperty("coverage")[0].GetProperty("percent").GetDouble());
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("test", _folder.Path, "--ignore", "disks.*")).Code);
    }

    [Theory]
    [InlineData("needs the traffic: give `--record DIR` or `--replay DIR` as well", "--case", "a")]
    [InlineData("goes without `--datasource`", "--case", "a", "--record", "/tmp", "--datasource", "ds_disks")]
    public async Task A_case_that_could_not_be_run_again_is_not_made(string message, params string[] options)
    {
        var run = await RunAsync(["run", Template(), .. options]);
        Assert.Equal(ExitCode.WrongInput, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("disks.test.yaml")));
    }

    [Fact]
    public async Task A_case_that_takes_too_long_fails_by_itself()
    {
        _folder.Write("disks.pt", Disks.Replace("result = _.filter", "while (true) {}\n  result = _.filter", StringComparison.Ordinal));
        _folder.Write("disks.test.yaml", "- name: endless\n  answers: { GET https://api.cloud.example/disks: [] }\n");
        var run = await RunAsync("test", _folder.Path, "--timeout", "3s");
        Assert.Equal(ExitCode.Found, run.Code);
        Assert.Contains("stopped: ", run.Out, StringComparison.Ordinal);
    }

    private static async Task<HttpSink> CloudAsync()
    {
        var cloud = await HttpSink.StartAsync();
        cloud.Reply(HttpReply.With(200, """[{"id":"a","size":1},{"id":"b","size":20}]"""));
        return cloud;
    }

    private string Template() => _folder.Write("disks.pt", Disks);

    private string Credentials() =>
        _folder.Write("credentials.yaml", $"auth_cloud: {{ location: header, field: X-Key, key: {Secret} }}\n");

    private static async Task<Ran> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(args, new Terminal(Stream.Null, output, error, 0), CancellationToken.None);
        return new Ran(code, output.ToString(), error.ToString());
    }

    private sealed record Ran(int Code, string Out, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Out).RootElement;
    }
}
