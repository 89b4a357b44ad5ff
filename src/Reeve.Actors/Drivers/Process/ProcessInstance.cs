using System.Security.Cryptography;
using System.Text;
using Reeve.Actors.Process;
using Reeve.Core.Targets;

namespace Reeve.Actors.Drivers.Process;

/// <summary>One instance: its folder, its record on disk, its process. Whoever changes it holds <see cref="Gate"/>.</summary>
internal sealed class ProcessInstance
{
    /// <summary>The variable by which all processes of an instance are known, also those that nothing is recorded of.</summary>
    public const string Variable = "REEVE_INSTANCE";

    private readonly string _recordFile;

    public ProcessInstance(string stateFolder, TargetKey key, InstanceRecord? record)
    {
        Key = key;
        // The name is for people who look into the folder; the hash keeps paths apart that differ in what a file name cannot hold.
        var safe = new string([.. key.Name.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_')]);
        MarkerPrefix = Hash($"{Path.GetFullPath(stateFolder)}\n{key.Scope}\n{key.Path}");
        Folder = Path.Combine(stateFolder, $"{safe}-{Hash($"{key.Scope}\n{key.Path}")}");
        _recordFile = Path.Combine(Folder, "instance.json");
        Output = new InstanceOutput(Folder);
        Record = record;
    }

    public TargetKey Key { get; }

    public string Folder { get; }

    public InstanceOutput Output { get; }

    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>What is on disk; null when the instance does not exist.</summary>
    public InstanceRecord? Record { get; private set; }

    /// <summary>The process that is watched; null when none runs.</summary>
    public LiveProcess? Live { get; set; }

    /// <summary>What the markers of all starts of this instance begin with.</summary>
    public string MarkerPrefix { get; }

    public static IEnumerable<ProcessInstance> ReadAll(string stateFolder)
    {
        foreach (var folder in Directory.EnumerateDirectories(stateFolder))
        {
            if (InstanceRecord.Read(Path.Combine(folder, "instance.json")) is { } record)
            {
                yield return new ProcessInstance(stateFolder, new TargetKey(new(record.Tenant, record.Project), record.Path), record);
            }
        }
    }

    /// <summary>
    /// The marker of one start; the same key gives the same one. The last character keeps one from being the beginning of another.
    /// </summary>
    public string MarkerOf(string idempotencyKey) => $"{MarkerPrefix}-{Hash(idempotencyKey)}.";

    public void Save(InstanceRecord record)
    {
        Directory.CreateDirectory(Folder);
        record.Write(_recordFile);
        Record = record;
    }

    public void Forget()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Record = null;
        Live = null;
    }

    /// <summary>The process that a recorded or only intended start left behind, or null.</summary>
    public ProcessIdentity? FindProcess()
    {
        if (Record?.Process is { } recorded && ProcessTable.IsAlive(recorded))
        {
            return recorded;
        }

        // The intent is on disk and the process may be there all the same. It leads its session; in the instant before it does, it is the
        // one whose parent is no marked one.
        if (Record is not { State: InstanceState.Starting, Marker: { } marker })
        {
            return null;
        }

        var marked = ProcessTable.WithVariable(Variable, marker);
        var first = marked.Find(process => process.Session == process.Identity.Pid)
            ?? marked.Find(process => !marked.Exists(other => other.Identity.Pid == process.Parent));
        return first?.Identity;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
