using System.Diagnostics;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>OpenStack's own client and its SDK, from Debian, asking Senlin's face.</summary>
public sealed class RealClientTests : IAsyncLifetime
{
    private readonly RunningReeve _reeve = new();
    private readonly TempFolder _folder = new();

    public Task InitializeAsync() => _reeve.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _reeve.DisposeAsync();
        _folder.Dispose();
    }

    [ClientFact]
    public async Task Every_subcommand_of_the_client_that_a_server_can_serve_is_served()
    {
        await File.WriteAllTextAsync(
            _folder.At("nova.yaml"), "type: os.nova.server\nversion: 1.0\nproperties: {name: web, flavor: 1, image: cirros}\n");
        await File.WriteAllTextAsync(
            _folder.At("nova2.yaml"), "type: os.nova.server\nversion: 1.0\nproperties: {name: web2, flavor: 2, image: cirros}\n");
        await File.WriteAllTextAsync(
            _folder.At("del.yaml"), "type: senlin.policy.deletion\nversion: 1.0\nproperties: {criteria: OLDEST_FIRST}\n");
        await File.WriteAllTextAsync(
            _folder.At("bad.yaml"), "type: senlin.policy.deletion\nversion: 1.0\nproperties: {criteria: BOGUS}\n");
        var said = new Queue<(string Command, int Code, string Out, string Error)>(await RunAsync(Expected.Select(e => e.Command)));
        var wrong = new List<string>();
        foreach (var (command, code, text) in Expected)
        {
            var got = said.Dequeue();
            var all = got.Out + got.Error;
            if (got.Code != code || !text.Split('|').All(t => all.Contains(t, StringComparison.Ordinal)))
            {
                wrong.Add($"{command}: wanted {code} and `{text}`, got {got.Code}\n{got.Out}{got.Error}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [ClientFact]
    public async Task The_sdk_goes_through_the_life_of_a_cluster()
    {
        var (code, output, error) = await PythonAsync("sdk.py", "", $"{_reeve.App.Urls[0]}/senlin");
        Assert.True(code == 0 && output.TrimEnd().EndsWith("fine", StringComparison.Ordinal), output + error);
    }

    private static readonly (string Command, int Code, string Text)[] Expected =
    [
        ("cluster build info", 0, "| api    | {"),
        ("cluster policy type list", 0, "| senlin.policy.zone_placement   | 1.0     | EXPERIMENTAL since 2016.04 |"),
        ("cluster policy type show senlin.policy.deletion-1.1", 0, "Criteria used in selecting candidates for deletion"),
        ("cluster policy type show senlin.policy.bogus-1.0", 1, "Policy Type not found: senlin.policy.bogus-1.0"),
        ("cluster profile type list", 0, "| os.nova.server             | 1.0     | SUPPORTED since 2016.04    |"),
        ("cluster profile type show os.heat.stack-1.0", 0, "template_url"),
        ("cluster profile type ops os.nova.server-1.0", 0, "change_password"),
        ("cluster profile validate --spec-file nova.yaml", 0, "validated_profile"),
        ("cluster profile create --spec-file nova.yaml --metadata a=b p1", 0, "os.nova.server-1.0"),
        ("cluster profile create --spec-file nova2.yaml p2", 0, "p2"),
        ("cluster profile list", 0, "| p1   | os.nova.server-1.0 |"),
        ("cluster profile show p1", 0, "cirros"),
        ("cluster profile update --name p1x p1", 0, "p1x"),
        ("cluster create --profile p1x --desired-capacity 2 --min-size 1 --max-size 9 c1", 0, "| p1x "),
        ("+cluster show c1", 0, "number of active nodes is equal or above desired_capacity (2)."),
        ("cluster list -f json", 0, "\"status\": \"ACTIVE\""),
        ("cluster members list c1", 0, "|     1 | ACTIVE |"),
        ("cluster policy validate --spec-file del.yaml", 0, "validated_policy"),
        ("cluster policy create --spec-file bad.yaml badp", 1, "BadRequestException: 400|/properties/criteria"),
        ("cluster policy create --spec-file del.yaml d1", 0, "senlin.policy.deletion-1.0"),
        ("cluster policy list --limit 2 --sort name:desc", 0, "| d1   |"),
        ("cluster policy show nosuch", 1, "Policy not found: nosuch"),
        ("cluster policy update --name d1x d1", 0, "d1x"),
        ("cluster policy attach --policy d1x c1", 0, "Request accepted by action: "),
        ("+cluster policy binding list c1", 0, "| d1x         | senlin.policy.deletion-1.0 | True       |"),
        ("cluster policy binding show --policy d1x c1", 0, "| is_enabled   | True"),
        ("cluster policy binding update --policy d1x --enabled false c1", 0, "Request accepted by action: "),
        ("+cluster policy delete --force d1x", 1, "The policy 'd1x' cannot be deleted: still attached to some clusters."),
        ("cluster expand --count 1 c1", 0, "Request accepted by action: "),
        ("+cluster shrink --count 1 c1", 0, "Request accepted by action: "),
        ("+cluster resize --capacity 3 c1", 0, "Request accepted by action: "),
        ("+cluster resize --capacity 99 c1 --strict", 0, "The target capacity (99) is greater than the cluster's max_size (9)."),
        ("cluster check c1", 0, "Cluster check request on cluster c1 is accepted by action "),
        ("+cluster recover c1", 0, "Cluster recover request on cluster c1 is accepted by action "),
        ("+cluster collect --path details.status c1", 0, "| ACTIVE     |"),
        ("cluster op --operation reboot --params type=SOFT c1", 0, ""),
        ("+cluster update --name c1y --metadata q=1 c1", 0, ""),
        ("+cluster update --profile p2 c1y", 0, ""),
        ("+cluster node create --profile p2 --role worker nodeA", 0, "worker"),
        ("cluster node create --profile p2 nodeB", 0, "nodeB"),
        ("+cluster node list --cluster c1y", 0, "| ACTIVE |"),
        ("cluster node show --details nodeA", 0, "192.168."),
        ("cluster node update --name nodeA2 nodeA", 0, ""),
        ("+cluster node check nodeA2", 0, "Node check request on node nodeA2 is accepted by action "),
        ("+cluster node recover --check true nodeA2", 0, "Node recover request on node nodeA2 is accepted by action "),

        // the client shows this and then trips over itself
        ("+cluster node op --operation reboot --params type=HARD nodeA2", 1, "Request accepted by action: "),
        ("+cluster members add --nodes nodeA2 c1y", 0, "Request accepted by action: "),
        ("+cluster members replace --nodes nodeA2=nodeB c1y", 0, "Request accepted by action: "),
        ("+cluster members del --nodes nodeB c1y", 0, "Request accepted by action: "),
        ("+cluster node adopt --type os.nova.server-1.0 --identity 1234 --name adopted", 0, "ACTIVE"),
        ("cluster node adopt --type os.nova.server-1.0 --identity 1234 --preview", 0, "properties"),
        ("cluster receiver create --cluster c1y --action CLUSTER_SCALE_OUT --params count=1 r1", 0, "/trigger?V=2&count=1"),
        ("cluster receiver list", 0, "| CLUSTER_SCALE_OUT |"),
        ("cluster receiver show r1", 0, "alarm_url"),
        ("cluster receiver update --name r1x --action CLUSTER_SCALE_IN r1", 0, "CLUSTER_SCALE_IN"),
        ("cluster action list --limit 5", 0, "| CLUSTER_CREATE        | SUCCEEDED |"),
        ("cluster event list --filters action=CLUSTER_CREATE", 0, "| end    | INFO  |"),
        ("cluster action list --filters action=CLUSTER_CREATE -f value -c name", 0, "cluster_create_"),
        ("cluster action list --filters status=DONE", 1, "DONE is invalid for 'status'"),
        ("cluster action update --status CANCELLED nosuch", 1, "nosuch"),
        ("cluster action update --status DONE nosuch", 1, "DONE"),
        ("cluster action show nosuch", 1, "Action not found: nosuch"),
        ("cluster event show nosuch", 1, "Event not found: nosuch"),
        ("cluster node create --profile nosuch nodeX", 1, "The specified profile 'nosuch' could not be found."),
        ("cluster profile create --spec-file nova.yaml twice", 0, "twice"),
        ("cluster profile create --spec-file nova.yaml twice", 0, "twice"),
        ("cluster profile show twice", 1, "Multiple results found matching the query criteria 'twice'. Please be more specific."),
        ("cluster profile create noname", 2, "--spec-file"),
        ("cluster policy attach c1y", 2, "--policy"),
        ("cluster create --profile p2 --min-size 3 --max-size 2 --desired-capacity 3 wrong", 1, "BadRequestException: 400"),
        ("cluster show nosuch", 1, "Cluster not found: nosuch"),
        ("cluster node show nosuch", 1, "Node not found: nosuch"),
        ("cluster receiver show nosuch", 1, "Receiver not found: nosuch"),
        ("cluster policy binding show --policy d1x nosuch", 1, "nosuch"),
        ("cluster service list", 0, "| senlin-engine         | 127.0.0.1 | enabled | up    |"),
        ("cluster receiver delete --force r1x", 0, "Receiver deleted: ['r1x']"),
        ("cluster policy detach --policy d1x c1y", 0, "Request accepted by action: "),
        ("+cluster policy delete --force d1x", 0, "Policy deleted: ['d1x']"),
        ("cluster delete --force c1y", 0, "accepted by action"),
        ("+cluster delete --force nosuch", 0, "The cluster 'nosuch' could not be found."),
        ("cluster node delete --force nodeA2 nodeB adopted", 0, "accepted by action"),
        ("+cluster profile delete --force p2", 0, "Profile deleted: ['p2']"),
        ("cluster list -f csv", 0, "\"id\",\"name\",\"status\""),
    ];

    private async Task<List<(string, int, string, string)>> RunAsync(IEnumerable<string> commands)
    {
        var (_, output, error) = await PythonAsync(
            "client.py", string.Join('\n', commands), $"{_reeve.App.Urls[0]}/senlin", Path.GetDirectoryName(_folder.At("x"))!);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == Expected.Length, output + error);
        return [.. lines.Select(line =>
        {
            using var said = JsonDocument.Parse(line);
            var root = said.RootElement;
            return (
                root.GetProperty("command").GetString()!, root.GetProperty("rc").GetInt32(), root.GetProperty("out").GetString()!,
                root.GetProperty("err").GetString()!);
        })];
    }

    private static async Task<(int Code, string Output, string Error)> PythonAsync(string script, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(ClientFactAttribute.Python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Senlin", script));
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var client = Process.Start(start)!;
        var output = client.StandardOutput.ReadToEndAsync();
        var error = client.StandardError.ReadToEndAsync();
        await client.StandardInput.WriteAsync(input);
        client.StandardInput.Close();
        await client.WaitForExitAsync();
        return (client.ExitCode, await output, await error);
    }
}

/// <summary>A test that needs OpenStack's client; skipped, and visibly so, where it is not installed.</summary>
internal sealed class ClientFactAttribute : FactAttribute
{
    /// <summary>Debian's python, which has Debian's packages.</summary>
    public const string Python = "/usr/bin/python3";

    public ClientFactAttribute()
    {
        if (!Directory.Exists("/usr/lib/python3/dist-packages/senlinclient"))
        {
            Skip = "python3-senlinclient is not installed; eng/install-packages.sh test installs it";
        }
    }
}
