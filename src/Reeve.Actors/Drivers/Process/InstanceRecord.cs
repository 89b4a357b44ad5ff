using System.Text.Json;
using System.Text.Json.Serialization;
using Reeve.Actors.Process;

namespace Reeve.Actors.Drivers.Process;

/// <summary>What is kept on disk of one instance, so that it is found again after a restart of Reeve.</summary>
internal sealed record InstanceRecord
{
    public required string Tenant { get; init; }

    public required string Project { get; init; }

    public required string Path { get; init; }

    public required InstanceState State { get; init; }

    /// <summary>Kept for the whole life of the instance, over all its starts.</summary>
    public int? Port { get; init; }

    /// <summary>The idempotency key of the last start.</summary>
    public string? StartKey { get; init; }

    /// <summary>
    /// In the environment of all processes of the last start; written before the start, so that they are found even when the record of it
    /// is not.
    /// </summary>
    public string? Marker { get; init; }

    public int? Pid { get; init; }

    /// <summary>Tells the process from a later one with the same number.</summary>
    public long? StartTime { get; init; }

    public string? BootId { get; init; }

    /// <summary>Bytes of output to keep.</summary>
    public long OutputLimit { get; init; } = InstanceOutput.DefaultLimit;

    /// <summary>How it died; null unless failed.</summary>
    public string? Failure { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Has the failure been taken by the sink?</summary>
    public bool Reported { get; init; } = true;

    [JsonIgnore]
    public ProcessIdentity? Process =>
        Pid is { } pid && StartTime is { } start && BootId == ProcessTable.BootId ? new ProcessIdentity(pid, start) : null;

    /// <summary>The record in this file; null when there is none or nothing that can be read.</summary>
    public static InstanceRecord? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), ProcessDriverJson.Default.InstanceRecord);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file in one step; a crash leaves the old record or the new one.</summary>
    public void Write(string file)
    {
        var temporary = file + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, this, ProcessDriverJson.Default.InstanceRecord);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, file, overwrite: true);
    }
}

/// <summary>Where an instance stands, as the driver knows it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InstanceState>))]
internal enum InstanceState
{
    /// <summary>Exists, never ran or was stopped.</summary>
    Stopped,

    /// <summary>A start was begun: a process with the marker may or may not exist.</summary>
    Starting,

    /// <summary>Runs and is ready.</summary>
    Running,

    /// <summary>A stop was begun.</summary>
    Stopping,

    /// <summary>Ended without being asked to.</summary>
    Failed,
}

/// <summary>How records are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(InstanceRecord))]
[JsonSerializable(typeof(int))]
internal sealed partial class ProcessDriverJson : JsonSerializerContext;
