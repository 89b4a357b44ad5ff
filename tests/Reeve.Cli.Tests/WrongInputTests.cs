using System.Text;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary>What a user gets wrong, verb by verb: the exit code, and what the one line says.</summary>
public sealed class WrongInputTests : IClassFixture<ServerFixture>, IDisposable
{
    private readonly ServerFixture _server;
    private readonly TempFolder _folder = new();

    public WrongInputTests(ServerFixture server)
    {
        _server = server;
        _folder.Write("p.clj", "(where true emit)");
        _folder.Write("a.rego", "package a\nallow := true");
        _folder.Write("text", "nonsense");
        _folder.Write("events", """{"target": "shop", "service": "cpu", "metric": 1, "time": "2026-01-01T00:00:00Z"}""");
        _folder.Write("shop.yaml", "kind: Target\nmetadata: {name: shop}\nspec: {kind: instance}\n");
        Directory.CreateDirectory(_folder.At("empty"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("serve --auth maybe", "serve: `--auth`: expected `tokens`, `none`, found `maybe`")]
    [InlineData("serve --urls nonsense", "`--urls`: `nonsense` is no address to listen on; write one such as `http://127.0.0.1:8470`")]
    [InlineData("serve --urls http://127.0.0.1:99999", "`--urls`: `http://127.0.0.1:99999` is no address to listen on")]
    [InlineData("serve --urls http://example.com:80", "`--urls`: `http://example.com:80` names no address of this machine")]
    [InlineData("serve --urls http://0.0.0.0:1 --auth none", "`--urls`: `http://0.0.0.0:1` can be reached by others")]
    [InlineData("serve --urls https://127.0.0.1:1", "`--urls`: `https://127.0.0.1:1` needs a certificate")]
    [InlineData("serve --urls", "serve: `--urls` needs a value")]
    [InlineData("serve --data ''", "serve: `--data` must not be empty")]
    [InlineData("serve --data text", "serve: `--data`: `text` is a file, and a folder is needed")]
    [InlineData("serve --plugins nowhere", "serve: `--plugins`: there is no folder `nowhere`")]
    [InlineData("serve --plugins text", "serve: `--plugins`: `text` is a file, and a folder is needed")]
    [InlineData("serve --programs nowhere", "serve: `--programs`: there is no folder `nowhere`")]
    [InlineData("serve --smtp-port 99999", "serve: `--smtp-port`: expected 1 to 65535, found `99999`")]
    [InlineData("serve --smtp-port many", "serve: `--smtp-port`: expected a whole number, found `many`")]
    [InlineData("serve --opa-port -1", "serve: `--opa-port`: expected 0 to 65535, found `-1`")]
    [InlineData("serve --senlin-port 65536", "serve: `--senlin-port`: expected 0 to 65535, found `65536`")]
    [InlineData("serve --senlin-health-interval 0", "serve: `--senlin-health-interval`: expected 1 or more, found `0`")]
    [InlineData("serve --max-requests -5", "serve: `--max-requests`: expected 0 or more, found `-5`")]
    [InlineData("serve --log loud", "serve: `--log`: expected")]
    [InlineData("serve --trace-share 7", "`--trace-share`: expected a number from 0 to 1, found `7`")]
    [InlineData("serve --otlp nowhere", "`--otlp`: `nowhere` is no address of a collector")]
    [InlineData("serve --senlin-users nowhere", "`--senlin-users`: `nowhere` cannot be read")]
    [InlineData("serve --opa-config empty", "`--opa-config`: `empty` cannot be read: it is a folder, and a file is needed")]
    [InlineData("serve --tls-cert a.rego", "`--tls-cert`: a certificate needs its key")]
    [InlineData("serve --database nonsense", "the database's address cannot be read")]
    [InlineData("serve --config nowhere", "`nowhere` cannot be read: there is no such file")]
    [InlineData("serve --riemann-ca x", "`--riemann-tls` and `--riemann-ca` are about `--riemann`")]
    [InlineData("serve extra", "serve: there is no further argument `extra` here")]
    [InlineData("demo --urls nonsense --exit-after 60s", "demo: `--urls`: `nonsense` is no address to listen on")]
    [InlineData("demo --data text", "demo: `--data`: `text` is a file, and a folder is needed")]
    [InlineData("demo --exit-after soon", "demo: --exit-after: expected a duration")]
    [InlineData("query true --events nowhere", "query: events: `nowhere` cannot be read: there is no such file")]
    [InlineData("query true --events empty", "query: events: `empty` cannot be read: it is a folder, and a file is needed")]
    [InlineData("query true --events text", "text:1:2: this is no JSON")]
    [InlineData("query true --events ''", "query: `--events` must not be empty")]
    [InlineData("query true --events events -o xml", "query: `--output`: expected `table`, `json`, `yaml`, found `xml`")]
    [InlineData("check nowhere", "check: `nowhere`: there is no such file")]
    [InlineData("check text", "check: `text`: no language is known by this ending")]
    [InlineData("check empty", "check: `empty` holds no file that ends in")]
    [InlineData("check ''", "check: `FILE` must not be empty")]
    [InlineData("fmt nowhere.rego", "fmt: `nowhere.rego`: there is no such file")]
    [InlineData("run empty", "run: `empty`: it is a folder, and a file is needed")]
    [InlineData("run ''", "run: `TEMPLATE` must not be empty")]
    [InlineData("simulate p.clj", "simulate: give PROG.clj and `--events FILE`")]
    [InlineData("simulate p.clj --events empty", "simulate: events: `empty` cannot be read: it is a folder, and a file is needed")]
    [InlineData("simulate nowhere --events events", "simulate: program: `nowhere` cannot be read: there is no such file")]
    [InlineData("simulate --cases nowhere", "simulate: cases: `nowhere` cannot be read: there is no such file")]
    [InlineData("simulate -f shop.yaml --events nowhere", "simulate: events: `nowhere` cannot be read: there is no such file")]
    [InlineData("simulate -f shop.yaml --events events --programs nowhere", "simulate: `--programs`: there is no folder `nowhere`")]
    [InlineData("simulate -f shop.yaml --events text", "text:1: this is no JSON")]
    [InlineData("eval data.a -i empty", "eval: `empty` cannot be read: it is a folder, and a file is needed")]
    [InlineData("eval data.a -i ''", "eval: `--input` must not be empty")]
    [InlineData("eval data.a --profile --profile-limit 0", "eval: `--profile-limit`: expected 1 or more, found `0`")]
    [InlineData("eval data.a -f xml", "eval: `--format`: expected")]
    [InlineData("eval data.a --timeout never", "eval: `never` is no time")]
    [InlineData("test a.rego --run (", "test: `--run (`: Invalid pattern")]
    [InlineData("test a.rego --threshold 101", "test: `--threshold 101`: give 0 to 100")]
    [InlineData("test nowhere", "test: `nowhere`: there is no such file")]
    [InlineData("context set x --server nonsense", "`nonsense` is no URL")]
    [InlineData("context set x --server http://a --token-file nowhere", "context set: `--token-file`: there is no file `nowhere`")]
    [InlineData("completion tcsh", "there is nothing for the shell `tcsh`")]
    [InlineData("backup empty --data empty", "backup: `empty` is a folder; name the file to write")]
    [InlineData("backup none/b --data empty", "backup: `none/b`: there is no folder `none`")]
    [InlineData("backup b --data empty", "there is no such database; name the data folder of a reeve")]
    [InlineData("backup b", "name the data folder with `--data`, or the database with `--database`")]
    [InlineData("restore empty --data r", "restore: `empty`: it is a folder, and a file is needed")]
    [InlineData("restore '' --data r", "restore: `FILE` must not be empty")]
    [InlineData("restore text --check", "this is no backup of reeve")]
    [InlineData("build a.rego -o empty", "build: `empty` is a folder; name the file to write")]
    [InlineData("build a.rego -o none/b", "build: `none/b`: there is no folder `none`")]
    [InlineData("build a.rego --signing-key k --signing-alg HS256 --claims-file none", "`--claims-file`: `none`: there is no such file")]
    [InlineData("help aply", "there is no verb `aply` here; did you mean `apply`?")]
    [InlineData("help exec strt", "exec: there is no verb `strt` here; did you mean `start`?")]
    [InlineData("aply --help", "there is no verb `aply` here; did you mean `apply`?")]
    [InlineData("get targets --server nonsense", "`nonsense` is no URL")]
    public async Task A_verb_on_this_machine_says_what_is_wrong(string line, string told) =>
        Check(await LocallyAsync(Words(line)), told);

    [Theory]
    [InlineData("apply", "apply: `--file` is missing")]
    [InlineData("apply -f ''", "apply: `--file` must not be empty")]
    [InlineData("apply -f empty", "apply: `empty` holds no file that ends in")]
    [InlineData("apply -f shop.yaml --prune -l =x", "label: expected `name=value` or a name, found `=x`")]
    [InlineData("get targets ''", "get: `NAME` must not be empty")]
    [InlineData("get targets -o ''", "get: `--output` must not be empty")]
    [InlineData("get targets --tenant ''", "get: `--tenant` must not be empty")]
    [InlineData("get targets --context nope", "there is no context `nope`")]
    [InlineData("delete policy ''", "delete: `NAME` must not be empty")]
    [InlineData("delete polcy x", "delete: there is no kind `polcy`; did you mean `policy`?")]
    [InlineData("policy-type show ''", "policy-type show: `NAME` must not be empty")]
    [InlineData("incident list --status nope", "`--status`: expected `triggered`, `resolved`, `terminated`, found `nope`")]
    [InlineData("incident list --status resolvd", "found `resolvd`; did you mean `resolved`?")]
    [InlineData("incident list --limit 0", "incident list: `--limit`: expected 1 or more, found `0`")]
    [InlineData("incident list --limit -1", "incident list: `--limit`: expected 1 or more, found `-1`")]
    [InlineData("incident list --since yesterday", "since: expected a time such as")]
    [InlineData("incident show ''", "incident show: `ID` must not be empty")]
    [InlineData("exec list --status Failed", "exec list: `--status`: expected")]
    [InlineData("exec list --status Failed", "did you mean `failed`?")]
    [InlineData("exec show ''", "exec show: `ID` must not be empty")]
    [InlineData("exec start restrt shop", "there is no operation `restrt`; did you mean `restart`?")]
    [InlineData("exec cancel ''", "exec cancel: `ID` must not be empty")]
    [InlineData("events --status nope", "events: `--status`: expected `action.started`")]
    [InlineData("events --status action.hold", "found `action.hold`; did you mean `action.held`?")]
    [InlineData("events --follow --status action.hold", "did you mean `action.held`?")]
    [InlineData("events send shop cpu NaN", "events send: `METRIC`: expected a finite number, found `NaN`")]
    [InlineData("events send shop cpu 1 --ttl x", "expected a duration such as `30s`")]
    [InlineData("approve ''", "approve: `ID` must not be empty")]
    [InlineData("explain execution ''", "explain: `ID` must not be empty")]
    [InlineData("token create x -g viewr@default", "there is no role `viewr`; did you mean `viewer`?")]
    [InlineData("token create x", "token create: `--grant` is missing")]
    [InlineData("token revoke ''", "token revoke: `ID` must not be empty")]
    [InlineData("secret delete ''", "secret delete: `NAME` must not be empty")]
    [InlineData("secret set x", "standard input is empty; pipe the secret in")]
    public async Task A_verb_that_asks_a_server_says_what_is_wrong(string line, string told) =>
        Check(await _server.RunAsync([.. Words(line)]), told);

    [Fact]
    public async Task A_token_that_is_none_ends_with_2_and_nobody_there_with_3()
    {
        await using var guarded = await Server.Hosting.ReeveApp.StartAsync(
            new Server.Hosting.ReeveOptions
            {
                DataFolder = _folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                Auth = "tokens",
            },
            CancellationToken.None);
        Check(await LocallyAsync(["get", "targets", "--server", guarded.Urls[0]]), "say who calls");
        var away = await LocallyAsync(["get", "targets", "--server", $"http://127.0.0.1:{FreePort.Take()}"]);
        Assert.Equal(ExitCode.CouldNotRun, away.Code);
        var taken = await LocallyAsync(["serve", "--data", _folder.At("other"), "--urls", guarded.Urls[0]]);
        Assert.Equal(ExitCode.CouldNotRun, taken.Code);
        Assert.StartsWith("serve: `--urls`: cannot listen on", taken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_what_is_there_is_never_a_mistake()
    {
        foreach (var line in (string[])["help", "help apply", "help exec start", "apply --help", "exec --help", "--help"])
        {
            Assert.Equal(ExitCode.Fine, (await LocallyAsync(Words(line))).Code);
        }
    }

    // files are named as they lie in the folder of the test
    private string[] Words(string line) =>
    [
        .. line.Split(' ').Select(w => w switch
        {
            "''" => "",
            "p.clj" or "a.rego" or "text" or "events" or "shop.yaml" or "empty" when line.IndexOf(w, StringComparison.Ordinal) > 0 =>
                _folder.At(w),
            "b" or "none/b" or "r" => _folder.At(w),
            _ => w,
        }),
    ];

    private void Check(Printed reply, string told)
    {
        var error = reply.Error.Replace(_folder.Path + "/", "", StringComparison.Ordinal);
        Assert.True(reply.Code == ExitCode.WrongInput, $"{reply.Code}: {reply.Out}{error}");
        Assert.Contains(told, error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpectedly", error, StringComparison.Ordinal);
    }

    private async Task<Printed> LocallyAsync(string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(new MemoryStream(Encoding.UTF8.GetBytes("")), output, error, 0);
        words = words is ["serve", .. var more] && !words.Contains("--data") ? ["serve", "--data", _folder.At("d"), .. more] : words;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        return new Printed(await CommandLine.RunAsync(words, terminal, patience.Token), output.ToString(), error.ToString());
    }
}
