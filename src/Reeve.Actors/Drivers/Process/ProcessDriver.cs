using System.Collections.Concurrent;
using Reeve.Actors.Process;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Actors.Drivers.Process;

/// <summary>
/// Runs node instances as real processes of this machine. They live on when Reeve ends, and are found and watched again by the next Reeve;
/// the unexpected end of one is reported as an event of <see cref="WellKnownServices.State"/>.
/// </summary>
public sealed class ProcessDriver : IDriver, IDisposable
{
    private readonly string _stateFolder;
    private readonly ConcurrentDictionary<TargetKey, ProcessInstance> _instances = new();
    private readonly Ports _ports = new();
    private readonly Readiness _readiness;
    private readonly Supervision _supervision;
    private readonly ProcessLifecycle _lifecycle;

    /// <summary>
    /// A driver that keeps its records below the state folder (made when absent) and runs programs of the allowed folders and Reeve's own
    /// executable only.
    /// </summary>
    public ProcessDriver(string stateFolder, IReadOnlyList<string> allowedFolders, ISignalSink sink, TimeProvider time)
    {
        _stateFolder = stateFolder;
        _readiness = new Readiness(time);
        Directory.CreateDirectory(stateFolder);
        foreach (var instance in ProcessInstance.ReadAll(stateFolder))
        {
            _instances[instance.Key] = instance;
            if (instance.Record?.Port is { } port)
            {
                _ports.Keep(port, instance.Key.Path);
            }
        }

        _supervision = new Supervision(sink, time, () => _instances.Values);
        _lifecycle = new ProcessLifecycle(new AllowedFolders(allowedFolders), _ports, _readiness, _supervision, time);
    }

    /// <inheritdoc/>
    public string Name => "process";

    /// <inheritdoc/>
    public async Task<DriverOutcome> InvokeAsync(DriverCall call, CancellationToken cancellationToken)
    {
        var path = call.Target.Key.Path;
        var (config, mistakes) = ProcessConfig.Read(call.Config);
        if (mistakes.Count > 0 && call.Verb is DriverVerb.Create or DriverVerb.Start)
        {
            return DriverOutcome.Failed(call.Target.State, $"{path}: driver `process`: {string.Join("; ", mistakes)}", transient: false);
        }

        var instance = _instances.GetOrAdd(call.Target.Key, key => new ProcessInstance(_stateFolder, key, null));
        await instance.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return call.Verb switch
            {
                DriverVerb.Create => _lifecycle.Create(instance, config),
                DriverVerb.Start =>
                    await _lifecycle.StartAsync(instance, config, call.IdempotencyKey, cancellationToken).ConfigureAwait(false),
                DriverVerb.Stop => await _lifecycle.StopAsync(instance, config, cancellationToken).ConfigureAwait(false),
                DriverVerb.Delete => await _lifecycle.DeleteAsync(instance, config, cancellationToken).ConfigureAwait(false),
                _ => await _lifecycle.CheckAsync(instance, config, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            // A full disk, a missing folder, no more processes: outside things that may pass.
            var verb = call.Verb.ToString().ToLowerInvariant();
            return DriverOutcome.Failed(call.Target.State, $"{path}: {verb}: {e.Message.TrimEnd('.')}", transient: true);
        }
        finally
        {
            instance.Gate.Release();
        }
    }

    /// <summary>To be called once when Reeve starts: watches again what still runs, and reports what should and does not.</summary>
    public async Task<ProcessResumption> ResumeAsync(IReadOnlyList<Target> instances, CancellationToken cancellationToken)
    {
        var known = instances.ToDictionary(target => target.Key);
        int adopted = 0, died = 0;
        var unknown = new List<TargetKey>();
        foreach (var target in instances)
        {
            _instances.GetOrAdd(target.Key, key => new ProcessInstance(_stateFolder, key, null));
        }

        foreach (var instance in _instances.Values.OrderBy(instance => instance.Key.Path, StringComparer.Ordinal))
        {
            await instance.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (!known.TryGetValue(instance.Key, out var target))
                {
                    unknown.Add(instance.Key);
                }

                switch (_supervision.Resume(instance, shouldRun: target?.State is TargetState.Started))
                {
                    case Resumed.Adopted:
                        adopted++;
                        break;
                    case Resumed.Died:
                        died++;
                        break;
                }
            }
            finally
            {
                instance.Gate.Release();
            }
        }

        return new ProcessResumption(adopted, died, unknown);
    }

    /// <summary>Stops watching; the processes run on.</summary>
    public void Dispose()
    {
        _supervision.Dispose();
        _readiness.Dispose();
    }
}
