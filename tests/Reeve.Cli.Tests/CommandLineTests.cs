using System.Text;
using System.Text.Json;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary>The verbs against a real server in this process: what they print, and what they end with.</summary>
public sealed class CommandLineTests : IAsyncLifetime
{
    private const string Shop = """
        kind: Target
        metadata: {name: shop}
        spec:
          children:
            - name: web
              capacity: {min: 1, max: 4, desired: 1}
              driver: {name: simulated}
        ---
        kind: Policy
        metadata: {name: busy}
        spec: {type: reeve.threshold-1.0, properties: {service: load, upper_bound: 10}}
        ---
        kind: Binding
        metadata: {name: grow}
        spec:
          policy: busy
          targets: {path: shop/web}
          per: group
          on: {events: [load]}
          restraints: {approval: {message: may it grow?}}
          escalation:
            - steps: [{operation: scale_out, target: group}]
        """;

    private readonly TempFolder _folder = new();
    private ReeveApp _app = null!;

    public async Task InitializeAsync() =>
        _app = await ReeveApp.StartAsync(
            new ReeveOptions { DataFolder = _folder.At("data"), Urls = "http://127.0.0.1:0", LogLevel = "none" }, CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task From_documents_to_an_answer_and_its_explanation()
    {
        var file = _folder.Write("shop.yaml", Shop);
        var planned = await RunAsync("apply", "-f", file, "--dry-run");
        Assert.Contains("Binding/grow created, revision 1 (dry run)", planned.Out, StringComparison.Ordinal);
        var applied = await RunAsync("apply", "-f", file);
        Assert.Equal(ExitCode.Fine, applied.Code);
        Assert.Contains("Policy/busy created, revision 1", applied.Out, StringComparison.Ordinal);
        Assert.Contains("shop/web", (await RunAsync("get", "targets")).Out, StringComparison.Ordinal);

        var started = await RunAsync("exec", "start", "create", "shop", "--wait");
        Assert.True(started.Code == ExitCode.Fine, started.Out + started.Error);
        Assert.Equal("1 taken, 0 that no binding wants\n", (await RunAsync("events", "send", "shop/web", "load", "50")).Out);
        string? id = null;
        await Eventually.IsTrueAsync(async () =>
        {
            var pending = JsonDocument.Parse((await RunAsync("approve", "-o", "json")).Out).RootElement;
            id = pending.GetArrayLength() > 0 ? pending[0].GetProperty("id").GetString() : null;
            return id is not null;
        });
        Assert.StartsWith("approved: ", (await RunAsync("approve", id!, "--comment", "fine")).Out, StringComparison.Ordinal);
        string? execution = null;
        await Eventually.IsTrueAsync(async () =>
        {
            var all = JsonDocument.Parse((await RunAsync("exec", "list", "--binding", "grow", "-o", "json")).Out).RootElement;
            execution = all.GetArrayLength() > 0 && all[0].GetProperty("status").GetString() == "succeeded"
                ? all[0].GetProperty("id").GetString()
                : null;
            return execution is not null;
        });
        var told = await RunAsync("explain", "execution", execution!);
        Assert.Contains("  held  ", told.Out, StringComparison.Ordinal);
        Assert.Contains("  decided  ", told.Out, StringComparison.Ordinal);
        Assert.Contains("approval said no:", told.Out, StringComparison.Ordinal);
        Assert.Contains("scale_out on `shop/web` succeeded", told.Out, StringComparison.Ordinal);
        Assert.Contains("action.started", (await RunAsync("events")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_executions_has_its_columns()
    {
        var list = await RunAsync("exec", "list");
        Assert.Equal("id  workflow  status  dry run  target  created  started  scheduled for  tenant  created by\n", list.Out);
    }

    [Fact]
    public async Task Yaml_that_is_shown_can_be_applied_again()
    {
        await RunAsync("apply", "-f", _folder.Write("shop.yaml", Shop));
        var shown = await RunAsync("get", "binding", "grow", "-o", "yaml");
        var again = await PipeAsync(shown.Out, "apply", "-f", "-");
        Assert.True(again.Code == ExitCode.Fine, again.Error + shown.Out);
        Assert.Contains("Binding/grow unchanged", again.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_name_the_file_the_line_and_the_column()
    {
        _folder.Write("docs/a.yaml", "kind: Policy\nmetadata: {name: a}\nspec: {type: reeve.heartbeat-1.0}");
        var wrong = _folder.Write(
            "docs/b.yaml", "kind: Policy\nmetadata: {name: b}\nspec:\n  type: reeve.heartbeat-1.0\n  propertys: {}\n");
        var reply = await RunAsync("apply", "-f", _folder.At("docs"));
        Assert.Equal(ExitCode.WrongInput, reply.Code);
        Assert.StartsWith($"{wrong}:5:", reply.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean `properties`? [unknown-field]", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_used_is_not_deleted_and_a_whole_file_is()
    {
        var file = _folder.Write("shop.yaml", Shop);
        await RunAsync("apply", "-f", file);
        var refused = await RunAsync("delete", "policy", "busy");
        Assert.Equal(ExitCode.WrongInput, refused.Code);
        Assert.Contains("[in-use]", refused.Error, StringComparison.Ordinal);
        var deleted = await RunAsync("delete", "-f", file);
        Assert.True(deleted.Code == ExitCode.Fine, deleted.Error);
        Assert.Contains("Policy/busy deleted", deleted.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reeve: there is no verb `aply` here; did you mean `apply`?", "aply")]
    [InlineData("reeve: get: there is no option `--watsh` here; did you mean `--watch`?", "get", "targets", "--watsh")]
    [InlineData("reeve: get: `--output`: expected `table`, `json`, `yaml`, found `jsn`; did you mean `json`?", "get", "x", "-o", "jsn")]
    [InlineData("reeve: events send: expected a number, found `lots`", "events", "send", "web", "cpu", "lots")]
    [InlineData("reeve: events: `--limit`: expected a whole number, found `many`", "events", "--limit", "many")]
    [InlineData("get: there is no kind `polcies`; did you mean `policies`?", "get", "polcies")]
    [InlineData("explain: `exection` cannot be explained; did you mean `execution`?", "explain", "exection", "x")]
    [InlineData("apply: `nowhere.yaml`: there is no such file", "apply", "-f", "nowhere.yaml")]
    [InlineData("events send: name a target and a service, or a file with `-f`", "events", "send")]
    [InlineData("delete: name either a kind and a name, or files with `-f`", "delete", "policy")]
    [InlineData("exec start: --with `x`: expected name=value", "exec", "start", "check", "shop", "--with", "x")]
    [InlineData("reeve: there is no execution `exe-1` [not-found]", "exec", "show", "exe-1")]
    [InlineData("reeve: there is no approval `apr-1` [not-found]", "approve", "apr-1")]
    public async Task Wrong_input_ends_with_2_and_says_what_to_do(string message, params string[] args)
    {
        var reply = await RunAsync(args);
        Assert.Equal(message, reply.Error.TrimEnd());
        Assert.Equal(ExitCode.WrongInput, reply.Code);
    }

    [Theory]
    [InlineData("scale_out", "count=lots", "`count`: expected a whole number, found `lots`")]
    [InlineData("scale_in", "count=1.5", "`count`: expected a whole number, found `1.5`")]
    [InlineData("resize", "desired=all", "`desired`: expected a whole number, found `all`")]
    public async Task An_amount_that_is_no_number_is_refused_and_not_guessed(string operation, string input, string message)
    {
        await RunAsync("apply", "-f", _folder.Write("shop.yaml", Shop));
        var reply = await RunAsync("exec", "start", operation, "shop/web", "--with", input, "--wait");
        Assert.Contains(message, reply.Out + reply.Error, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Fine, reply.Code);
        var web = JsonDocument.Parse((await RunAsync("get", "target", "shop/web", "-o", "json")).Out).RootElement;
        Assert.Equal(1, web.GetProperty("capacity").GetProperty("desired").GetInt32());
    }

    [Fact]
    public async Task Help_can_be_asked_for_as_a_verb()
    {
        var terminal = Make("", out var output, out _);
        Assert.Equal(ExitCode.Fine, await CommandLine.RunAsync(["help", "apply"], terminal, CancellationToken.None));
        Assert.Contains("reeve apply -f shop.yaml --dry-run", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_ends_with_3()
    {
        var terminal = Make("", out _, out var error);
        var code = await CommandLine.RunAsync(
            ["get", "targets", "--server", $"http://127.0.0.1:{FreePort.Take()}"], terminal, CancellationToken.None);
        Assert.Equal(ExitCode.CouldNotRun, code);
        Assert.Contains("nobody listens there; start it with `reeve serve`", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_start_ends_with_3_and_one_line()
    {
        var terminal = Make("", out _, out var error);
        var code = await CommandLine.RunAsync(
            ["serve", "--data", _folder.At("data"), "--auth", "none", "--urls", "http://127.0.0.1:0"], terminal, CancellationToken.None);
        Assert.Equal(ExitCode.CouldNotRun, code);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        Assert.Contains("another reeve works on this data folder", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_told()
    {
        var terminal = Make("", out var output, out _);
        Assert.Equal(ExitCode.Fine, await CommandLine.RunAsync(["--version"], terminal, CancellationToken.None));
        Assert.StartsWith("reeve 0.", output.ToString(), StringComparison.Ordinal);
    }

    private Task<Printed> RunAsync(params string[] args) => PipeAsync("", args);

    private async Task<Printed> PipeAsync(string input, params string[] args)
    {
        var terminal = Make(input, out var output, out var error);
        var code = await CommandLine.RunAsync([.. args, "--server", _app.Urls[0]], terminal, CancellationToken.None);
        return new Printed(code, output.ToString(), error.ToString());
    }

    private static Terminal Make(string input, out StringWriter output, out StringWriter error)
    {
        output = new StringWriter();
        error = new StringWriter();
        return new Terminal(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error, 0);
    }

    private sealed record Printed(int Code, string Out, string Error);
}
