using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Cli.Tests.Help;

/// <summary>What the examples of the help speak of: a server with a small shop on it, and the files that they name.</summary>
public sealed partial class ExampleFolder : IAsyncLifetime
{
    private const string Shop = """
        kind: Target
        metadata: {name: shop, labels: {team: shop}}
        spec:
          children:
            - {name: web, capacity: {min: 1, max: 8, desired: 2}, driver: {name: simulated}}
        ---
        kind: Policy
        metadata: {name: busy, labels: {team: shop}}
        spec: {type: reeve.threshold-1.0, properties: {service: load, upper_bound: 10}}
        ---
        kind: Binding
        metadata: {name: grow, labels: {team: shop}}
        spec:
          policy: busy
          targets: {path: shop/web}
          on: {events: [load]}
          restraints: {approval: {message: may it grow?}}
          escalation: [{steps: [{operation: scale_out, target: group}]}]
        ---
        kind: Workflow
        metadata: {name: tidy, labels: {team: shop}}
        spec: {inputs: {days: {default: 30}}, steps: [{name: rest, wait: 1ms}]}
        """;

    private const string Broken = """
        kind: Workflow
        metadata: {name: broken}
        spec: {steps: [{name: call, actor: webhook, with: {url: 'http://127.0.0.1:1/'}, retry: {attempts: 1}}]}
        ---
        kind: Workflow
        metadata: {name: long}
        spec: {steps: [{name: rest, wait: 1h}]}
        ---
        kind: Silence
        metadata: {name: night}
        spec: {targets: {path: nowhere}, until: '2999-01-01T00:00:00Z', reason: asleep}
        ---
        kind: Policy
        metadata: {name: old}
        spec: {type: reeve.heartbeat-1.0}
        """;

    private const string Template = """
        name "Idle disks"
        rs_pt_ver 20180301
        type "policy"
        short_description "Reports disks that nobody has used for long"
        long_description ""
        severity "low"
        category "Cost"
        default_frequency "daily"

        parameter "param_days" do
          type "number"
          label "Days"
          description "how long a disk may be idle"
          default 30
        end

        datasource "ds_idle" do
          run_script $js_idle, $param_days
        end

        script "js_idle", type: "javascript" do
          parameters "days"
          result "result"
          code <<-'EOS'
          result = _.filter([{id: "d-1", idle: 12}, {id: "d-2", idle: 45}], function(d) { return d.idle > days })
          EOS
        end

        policy "pol_idle" do
          validate_each $ds_idle do
            summary_template "{{ len data }} idle disks"
            check false
            export do
              field "id" do
                label "ID"
              end
            end
          end
        end
        """;

    private readonly ServerFixture _server = new();
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    public string Path => _server.Folder.Path;

    public IReadOnlyDictionary<string, string?> Variables { get; private set; } = null!;

    /// <summary>What a shell is told first: where the program is, and how what goes on for ever is ended.</summary>
    public string Prelude { get; } = $$"""
        reeve() { dotnet {{System.IO.Path.Combine(AppContext.BaseDirectory, "reeve.dll")}} "$@"; }
        # runs it until it has said something (or for 10 s), then asks it to stop: it must end with 0
        goes_on() {
            set -m
            echo "exec ${1/#reeve/dotnet {{System.IO.Path.Combine(AppContext.BaseDirectory, "reeve.dll")}}}" > run.sh
            rm -f said.txt
            bash run.sh > said.txt 2>&1 &
            for i in {1..100}; do [ -s said.txt ] && break; sleep 0.1; done
            kill -INT $!
            wait $! || { echo "$1 ended with $?"; cat said.txt; exit 1; }
        }

        """;

    public async Task InitializeAsync()
    {
        await _server.InitializeAsync();
        var files = _server.Folder;
        files.Write("shop.yaml", Shop);
        files.Write("shop/shop.yaml", Shop);
        files.Write("old.yaml", "kind: Policy\nmetadata: {name: old}\nspec: {type: reeve.heartbeat-1.0}\n");
        files.Write("reeve.yaml", "data: from-file\nurls: http://127.0.0.1:0\nauth: none\n");
        files.Write("busy.clj", "(where (> metric 0.9) emit)");
        files.Write("events.jsonl", """{"host": "shop/web", "target": "shop/web", "service": "cpu", "metric": 0.95}""" + "\n");
        files.Write("policies/allow.rego", "package authz\n\ndefault allow := false\n\nallow if input.user in {\"ann\", \"bob\"}\n");
        files.Write("policies/allow_test.rego",
            "package authz_test\n\nimport data.authz\n\ntest_ann_is_allowed if authz.allow with input as {\"user\": \"ann\"}\n");
        files.Write("input.json", """{"user": "ann"}""");
        files.Write("template.pt", Template);
        files.Write("credentials.yaml", "auth_cloud: {type: api_key, key: x}\n");
        files.Write("pager.txt", "s3cret\n");
        files.Write("token.txt", "rvt_example\n");
        WriteCertificate();
        files.Write("broken.yaml", Broken);
        Variables = new Dictionary<string, string?>
        {
            ["REEVE_SERVER"] = _server.App.Urls[0],
            ["REEVE_CONTEXTS"] = null,
            ["HOME"] = Path,
            ["XDG_CONFIG_HOME"] = null,
        };
        await MustAsync("apply", "-f", files.At("shop.yaml"));
        await MustAsync("apply", "-f", files.At("broken.yaml"));
        await MustAsync("exec", "start", "create", "shop", "--wait");
        var done = await ListAsync("exec", "list");
        _known["exe-01m7y3d3330001cdz05v"] = done[0].GetProperty("id").GetString()!;
        await _server.RunAsync("exec", "start", "broken", "--workflow", "--wait");
        _known["exe-01m7y3d3330002cdz05v"] = (await ListAsync("exec", "list", "--status", "failed"))[0].GetProperty("id").GetString()!;
        await MustAsync("exec", "start", "long", "--workflow");
        _known["exe-01m7y3d3330003cdz05v"] = (await ListAsync("exec", "list"))[0].GetProperty("id").GetString()!;
        await MustAsync("events", "send", "shop/web/web-1", "load", "50");
        await MustAsync("events", "send", "shop/web/web-2", "load", "50");
        IReadOnlyList<JsonElement> asked = [];
        await Eventually.IsTrueAsync(async () => (asked = await ListAsync("approve")).Count > 1);
        _known["apr-01m7y3d3by0001w9m2ew"] = asked[0].GetProperty("id").GetString()!;
        _known["apr-01m7y3d3by0002w9m2ew"] = asked[1].GetProperty("id").GetString()!;
        _known["inc-01m7y3d3330001cdz05v"] = (await ListAsync("incident", "list"))[0].GetProperty("id").GetString()!;
        await MustAsync("token", "create", "old", "--grant", "viewer@default");
        _known["tok-01m7y3d3330001cdz05v"] = (await ListAsync("token", "list"))[0].GetProperty("id").GetString()!;
    }

    public Task DisposeAsync() => _server.DisposeAsync();

    /// <summary>The command with the ids of this server, and the data folder of it.</summary>
    public string Known(string command) => Id()
        .Replace(command, m => _known.GetValueOrDefault(m.Value, m.Value))
        .Replace("backup before.backup --data reeve-data", "backup before.backup --data data", StringComparison.Ordinal);

    private async Task MustAsync(params string[] args)
    {
        var printed = await _server.RunAsync(args);
        Assert.True(printed.Code == 0, $"{string.Join(' ', args)}: {printed.Error}{printed.Out}");
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(params string[] args) =>
        [.. JsonDocument.Parse((await _server.RunAsync([.. args, "-o", "json"])).Out).RootElement.EnumerateArray()];

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = asked.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        _server.Folder.Write("server.crt", made.ExportCertificatePem());
        _server.Folder.Write("server.key", key.ExportPkcs8PrivateKeyPem());
    }

    [GeneratedRegex(@"\b(?:exe|apr|inc|tok)-[0-9a-z]+")]
    private static partial Regex Id();
}
