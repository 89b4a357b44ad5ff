using System.Text.Json;
using Reeve.Actors.Process;
using Reeve.Core.Documents;
using Reeve.Core.Targets;

namespace Reeve.Actors.Drivers.Process;

/// <summary>The verbs of the process driver on one instance, whose gate the caller holds. Each ends within a bound of its own.</summary>
internal sealed class ProcessLifecycle(AllowedFolders allowed, Ports ports, Readiness readiness, Supervision supervision, TimeProvider time)
{
    private static readonly TimeSpan PatienceAfterKill = TimeSpan.FromSeconds(5);

    public DriverOutcome Create(ProcessInstance instance, ProcessConfig config)
    {
        if (instance.Record is { } existing)
        {
            return DriverOutcome.Done(StateOf(instance), Learned(existing));
        }

        var path = instance.Key.Path;
        if (allowed.Resolve(ProcessConfig.Fill(config.Command[0], path, null, allowed.OwnExecutable)).Refusal is { } refusal)
        {
            return DriverOutcome.Failed(TargetState.Unknown, $"{path}: {refusal}", transient: false);
        }

        var (port, noPort) = TakePort(instance, config);
        if (noPort is not null)
        {
            return DriverOutcome.Failed(TargetState.Unknown, $"{path}: {noPort}", transient: true);
        }

        instance.Save(new InstanceRecord
        {
            Tenant = instance.Key.Scope.Tenant,
            Project = instance.Key.Scope.Project,
            Path = path,
            State = InstanceState.Stopped,
            Port = port,
            OutputLimit = config.OutputLimit,
        });
        return DriverOutcome.Done(TargetState.Stopped, Learned(instance.Record!));
    }

    public async Task<DriverOutcome> StartAsync(
        ProcessInstance instance, ProcessConfig config, string key, CancellationToken cancellationToken)
    {
        var path = instance.Key.Path;
        if (instance.Record is null && Create(instance, config) is { Succeeded: false } notCreated)
        {
            return notCreated;
        }

        // A stop that was cut off comes first, or the process would be taken for the new one and end a moment later.
        if (instance.Record!.State == InstanceState.Stopping
            && await StopAsync(instance, config, cancellationToken).ConfigureAwait(false) is { Succeeded: false } notStopped)
        {
            return notStopped;
        }

        // One instance is one process, whichever key started it. A start that was cut off goes on with waiting until it is ready.
        if (instance.FindProcess() is { } running)
        {
            supervision.Adopt(instance, running);
            if (instance.Record!.State == InstanceState.Running)
            {
                return DriverOutcome.Done(TargetState.Started, Learned(instance.Record));
            }
        }
        else
        {
            // Children of a process that died may hold its port, and would be mistaken for the new one.
            if (!await KillAllAsync(instance, cancellationToken).ConfigureAwait(false))
            {
                var left = $"{path}: what an earlier start left running cannot be killed";
                return DriverOutcome.Failed(TargetState.Failed, left, transient: true);
            }

            if (Launch(instance, config, key) is { } refusal)
            {
                return DriverOutcome.Failed(TargetState.Failed, $"{path}: {refusal}", transient: false);
            }
        }

        var live = instance.Live!;
        var problem = await readiness.WaitAsync(live, config, ReadyUrl(instance, config), cancellationToken).ConfigureAwait(false);
        if (problem is null && !live.Exited.IsCompleted && ProcessTable.IsAlive(live.Identity))
        {
            instance.Save(instance.Record! with { State = InstanceState.Running });
            return DriverOutcome.Done(TargetState.Started, Learned(instance.Record));
        }

        if (!ProcessTable.IsAlive(live.Identity))
        {
            problem = Supervision.Describe(await ExitCodeAsync(live, cancellationToken).ConfigureAwait(false));
        }

        await KillAllAsync(instance, cancellationToken).ConfigureAwait(false);
        problem = Supervision.WithOutput($"did not start: {problem}", instance);
        instance.Live = null;
        instance.Save(instance.Record! with { State = InstanceState.Failed, Pid = null, Failure = problem });
        return DriverOutcome.Failed(TargetState.Failed, $"{path}: {problem}", transient: true);
    }

    public async Task<DriverOutcome> StopAsync(ProcessInstance instance, ProcessConfig config, CancellationToken cancellationToken)
    {
        if (instance.Record is not { } record)
        {
            return DriverOutcome.Done(TargetState.Deleted);
        }

        if (instance.FindProcess() is { } process)
        {
            supervision.Adopt(instance, process);
            instance.Save(instance.Record with { State = InstanceState.Stopping });
            var live = instance.Live!;
            Signals.SendToGroup(process, config.StopSignal);
            if (!await EndsWithinAsync(live, config.StopGrace, cancellationToken).ConfigureAwait(false))
            {
                Signals.SendToGroup(process, Signals.Kill);
                if (!await EndsWithinAsync(live, PatienceAfterKill, cancellationToken).ConfigureAwait(false))
                {
                    var stuck = $"{record.Path}: process {process.Pid} does not end, even when killed";
                    return DriverOutcome.Failed(TargetState.Stopping, stuck, transient: true);
                }
            }
        }

        if (!await KillAllAsync(instance, cancellationToken).ConfigureAwait(false))
        {
            return DriverOutcome.Failed(TargetState.Stopping, $"{record.Path}: what it started cannot be killed", transient: true);
        }

        instance.Live = null;
        instance.Save(instance.Record with { State = InstanceState.Stopped, Pid = null, Failure = null, ExitCode = null, Reported = true });
        return DriverOutcome.Done(TargetState.Stopped, Learned(instance.Record));
    }

    public async Task<DriverOutcome> DeleteAsync(ProcessInstance instance, ProcessConfig config, CancellationToken cancellationToken)
    {
        var stopped = await StopAsync(instance, config, cancellationToken).ConfigureAwait(false);
        if (!stopped.Succeeded)
        {
            return stopped;
        }

        if (instance.Record?.Port is { } port)
        {
            ports.Release(port);
        }

        instance.Forget();
        return DriverOutcome.Done(TargetState.Deleted);
    }

    public async Task<DriverOutcome> CheckAsync(ProcessInstance instance, ProcessConfig config, CancellationToken cancellationToken)
    {
        if (instance.Record is not { } record)
        {
            return DriverOutcome.Done(TargetState.Deleted);
        }

        if (instance.FindProcess() is not null && record.State == InstanceState.Running && ReadyUrl(instance, config) is { } url
            && await readiness.ProbeAsync(url, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            return DriverOutcome.Done(TargetState.Failed, Json.Merge(Learned(record), Json.Object(("check", $"{problem} from {url}"))));
        }

        return DriverOutcome.Done(StateOf(instance), Learned(record));
    }

    private static TargetState StateOf(ProcessInstance instance) => (instance.Record?.State, instance.FindProcess()) switch
    {
        (null, _) => TargetState.Deleted,
        (InstanceState.Running, not null) => TargetState.Started,
        (InstanceState.Starting, not null) => TargetState.Starting,
        (InstanceState.Stopping, not null) => TargetState.Stopping,
        (InstanceState.Stopped or InstanceState.Stopping, null) => TargetState.Stopped,
        _ => TargetState.Failed,
    };

    private static string? ReadyUrl(ProcessInstance instance, ProcessConfig config) =>
        config.ReadyUrl is { } template ? ProcessConfig.Fill(template, instance.Key.Path, instance.Record?.Port, null) : null;

    private static JsonElement Learned(InstanceRecord record) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        if (record.Port is { } port)
        {
            writer.WriteNumber("port", port);
            writer.WriteString("address", $"127.0.0.1:{port}");
        }

        if (record is { State: InstanceState.Running or InstanceState.Starting, Pid: { } pid })
        {
            writer.WriteNumber("pid", pid);
        }
        else
        {
            writer.WriteNull("pid");
        }

        writer.WriteEndObject();
    });

    private (int? Port, string? Problem) TakePort(ProcessInstance instance, ProcessConfig config)
    {
        if (instance.Record?.Port is { } kept)
        {
            return (kept, null);
        }

        if (config.Ports is not var (from, to))
        {
            return (null, null);
        }

        return ports.Take(from, to, instance.Key.Path) is { } port
            ? (port, null)
            : (null, $"ports: none from `{from}` to `{to}` is free; widen the range");
    }

    private string? Launch(ProcessInstance instance, ProcessConfig config, string key)
    {
        var (port, noPort) = TakePort(instance, config);
        if (noPort is not null)
        {
            return noPort;
        }

        var record = instance.Record! with { Port = port };
        string Filled(string text) => ProcessConfig.Fill(text, record.Path, record.Port, allowed.OwnExecutable);
        var (executable, refusal) = allowed.Resolve(Filled(config.Command[0]));
        if (refusal is not null)
        {
            return refusal;
        }

        var folder = config.Folder is { } given ? Path.GetFullPath(Filled(given), instance.Folder) : Path.GetFullPath(instance.Folder);
        if (!Directory.Exists(folder))
        {
            return $"folder: there is no folder `{folder}`";
        }

        var marker = instance.MarkerOf(key);
        instance.Save(record with
        {
            State = InstanceState.Starting,
            StartKey = key,
            Marker = marker,
            Pid = null,
            Failure = null,
            ExitCode = null,
            Reported = true,
            OutputLimit = config.OutputLimit,
        });
        var live = LiveProcess.Start(
            [executable!, .. config.Command.Skip(1).Select(Filled)],
            folder,
            config.Environment
                .Select(variable => KeyValuePair.Create(variable.Key, Filled(variable.Value)))
                .Append(new(ProcessInstance.Variable, marker)),
            Path.GetFullPath(instance.Output.File));
        instance.Save(instance.Record! with { Pid = live.Identity.Pid, StartTime = live.Identity.StartTime, BootId = ProcessTable.BootId });
        supervision.Watch(instance, live);
        return null;
    }

    private Task<bool> KillAllAsync(ProcessInstance instance, CancellationToken cancellationToken) =>
        Signals.KillAllWithAsync(ProcessInstance.Variable, instance.MarkerPrefix + "-", time, cancellationToken);

    private async Task<bool> EndsWithinAsync(LiveProcess live, TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await live.Exited.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<int?> ExitCodeAsync(LiveProcess live, CancellationToken cancellationToken) =>
        await EndsWithinAsync(live, PatienceAfterKill, cancellationToken).ConfigureAwait(false)
            ? await live.Exited.ConfigureAwait(false)
            : null;
}
