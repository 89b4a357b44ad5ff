using System.Globalization;
using System.Text.Json;
using Reeve.Languages.Rego.Evaluation;

namespace Reeve.Server.Opa.Decisions;

/// <summary>Collects what an evaluation did, and shows it as <c>explain</c> wants it.</summary>
internal sealed class TraceCollector : IEvaluationTracer
{
    // an endless story helps nobody
    private const int MostEvents = 100_000;

    private readonly List<TraceEvent> _events = [];

    public void Trace(in TraceEvent traced)
    {
        if (_events.Count < MostEvents)
        {
            _events.Add(traced);
        }
    }

    /// <summary>
    /// The events of a mode: <c>notes</c> and <c>fails</c> with what they happened in, <c>full</c> and <c>debug</c> everything.
    /// </summary>
    public IReadOnlyList<TraceEvent> Of(string mode) => mode switch
    {
        "notes" => WithSurroundings(TraceKind.Note),
        "fails" => WithSurroundings(TraceKind.Fail),
        _ => _events,
    };

    /// <summary>One line for an event.</summary>
    public static string Line(in TraceEvent traced)
    {
        var file = traced.Location.File.Length == 0 ? "query" : traced.Location.File;
        var place = string.Create(CultureInfo.InvariantCulture, $"{file}:{Math.Max(1, traced.Location.Row)}");
        var text = traced.Kind == TraceKind.Note ? $"\"{traced.Text}\"" : traced.Text;
        return $"{place,-24} {string.Concat(Enumerable.Repeat("| ", traced.Depth))}{traced.Kind} {text}";
    }

    public void Write(Utf8JsonWriter writer, string mode, bool pretty)
    {
        writer.WriteStartArray("explanation");
        foreach (var traced in Of(mode))
        {
            if (pretty)
            {
                writer.WriteStringValue(Line(traced));
            }
            else
            {
                WriteEvent(writer, traced);
            }
        }

        writer.WriteEndArray();
    }

    private static void WriteEvent(Utf8JsonWriter writer, in TraceEvent traced)
    {
        writer.WriteStartObject();
        writer.WriteString("op", traced.Kind.ToString().ToLowerInvariant());
        writer.WriteNumber("query_id", traced.Depth);
        writer.WriteNumber("parent_id", Math.Max(0, traced.Depth - 1));
        writer.WriteString("type", traced.Kind is TraceKind.Enter or TraceKind.Exit ? "rule" : "expr");
        writer.WriteString("node", traced.Text);
        writer.WriteStartArray("locals");
        writer.WriteEndArray();
        if (traced.Kind == TraceKind.Note)
        {
            writer.WriteString("message", traced.Text);
        }

        writer.WriteStartObject("location");
        writer.WriteString("file", traced.Location.File);
        writer.WriteNumber("row", traced.Location.Row);
        writer.WriteNumber("col", traced.Location.Column);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private List<TraceEvent> WithSurroundings(TraceKind kind)
    {
        var kept = new List<TraceEvent>();
        var around = new List<TraceEvent>();
        foreach (var traced in _events)
        {
            around.RemoveAll(a => a.Depth >= traced.Depth && traced.Kind == TraceKind.Enter);
            if (traced.Kind == TraceKind.Enter)
            {
                around.Add(traced);
            }
            else if (traced.Kind == kind)
            {
                // those already told are not told again
                kept.AddRange(around.Where(a => a.Depth < traced.Depth || a.Depth == traced.Depth).Except(kept));
                kept.Add(traced);
            }
        }

        return kept;
    }
}
