using System.Net;
using System.Text;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Plugins;

/// <summary>The example of a plug-in, as it was built, in a folder of plug-ins while the loop runs.</summary>
public sealed class PluginTests : IAsyncLifetime
{
    private const string Documents = """
        kind: Target
        metadata: {name: hall}
        spec:
          children:
            - name: lamps
              capacity: {min: 1, max: 3, desired: 1}
              driver: {name: paper}
        ---
        kind: Policy
        metadata: {name: low}
        spec: {type: example.ceiling-1.0, properties: {service: heat, ceiling: 10}}
        ---
        kind: Binding
        metadata: {name: watch}
        spec:
          policy: low
          targets: {path: hall/lamps}
          per: group
          on: {events: [heat]}
          escalation:
            - steps:
                - actor: note
                  with: {file: NOTES, text: too hot}
        """;

    private readonly TempFolder _folder = new();
    private RunningReeve _reeve = null!;

    private string Notes => _folder.At("notes");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_folder.At("plugins"));
        _reeve = new RunningReeve
        {
            Custom = folder => new ReeveOptions
            {
                DataFolder = folder,
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                PluginFolder = _folder.At("plugins"),
            },
        };
        await _reeve.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await _reeve.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_plug_in_is_loaded_revised_and_withdrawn_while_the_loop_runs()
    {
        var early = await _reeve.ApplyAsync(Documents.Replace("NOTES", Notes, StringComparison.Ordinal));
        Assert.Contains("there is no policy type `example.ceiling-1.0`", early.Body.GetRawText(), StringComparison.Ordinal);
        Put(Example());
        Assert.Equal("loaded", await ReloadAsync());
        Assert.Equal("unchanged", await ReloadAsync());
        await ApplyAsync();
        var type = (await _reeve.GetAsync("/api/v1/policy-types?engine=ceiling")).Items.Single();
        Assert.Equal(2, type.GetProperty("properties").EnumerateObject().Count());

        // it judges and acts
        await HeatAsync(50);
        await Eventually.IsTrueAsync(() => File.Exists(Notes) && File.ReadAllText(Notes).Contains("too hot", StringComparison.Ordinal));
        var incident = (await _reeve.GetAsync("/api/v1/incidents?status=triggered")).Items.Single();
        Assert.Contains("above the ceiling of 10", incident.GetRawText(), StringComparison.Ordinal);

        // a new build of it takes over, with what is open still open
        Put(Revised());
        Assert.Equal("revised", await ReloadAsync());
        var revised = await _reeve.GetAsync("/api/v1/policy-types/example.ceiling-1.0");
        Assert.Contains("revision B", revised.Text("description"), StringComparison.Ordinal);
        await HeatAsync(5);
        await Eventually.IsTrueAsync(async () => (await _reeve.GetAsync("/api/v1/incidents?status=triggered")).Items.Count == 0);

        // while something needs it, it stays
        Directory.Delete(_folder.At("plugins", "Ceiling"), recursive: true);
        var refused = await _reeve.PostAsync("/api/v1/plugins/reload", "{}");
        Assert.Equal("refused", refused.Body.GetProperty("changes")[0].GetProperty("change").GetString());
        Assert.Contains("would no longer be at work", refused.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Single((await _reeve.GetAsync("/api/v1/plugins")).Items);
        foreach (var kind in (string[])["bindings/watch", "policies/low"])
        {
            Assert.Equal(HttpStatusCode.OK, (await _reeve.SendAsync(HttpMethod.Delete, $"/api/v1/{kind}")).Status);
        }

        Assert.Equal("refused", await ReloadAsync());
        Assert.Equal(HttpStatusCode.OK, (await _reeve.SendAsync(HttpMethod.Delete, "/api/v1/targets/hall")).Status);
        Assert.Equal("withdrawn", await ReloadAsync());
        Assert.Empty((await _reeve.GetAsync("/api/v1/plugins")).Items);
        Assert.Empty((await _reeve.GetAsync("/api/v1/policy-types?engine=ceiling")).Items);
        Assert.Contains("plug-in `Ceiling` withdrawn", (await _reeve.GetAsync("/api/v1/journal?kind=plugin.changed")).Body.GetRawText());
    }

    [Fact]
    public async Task What_it_brought_is_at_work_again_after_a_restart_and_its_driver_works()
    {
        Put(Example());
        await ReloadAsync();
        await ApplyAsync();
        await _reeve.RestartAsync();
        Assert.Single((await _reeve.GetAsync("/api/v1/plugins")).Items);
        Assert.Empty((await _reeve.GetAsync("/health/ready")).Body.GetProperty("not_at_work").EnumerateArray());
        var started = await _reeve.PostAsync("/api/v1/executions", """{"operation": "scale_out", "target": "hall/lamps"}""");
        Assert.Equal("succeeded", (await _reeve.EndOfAsync(started.Text("id"))).GetProperty("status").GetString());
        Assert.Contains(
            (await _reeve.GetAsync("/api/v1/targets?below=hall")).Items,
            t => t.GetProperty("kind").GetString() == "instance" && t.GetProperty("state").GetString() == "started");
    }

    [Fact]
    public async Task What_is_no_plug_in_is_refused_and_what_was_there_goes_on()
    {
        Put(Example());
        await ReloadAsync();
        Put([1, 2, 3]);
        Assert.Equal("refused", await ReloadAsync());
        Assert.Single((await _reeve.GetAsync("/api/v1/plugins")).Items);
        Put(await File.ReadAllBytesAsync(typeof(ReeveApp).Assembly.Location));
        Assert.Equal("refused", await ReloadAsync());
        Put(Example());
        Assert.Equal("unchanged", await ReloadAsync());

        // a second one with the same names, and a folder with nothing in it
        Directory.CreateDirectory(_folder.At("plugins", "Twin"));
        await File.WriteAllBytesAsync(_folder.At("plugins", "Twin", "Twin.dll"), Example());
        Directory.CreateDirectory(_folder.At("plugins", "Void"));
        var changes = (await _reeve.PostAsync("/api/v1/plugins/reload", "{}")).Body.GetRawText();
        Assert.Contains("engine `ceiling` is there already", changes, StringComparison.Ordinal);
        Assert.Contains("there is no `Void.dll` in its folder", changes, StringComparison.Ordinal);
    }

    private static byte[] Example()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output;
        while (!File.Exists(Path.Combine(root!.FullName, "Reeve.slnx")))
        {
            root = root.Parent;
        }

        var configuration = output.Parent!.Name;
        return File.ReadAllBytes(Path.Combine(root.FullName, "examples", "plugin", "bin", configuration, "net10.0", "Ceiling.dll"));
    }

    // the file with one text changed, as a new build would have it; .NET keeps texts as UTF-16
    private static byte[] Revised()
    {
        var bytes = Example();
        var at = bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes("revision A"));
        Encoding.Unicode.GetBytes("revision B").CopyTo(bytes, at);
        return bytes;
    }

    private void Put(byte[] assembly)
    {
        Directory.CreateDirectory(_folder.At("plugins", "Ceiling"));
        File.WriteAllBytes(_folder.At("plugins", "Ceiling", "Ceiling.dll"), assembly);
    }

    private async Task<string?> ReloadAsync() =>
        (await _reeve.PostAsync("/api/v1/plugins/reload", "{}")).Body.GetProperty("changes")[0].GetProperty("change").GetString();

    private async Task ApplyAsync()
    {
        var applied = await _reeve.ApplyAsync(Documents.Replace("NOTES", Notes, StringComparison.Ordinal));
        Assert.True(applied.Status == HttpStatusCode.OK, applied.Body.GetRawText());
    }

    private Task<Reply> HeatAsync(double metric) =>
        _reeve.PostAsync("/api/v1/events", $$"""{"target": "hall/lamps", "service": "heat", "metric": {{metric}}}""");
}
