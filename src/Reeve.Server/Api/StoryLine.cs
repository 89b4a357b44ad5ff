using System.Collections.Immutable;
using System.Text.Json;

namespace Reeve.Server.Api;

/// <summary>One line of an explanation: when, what kind of thing, what happened, and the particulars.</summary>
/// <param name="At">When; null for what holds right now.</param>
/// <param name="Topic">One word: <c>seen</c>, <c>decided</c>, <c>held</c>, <c>done</c>, <c>judged</c>, <c>now</c>, …</param>
/// <param name="Text">What happened, in one line.</param>
/// <param name="Details">Particulars, each in one line.</param>
internal sealed record StoryLine(DateTimeOffset? At, string Topic, string Text, ImmutableArray<string> Details)
{
    public StoryLine(DateTimeOffset? at, string topic, string text, params IEnumerable<string> details)
        : this(at, topic, text, [.. details])
    {
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (At is { } at)
        {
            writer.WriteString("at", at);
        }

        writer.WriteString("topic", Topic);
        writer.WriteString("text", Text);
        if (Details.Length > 0)
        {
            writer.WriteStartArray("details");
            foreach (var detail in Details)
            {
                writer.WriteStringValue(detail);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
