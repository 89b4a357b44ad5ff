using System.Text.Json;

namespace Reeve.Core.Targets;

/// <summary>A target as policies and actors are shown it: path, name, kind, state, labels, properties, capacity.</summary>
public static class TargetJson
{
    /// <summary>Writes a member with the target; null for none.</summary>
    public static void Write(Utf8JsonWriter writer, string member, Target? target)
    {
        writer.WritePropertyName(member);
        if (target is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("path", target.Key.Path);
        writer.WriteString("name", target.Key.Name);
        writer.WriteString("kind", target.Kind);
        writer.WriteString("state", target.State.ToString().ToLowerInvariant());
        writer.WriteStartObject("labels");
        foreach (var (name, value) in target.Labels)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WritePropertyName("properties");
        target.Properties.WriteTo(writer);
        if (target.Capacity is { } capacity)
        {
            writer.WriteStartObject("capacity");
            writer.WriteNumber("min", capacity.Min);
            writer.WriteNumber("max", capacity.Max);
            writer.WriteNumber("desired", capacity.Desired);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
