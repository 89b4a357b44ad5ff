using System.Diagnostics;
using System.Globalization;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Cli.Rego;

/// <summary>
/// Collects what an evaluation did: its events for <c>--explain</c>, times by place for <c>--profile</c>, places reached for
/// <c>--coverage</c>.
/// </summary>
internal sealed class EvalTracer(bool keepsEvents) : IEvaluationTracer
{
    private const int MostEvents = 100_000;

    private readonly Dictionary<Location, Line> _lines = [];
    private Line? _running;
    private long _since;

    public List<TraceEvent> Events { get; } = [];

    /// <summary>The last statement that was not true, and of those the last that is not <c>every</c>.</summary>
    public TraceEvent? LastFailure { get; private set; }

    /// <summary>The rows that were reached, by file.</summary>
    public Dictionary<string, HashSet<int>> Reached { get; } = [];

    /// <summary>The places, those that took longest first.</summary>
    public IEnumerable<Line> Slowest => _lines.Values.OrderByDescending(l => l.Ticks);

    public void Trace(in TraceEvent traced)
    {
        if (keepsEvents && Events.Count < MostEvents)
        {
            Events.Add(traced);
        }

        if (traced.Kind is TraceKind.Exit or TraceKind.Eval && traced.Location.File.Length > 0)
        {
            if (!Reached.TryGetValue(traced.Location.File, out var rows))
            {
                Reached[traced.Location.File] = rows = [];
            }

            rows.Add(traced.Location.Row);
        }
        else if (traced.Kind == TraceKind.Fail && traced.Location.File.Length > 0
            && !traced.Text.StartsWith("every ", StringComparison.Ordinal))
        {
            LastFailure = traced;
        }

        Time(traced);
    }

    /// <summary>The events of a mode: <c>notes</c> and <c>fails</c> with what they happened in, all others everything.</summary>
    public IReadOnlyList<TraceEvent> Of(string mode) => mode switch
    {
        "notes" => WithSurroundings(TraceKind.Note),
        "fails" => WithSurroundings(TraceKind.Fail),
        _ => Events,
    };

    /// <summary>The lines of an explanation.</summary>
    public IEnumerable<string> Show(string mode)
    {
        var told = Of(mode);
        var places = told.Select(PlaceOf).ToList();
        var width = places.Count == 0 ? 0 : places.Max(p => p.Length) + 5;
        return told.Select((t, at) =>
            $"{places[at].PadRight(width)}{string.Concat(Enumerable.Repeat("| ", Math.Max(0, t.Depth)))}{t.Kind} {TextOf(t)}");
    }

    private static string PlaceOf(TraceEvent traced) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(traced.Location.File.Length == 0 ? "query" : traced.Location.File)}:{Math.Max(1, traced.Location.Row)}");

    private static string TextOf(in TraceEvent traced) => traced.Kind == TraceKind.Note ? $"\"{traced.Text}\"" : traced.Text;

    private List<TraceEvent> WithSurroundings(TraceKind kind)
    {
        var kept = new List<TraceEvent>();
        var around = new List<TraceEvent>();
        foreach (var traced in Events)
        {
            if (traced.Kind == TraceKind.Enter)
            {
                around.RemoveAll(a => a.Depth >= traced.Depth);
                around.Add(traced);
            }
            else if (traced.Kind == kind)
            {
                // those already told are not told again
                var inside = around.Where(a => a.Depth <= traced.Depth).ToList();
                kept.AddRange(inside);
                around.RemoveAll(inside.Contains);
                kept.Add(traced);
            }
        }

        return kept;
    }

    private void Time(in TraceEvent traced)
    {
        var now = Stopwatch.GetTimestamp();
        if (_running is not null)
        {
            _running.Ticks += now - _since;
        }

        _since = now;
        if (traced.Kind is not (TraceKind.Eval or TraceKind.Redo))
        {
            return;
        }

        if (!_lines.TryGetValue(traced.Location, out var line))
        {
            _lines[traced.Location] = line = new Line(traced.Location);
        }

        line.Evaluated += traced.Kind == TraceKind.Eval ? 1 : 0;
        line.Redone += traced.Kind == TraceKind.Redo ? 1 : 0;
        _running = line;
    }

    internal sealed class Line(Location location)
    {
        public Location Location => location;

        public long Ticks { get; set; }

        public int Evaluated { get; set; }

        public int Redone { get; set; }

        public long Nanoseconds => (long)(Ticks * 1e9 / Stopwatch.Frequency);
    }
}
