using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Actors.Process;
using Reeve.Core.Documents;
using Reeve.Core.Signals;

namespace Reeve.Actors.Drivers.Process;

/// <summary>
/// Watches the processes of the instances: notices an end at once, reports the unexpected ones until the sink has taken them, keeps outputs
/// bounded.
/// </summary>
internal sealed class Supervision : IDisposable
{
    private const int LinesOfOutput = 5;
    private static readonly TimeSpan RotateEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OfferAgainAfter = TimeSpan.FromMilliseconds(250);

    private readonly ISignalSink _sink;
    private readonly TimeProvider _time;
    private readonly ExitWatch _exits = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ITimer _rotation;

    public Supervision(ISignalSink sink, TimeProvider time, Func<IEnumerable<ProcessInstance>> instances)
    {
        (_sink, _time) = (sink, time);
        _rotation = time.CreateTimer(_ => Rotate(instances()), null, RotateEvery, RotateEvery);
    }

    /// <summary>How an ended process ended, in words.</summary>
    public static string Describe(int? exitCode) => exitCode switch
    {
        null => "ended, exit code unknown",
        > 128 and < 193 => $"ended by signal {exitCode - 128}",
        _ => $"exited with code {exitCode}",
    };

    /// <summary>The sentence with the last lines of the instance's output below it.</summary>
    public static string WithOutput(string sentence, ProcessInstance instance)
    {
        var lines = instance.Output.LastLines(LinesOfOutput);
        return lines.Length == 0 ? sentence : $"{sentence}\n{lines}";
    }

    /// <summary>Watches a process that this Reeve has just started. The caller holds the gate.</summary>
    public void Watch(ProcessInstance instance, LiveProcess live)
    {
        instance.Live = live;
        _ = WatchAsync(instance, live);
    }

    /// <summary>Watches a process that was started before; nothing changes when it is watched already. The caller holds the gate.</summary>
    public void Adopt(ProcessInstance instance, ProcessIdentity process)
    {
        if (instance.Live?.Identity == process)
        {
            return;
        }

        // Found by its marker only: now the record says which one it is.
        if (instance.Record!.Process != process)
        {
            instance.Save(instance.Record with { Pid = process.Pid, StartTime = process.StartTime, BootId = ProcessTable.BootId });
        }

        Watch(instance, new LiveProcess(process, _exits.ExitOfAsync(process)));
    }

    /// <summary>Brings one instance up to date when Reeve starts. The caller holds the gate.</summary>
    public Resumed Resume(ProcessInstance instance, bool shouldRun)
    {
        if (instance.FindProcess() is { } process)
        {
            Adopt(instance, process);
            return Resumed.Adopted;
        }

        var record = instance.Record;
        if (record is { Reported: false })
        {
            _ = ReportAsync(instance, record);
            return Resumed.Died;
        }

        if (record is { State: InstanceState.Stopping })
        {
            instance.Save(record with { State = InstanceState.Stopped, Pid = null });
            return Resumed.Nothing;
        }

        // A start that was only intended is not reported: whoever asked for it asks again. A failure that was taken is, when the target
        // does not show it.
        if (record is { State: InstanceState.Running } || (shouldRun && (record is null or { State: InstanceState.Failed })))
        {
            record ??= new InstanceRecord
            {
                Tenant = instance.Key.Scope.Tenant,
                Project = instance.Key.Scope.Project,
                Path = instance.Key.Path,
                State = InstanceState.Failed,
            };
            Fail(instance, record, record.Failure ?? WithOutput("ended while Reeve was not running", instance), record.ExitCode);
            return Resumed.Died;
        }

        return Resumed.Nothing;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Cancel();
        _rotation.Dispose();
        _exits.Dispose();
    }

    private static void Rotate(IEnumerable<ProcessInstance> instances)
    {
        foreach (var instance in instances)
        {
            if (instance is { Live: not null, Record: { } record })
            {
                instance.Output.Rotate(record.OutputLimit);
            }
        }
    }

    private async Task WatchAsync(ProcessInstance instance, LiveProcess live)
    {
        try
        {
            var exitCode = await live.Exited.WaitAsync(_ending.Token).ConfigureAwait(false);
            await instance.Gate.WaitAsync(_ending.Token).ConfigureAwait(false);
            try
            {
                // A verb that held the gate meanwhile has dealt with this end itself and let go of the process.
                if (instance.Live != live || instance.Record is not { } record)
                {
                    return;
                }

                instance.Live = null;
                if (record.State == InstanceState.Stopping)
                {
                    instance.Save(record with { State = InstanceState.Stopped, Pid = null });
                    return;
                }

                Fail(instance, record, WithOutput(Describe(exitCode), instance), exitCode);
            }
            finally
            {
                instance.Gate.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Reeve ends and the process runs on.
        }
    }

    private void Fail(ProcessInstance instance, InstanceRecord record, string failure, int? exitCode)
    {
        var failed = record with { State = InstanceState.Failed, Pid = null, Failure = failure, ExitCode = exitCode, Reported = false };
        try
        {
            instance.Save(failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full: the report must go out all the same. After a restart the old record says running, and the end is reported
            // again.
        }

        _ = ReportAsync(instance, failed);
    }

    private async Task ReportAsync(ProcessInstance instance, InstanceRecord failed)
    {
        var attributes = ImmutableDictionary<string, JsonElement>.Empty;
        if (failed.ExitCode is { } code)
        {
            attributes = attributes.Add("exit_code", JsonSerializer.SerializeToElement(code, ProcessDriverJson.Default.Int32));
        }

        var seen = new Event
        {
            Target = instance.Key.Path,
            Service = WellKnownServices.State,
            State = "failed",
            Time = _time.GetUtcNow(),
            Description = failed.Failure,
            Attributes = attributes,
        };
        try
        {
            while (_sink.Offer(instance.Key.Scope, seen) is OfferOutcome.Full or OfferOutcome.Unavailable)
            {
                await Task.Delay(OfferAgainAfter, _time, _ending.Token).ConfigureAwait(false);

                // An old time could be refused as absurd, and the state is what is now.
                seen = seen with { Time = _time.GetUtcNow() };
            }

            await instance.Gate.WaitAsync(_ending.Token).ConfigureAwait(false);
            try
            {
                if (instance.Record is { Reported: false } record)
                {
                    instance.Save(record with { Reported = true });
                }
            }
            finally
            {
                instance.Gate.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // Not noted as reported: the next Reeve reports it again, which does no harm.
        }
    }
}

/// <summary>What became of an instance when Reeve started.</summary>
internal enum Resumed
{
    Nothing,
    Adopted,
    Died,
}
