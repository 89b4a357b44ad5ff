using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Targets;
using Reeve.Server.Api;

namespace Reeve.Server.Watch;

/// <summary>
/// One change as watchers see it, its text made once for all of them. A journal entry has its number, from which a watcher can go on;
/// how an execution or a target stands meanwhile is told as it comes, and has none.
/// </summary>
internal sealed record Change(long Sequence, string Kind, Scope Scope, byte[] Text)
{
    /// <summary>The kind of a change of an execution that the journal does not tell of: begun, waiting, a step done.</summary>
    public const string ExecutionUpdated = "execution.updated";

    /// <summary>The kind of a change of a target: its state, its capacity, a new instance.</summary>
    public const string TargetUpdated = "target.updated";

    /// <summary>The kind of the end of a target.</summary>
    public const string TargetRemoved = "target.removed";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string? Target { get; init; }

    public string? Binding { get; init; }

    public string? Incident { get; init; }

    public string? Execution { get; init; }

    public static Change Of(KeptJournalEntry kept)
    {
        var entry = kept.Entry;
        return new Change(
            kept.Sequence, entry.Kind, entry.Scope, Frame(kept.Sequence, entry.Kind, writer => Records.Write(writer, kept)))
        {
            Target = entry.Target,
            Binding = entry.Binding,
            Incident = entry.Incident?.Value,
            Execution = entry.Execution?.Value,
        };
    }

    public static Change Of(Execution execution) =>
        new(0, ExecutionUpdated, execution.Scope, Frame(0, ExecutionUpdated, writer => Write(writer, execution)))
        {
            Target = execution.Target,
            Binding = execution.Cause?.Binding,
            Incident = execution.Cause?.Incident?.Value,
            Execution = execution.Id.Value,
        };

    public static Change Of(Target target) =>
        new(0, TargetUpdated, target.Key.Scope, Frame(0, TargetUpdated, writer => TargetOperations.Write(writer, target)))
        {
            Target = target.Key.Path,
        };

    public static Change OfRemoved(TargetKey key) => new(0, TargetRemoved, key.Scope, Frame(0, TargetRemoved, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("path", key.Path);
        writer.WriteString("tenant", key.Scope.Tenant);
        writer.WriteString("project", key.Scope.Project);
        writer.WriteEndObject();
    }))
    {
        Target = key.Path,
    };

    /// <summary>One message of the stream: <c>id</c> (when there is a number), <c>event</c>, <c>data</c>, an empty line.</summary>
    public static byte[] Frame(long sequence, string kind, Action<Utf8JsonWriter> data)
    {
        var text = new ArrayBufferWriter<byte>(512);
        if (sequence > 0)
        {
            text.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {sequence}\n")));
        }

        text.Write(Encoding.UTF8.GetBytes($"event: {kind}\ndata: "));
        using (var writer = new Utf8JsonWriter(text, Options))
        {
            data(writer);
        }

        text.Write("\n\n"u8);
        return text.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, Execution execution)
    {
        writer.WriteStartObject();
        writer.WriteString("id", execution.Id.Value);
        writer.WriteString("tenant", execution.Scope.Tenant);
        writer.WriteString("project", execution.Scope.Project);
        writer.WriteString("action", execution.Action.ToString());
        writer.WriteString("target", execution.Target);
        writer.WriteString("status", execution.Status.ToString().ToLowerInvariant());
        if (execution.Steps is [.., var last])
        {
            writer.WriteString("step", last.Path);
            writer.WriteString("step_status", last.Status.ToString().ToLowerInvariant());
        }

        if (execution.Error is { } error)
        {
            writer.WriteString("error", error);
        }

        if (execution.StartedAt is { } started)
        {
            writer.WriteString("started_at", started);
        }

        if (execution.EndedAt is { } ended)
        {
            writer.WriteString("ended_at", ended);
        }

        writer.WriteEndObject();
    }
}
