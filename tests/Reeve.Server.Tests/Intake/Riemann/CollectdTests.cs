using Reeve.TestKit;

namespace Reeve.Server.Tests.Intake.Riemann;

public sealed class CollectdTests
{
    [Fact]
    public async Task What_collectd_sees_is_judged_by_a_stream_program_and_healed()
    {
        using var folder = new TempFolder();
        var spool = Directory.CreateDirectory(folder.At("spool")).FullName;
        var programs = Directory.CreateDirectory(folder.At("programs")).FullName;
        var sweep = Path.Combine(programs, "sweep");
        await File.WriteAllTextAsync(sweep, $"#!/bin/sh\necho swept >> '{folder.At("sweeps")}'\nexec rm -f '{spool}'/job-*\n");
        File.SetUnixFileMode(sweep, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var rig = await RiemannRig.StartAsync(programs: [programs]);
        await rig.ApplyAsync($$"""
            kind: PolicyType
            metadata: {name: crowded-1.0}
            spec:
              engine: streams
              properties: { most: { type: number, default: 3 } }
              source:
                program: |
                  (by :host
                    (split (> metric most) (with :state "critical" incident)
                                           (with :state "ok" incident)))
            ---
            kind: Policy
            metadata: {name: spool}
            spec: { type: crowded-1.0, properties: { most: 2 } }
            ---
            kind: Binding
            metadata: {name: spool}
            spec:
              policy: spool
              targets: {kind: host}
              per: instance
              on: { events: [filecount-spool/files] }
              escalation:
                - name: sweep
                  steps:
                    - actor: process
                      with: { command: ["{{sweep}}"] }
            """);
        await using var collectd = await StartCollectdAsync(folder, spool, rig.Address.Port);
        await Eventually.PassesAsync(() =>
        {
            Assert.True(rig.Intake.Door.Index.Count > 0, collectd.Transcript());
            return Task.CompletedTask;
        });
        Assert.Empty(await rig.IncidentTargetsAsync());

        for (var i = 0; i < 5; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(spool, $"job-{i}"), "work");
        }

        await Eventually.IsTrueAsync(() => File.Exists(folder.At("sweeps")) && Directory.GetFiles(spool).Length == 0);
        Assert.Equal(["box"], await rig.IncidentTargetsAsync());
        await Eventually.IsTrueAsync(async () =>
            (await rig.GetAsync("/api/v1/incidents")).GetProperty("items")[0].GetProperty("status").GetString() == "resolved");
        Assert.Equal(["swept"], await File.ReadAllLinesAsync(folder.At("sweeps")));
    }

    private static async Task<ChildProcess> StartCollectdAsync(TempFolder folder, string spool, int port)
    {
        var configuration = folder.At("collectd.conf");
        await File.WriteAllTextAsync(configuration, $"""
            BaseDir "{folder.Path}"
            PIDFile "{folder.At("collectd.pid")}"
            TypesDB "/usr/share/collectd/types.db"
            Hostname "box"
            Interval 0.5
            LoadPlugin logfile
            LoadPlugin filecount
            LoadPlugin write_riemann
            <Plugin logfile>
              File stderr
            </Plugin>
            <Plugin filecount>
              <Directory "{spool}">
                Instance "spool"
              </Directory>
            </Plugin>
            <Plugin write_riemann>
              <Node "reeve">
                Host "127.0.0.1"
                Port "{port}"
                Protocol TCP
                Batch false
              </Node>
            </Plugin>

            """);
        return await ChildProcess.StartAsync("/usr/sbin/collectd", "-f", "-C", configuration);
    }
}
