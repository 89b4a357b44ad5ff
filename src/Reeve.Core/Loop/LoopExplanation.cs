using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;

namespace Reeve.Core.Loop;

/// <summary>What an owner can say of a binding right now: what its programs saw, what was found, what is held back and why.</summary>
public static class LoopExplanation
{
    /// <summary>
    /// An object with <c>keys</c> (one for each key, with the history of its evaluations)
    /// and <c>episodes</c>; <paramref name="target"/> narrows to it and what is below.
    /// </summary>
    public static JsonElement Of(LoopOwner owner, Scope scope, string binding, string? target) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var slot in owner.Programs.Of(scope, binding).Where(s => Concerns(s.Target.Key.Path, target)))
        {
            WriteKey(writer, slot);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("episodes");
        foreach (var episode in owner.Episodes.Living
            .Where(e => e.Key.Scope == scope && e.Key.Binding == binding && Concerns(e.Key.Target, target)))
        {
            WriteEpisode(writer, episode);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static bool Concerns(string path, string? target) =>
        target is null || path == target || path.StartsWith(target + "/", StringComparison.Ordinal);

    private static void WriteKey(Utf8JsonWriter writer, ProgramSlot slot)
    {
        writer.WriteStartObject();
        writer.WriteString("target", slot.Target.Key.Path);
        writer.WriteNumber("evaluations", slot.Evaluations);
        writer.WriteNumber("with_findings", slot.WithFindings);
        writer.WriteNumber("overlapped", slot.Overlapped);
        writer.WritePropertyName("saw");
        slot.Describe().WriteTo(writer);
        writer.WriteStartArray("history");
        foreach (var evaluated in slot.History)
        {
            writer.WriteStartObject();
            writer.WriteString("outcome", evaluated.Outcome);
            writer.WriteString("first_at", evaluated.FirstAt);
            writer.WriteString("last_at", evaluated.LastAt);
            writer.WriteNumber("times", evaluated.Repeats + 1);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEpisode(Utf8JsonWriter writer, Episode episode)
    {
        writer.WriteStartObject();
        writer.WriteString("id", episode.Id.Value);
        writer.WriteString("target", episode.Key.Target);
        writer.WriteString("check", episode.Key.Check);
        writer.WriteString("summary", episode.Summary);
        writer.WriteString("opened_at", episode.OpenedAt);
        writer.WriteString("last_finding_at", episode.LastFindingAt);
        writer.WriteNumber("findings", episode.Count);
        if (episode.ClearedAt is { } cleared)
        {
            writer.WriteString("cleared_at", cleared);
        }

        writer.WriteStartArray("branches");
        foreach (var branch in episode.Branches)
        {
            writer.WriteStartObject();
            writer.WriteString("name", branch.Name);
            writer.WriteString("phase", branch.Phase.ToString().ToLowerInvariant());
            writer.WriteNumber("step", branch.Step + 1);
            writer.WriteNumber("attempt", branch.Attempt);
            if (branch.Until is { } until)
            {
                writer.WriteString("until", until);
            }

            if (branch.Execution is { } execution)
            {
                writer.WriteString("execution", execution.Value);
            }

            if (branch.Approval is { } approval)
            {
                writer.WriteString("approval", approval.Value);
            }

            if (branch.HeldBy.ValueKind == JsonValueKind.Array)
            {
                writer.WritePropertyName("held_by");
                branch.HeldBy.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
