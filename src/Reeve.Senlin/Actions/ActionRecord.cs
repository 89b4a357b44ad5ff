using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Actions;

/// <summary>An action: an execution of the core, in Senlin's words.</summary>
internal sealed record ActionRecord : SenlinRecord
{
    /// <summary>The execution that it is.</summary>
    public required ExecutionId Execution { get; init; }

    /// <summary>What is done, such as <c>CLUSTER_SCALE_OUT</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The id of the cluster or node.</summary>
    public required string Target { get; init; }

    /// <summary>The path of the target.</summary>
    public required string Path { get; init; }

    /// <summary>The cluster that it is about; empty for a node without one.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>Why it runs: somebody asked, or another action needs it.</summary>
    public string Cause { get; init; } = Causes.Request;

    /// <summary>The action that needs it.</summary>
    public string? Parent { get; init; }

    public string Status { get; init; } = ActionStatus.Ready;

    public string? Error { get; init; }

    public JsonElement Inputs { get; init; } = Json.EmptyObject;

    /// <summary>What policies decided and what was planned.</summary>
    public JsonElement Data { get; init; } = Json.EmptyObject;

    /// <summary>Which policy said what; an array.</summary>
    public JsonElement Trace { get; init; } = Json.Null;

    public int Timeout { get; init; }

    public ImmutableArray<string> DependsOn { get; init; } = [];

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Have the policies been asked? Then the plan stands, also after a crash.</summary>
    public bool IsDecided => Trace.ValueKind == JsonValueKind.Array;

    /// <summary>Is everything done, and only the execution does not say so yet?</summary>
    public bool IsEnding { get; init; }

    public bool IsEnded => ActionStatus.IsEnd(Status);

    public string StatusReason => Status switch
    {
        ActionStatus.Succeeded => "Action completed successfully.",
        ActionStatus.Cancelled => Error is null ? "Action execution cancelled" : $"Action execution {Error}",
        _ => Error ?? "",
    };

    /// <summary>The record as the data of its execution.</summary>
    public JsonElement ToData() => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("senlin");
        writer.WriteString("id", Id);
        writer.WriteString("name", Name);
        writer.WriteString("action", Action);
        writer.WriteString("target", Target);
        writer.WriteString("cluster_id", ClusterId);
        writer.WriteString("cause", Cause);
        writer.WriteString("parent", Parent);
        writer.WriteNumber("timeout", Timeout);
        writer.WriteString("user", Owner.User);
        writer.WriteString("project", Owner.Project);
        writer.WriteString("domain", Owner.Domain);
        if (UpdatedAt is { } updated)
        {
            writer.WriteString("updated_at", updated);
        }

        writer.WriteStartArray("depends_on");
        foreach (var id in DependsOn)
        {
            writer.WriteStringValue(id);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WritePropertyName("plan");
        Data.WriteTo(writer);
        if (Trace.ValueKind == JsonValueKind.Array)
        {
            writer.WritePropertyName("trace");
            Trace.WriteTo(writer);
        }

        writer.WriteEndObject();
    });

    /// <summary>The action that an execution is; for one that the loop or a person asked for in the core's words, too.</summary>
    public static ActionRecord Of(Execution execution, Func<string, (string Id, string ClusterId)?> targetOf)
    {
        var meta = Member(execution.Data, "senlin");
        var path = execution.Target ?? "";
        var (target, cluster) = targetOf(path) ?? (path[(path.LastIndexOf('/') + 1)..], path.Split('/')[0]);
        target = meta.Text("target") ?? target;
        var action = meta.Text("action") ?? CoreNames.ToSenlin(execution.Action.Name, path);
        return new ActionRecord
        {
            Id = meta.Text("id") ?? IdOf(execution.Id),
            Execution = execution.Id,
            Name = meta.Text("name") ?? $"{action.ToLowerInvariant()}_{Uuid.Short(target)}",
            Action = action,
            Target = target,
            Path = path,
            ClusterId = meta.Text("cluster_id") ?? cluster,
            Cause = meta.Text("cause") ?? Causes.Request,
            Parent = meta.Text("parent"),
            Timeout = meta.Whole("timeout") ?? Timeouts.Cluster,
            Owner = new Ownership(
                meta.Text("user") ?? execution.CreatedBy, meta.Text("project") ?? Ownership.Local.Project,
                meta.Text("domain") ?? Ownership.Local.Domain),
            UpdatedAt = Member(meta, "updated_at") is { ValueKind: JsonValueKind.String } at ? at.GetDateTimeOffset() : null,
            DependsOn = Member(meta, "depends_on") is { ValueKind: JsonValueKind.Array } ids
                ? [.. ids.EnumerateArray().Select(i => i.GetString()!)]
                : [],
            Inputs = execution.Action.Inputs,
            Data = Member(execution.Data, "plan") is { ValueKind: JsonValueKind.Object } plan ? plan : Json.EmptyObject,
            Trace = Member(execution.Data, "trace") is { ValueKind: JsonValueKind.Array } trace ? trace : Json.Null,
            CreatedAt = execution.CreatedAt,
            StartedAt = execution.StartedAt,
            EndedAt = execution.EndedAt,
            Error = execution.Error,
            Status = ActionStatus.Of(execution),
        };
    }

    /// <summary>The id of the action that an execution is.</summary>
    public static string IdOf(ExecutionId execution) => Uuid.Is(execution.Value) ? execution.Value : Uuid.For("action", execution.Value);

    private static JsonElement Member(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : default;
}

/// <summary>Why an action runs.</summary>
internal static class Causes
{
    public const string Request = "RPC Request";
    public const string Derived = "Derived Action";
}

/// <summary>How long actions may take, in seconds, when nobody says.</summary>
internal static class Timeouts
{
    public const int Node = 60;
    public const int Cluster = 3600;
}

/// <summary>Where an action stands.</summary>
internal static class ActionStatus
{
    public const string Ready = "READY";
    public const string Running = "RUNNING";
    public const string Waiting = "WAITING";
    public const string WaitingLifecycle = "WAITING_LIFECYCLE_COMPLETION";
    public const string Succeeded = "SUCCEEDED";
    public const string Failed = "FAILED";
    public const string Cancelled = "CANCELLED";

    /// <summary>All states that a list can be narrowed by; upstream's clients know two that nothing here is ever in.</summary>
    public static readonly IReadOnlyList<string> All =
        ["INIT", Waiting, Ready, Running, Succeeded, Failed, Cancelled, WaitingLifecycle, "SUSPENDED"];

    public static bool IsEnd(string status) => status is Succeeded or Failed or Cancelled;

    public static string Of(Execution execution) => execution.Status switch
    {
        ExecutionStatus.Pending => Ready,
        ExecutionStatus.Running => Running,
        ExecutionStatus.Waiting => Waiting,
        ExecutionStatus.Succeeded => Succeeded,
        ExecutionStatus.Failed => Failed,
        _ => Cancelled,
    };
}
