using System.Globalization;
using System.Text.Json;
using Reeve.Actors.Drivers.Process;
using Reeve.Actors.Process;
using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Targets;
using Reeve.TestKit;

namespace Reeve.Actors.Tests.Drivers;

/// <summary>A process driver over a folder of real scripts; disposing it leaves no process behind.</summary>
public abstract class ProcessDriverHarness : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly List<ProcessDriver> _drivers = [];
    private readonly HashSet<TargetKey> _used = [];

    internal SinkOfEvents Sink { get; } = new();

    protected ProcessDriver Driver { get; private set; } = null!;

    protected string StateFolder => _folder.At("state");

    protected string ProgramFolder => _folder.At("programs");

    public Task InitializeAsync()
    {
        Directory.CreateDirectory(ProgramFolder);
        Driver = NewDriver();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var driver in _drivers)
        {
            driver.Dispose();
        }

        foreach (var key in _used)
        {
            var prefix = new ProcessInstance(StateFolder, key, null).MarkerPrefix;
            await Signals.KillAllWithAsync(ProcessInstance.Variable, prefix, TimeProvider.System, CancellationToken.None);
        }

        _folder.Dispose();
    }

    /// <summary>What a new Reeve process would have: nothing of the old driver but the state folder.</summary>
    protected ProcessDriver Restart()
    {
        Driver.Dispose();
        return Driver = NewDriver();
    }

    protected string Script(string name, string body)
    {
        if (File.Exists(Path.Combine(ProgramFolder, name)))
        {
            return Path.Combine(ProgramFolder, name);
        }

        var path = _folder.Write(Path.Combine("programs", name), $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    protected static Target Instance(string name, TargetState state = TargetState.Started) =>
        new() { Key = new TargetKey(Scope.Default, $"shop/workers/{name}"), Kind = "instance", State = state };

    protected Task<DriverOutcome> InvokeAsync(DriverVerb verb, string name, string config, string key = "key-1")
    {
        var target = Instance(name);
        lock (_used)
        {
            _used.Add(target.Key);
        }

        return Driver.InvokeAsync(new DriverCall(verb, target, Json.Parse(config), Json.EmptyObject, key), CancellationToken.None);
    }

    internal List<ProcessStat> ProcessesOf(string name) =>
        ProcessTable.WithVariable(ProcessInstance.Variable, new ProcessInstance(StateFolder, Instance(name).Key, null).MarkerPrefix);

    protected static int PidOf(DriverOutcome outcome) => outcome.Properties.GetProperty("pid").GetInt32();

    protected static string Quoted(string text) => JsonSerializer.Serialize(text);

    protected static void Kill(int pid) =>
        System.Diagnostics.Process.Start("kill", ["-9", pid.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    private ProcessDriver NewDriver()
    {
        var driver = new ProcessDriver(StateFolder, [ProgramFolder], Sink, TimeProvider.System);
        _drivers.Add(driver);
        return driver;
    }
}
