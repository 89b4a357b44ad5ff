using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reeve.Cli.Output;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Journal;
using Reeve.Server.Hosting;
using Reeve.Server.Simulation;

namespace Reeve.Cli.Verbs;

/// <summary>
/// <c>reeve simulate -f DOCUMENTS --events FILE</c>: a history of events through bindings, in virtual time, with actions muted: what would
/// have been done, what was held back and why.
/// </summary>
internal sealed class SimulateBindings(Terminal terminal, bool asJson)
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly SortedDictionary<string, long> _kinds = new(StringComparer.Ordinal);

    /// <summary>How questions to people are answered: yes, no, or, when null, not at all.</summary>
    public bool? Approves { get; init; }

    /// <summary>Runs it. Ends with 0; with 2 when documents or events are not sound.</summary>
    public async Task<int> RunAsync(
        IReadOnlyList<string> files, string events, IReadOnlyList<string> processFolders, CancellationToken cancellationToken)
    {
        var texts = await DocumentFiles.ReadAsync("simulate", files, terminal, cancellationToken);
        var read = texts.Select(t => DocumentReader.Read(t.Text.AsMemory(), t.Name)).ToList();
        var documents = new DocumentSet([.. read.SelectMany(r => r.Documents)], [.. read.SelectMany(r => r.Mistakes)]);
        Refuse(documents.Mistakes);
        using var lines = Open(events);
        SimulatedLoop? loop = null;
        var number = 0;
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (line.AsSpan().Trim().IsEmpty)
            {
                continue;
            }

            var step = Read(line, $"{events}:{number}", loop?.Now);
            if (loop is null)
            {
                (loop, var mistakes) = await SimulatedLoop.OpenAsync(
                    documents, step.At, processFolders, Tell, cancellationToken);
                Refuse(mistakes);
                loop!.Approves = Approves;
            }

            if (step.Event is { } seen)
            {
                loop!.Offer(seen);
            }
            else
            {
                loop!.AdvanceTo(step.At);
            }
        }

        Sum(loop ?? throw new VerbException($"simulate: `{events}` holds no event", ExitCode.WrongInput));
        return ExitCode.Fine;
    }

    private static HistoryStep Read(string line, string place, DateTimeOffset? now)
    {
        var mistakes = new List<Mistake>();
        var step = HistoryStep.Read(Encoding.UTF8.GetBytes(line), now ?? DateTimeOffset.UnixEpoch, mistakes);
        return mistakes.Count == 0
            ? step
            : throw new VerbException($"{place}: {string.Join("; ", mistakes.Select(m => m.Message))}", ExitCode.WrongInput);
    }

    private StreamReader Open(string events)
    {
        try
        {
            return new StreamReader(events == "-" ? terminal.In : File.OpenRead(events));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VerbException($"simulate: events: `{events}` cannot be read: {FileReason.Of(events, e)}", ExitCode.WrongInput);
        }
    }

    private static void Refuse(IReadOnlyList<Mistake> mistakes)
    {
        if (mistakes.Count > 0)
        {
            var told = mistakes.Take(20).Select(m => $"{(m.Position is { } at ? at.ToString() : m.Path)}: {m.Message}");
            throw new VerbException(string.Join('\n', told), ExitCode.WrongInput);
        }
    }

    private void Tell(JournalEntry entry)
    {
        _kinds[entry.Kind] = _kinds.GetValueOrDefault(entry.Kind) + 1;
        if (asJson)
        {
            WriteLine(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("at", entry.At.UtcDateTime);
                writer.WriteString("kind", entry.Kind);
                writer.WriteString("binding", entry.Binding);
                writer.WriteString("target", entry.Target);
                writer.WriteString("summary", entry.Summary);
                writer.WritePropertyName("data");
                entry.Data.WriteTo(writer);
                writer.WriteEndObject();
            });
        }
        else
        {
            var at = entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            var what = TableText.OneLine($"{at}  {entry.Kind,-20}  {entry.Target ?? "-",-24}  {entry.Summary}  (by `{entry.Binding}`)");
            terminal.Out.WriteLine(what);
        }
    }

    private void Sum(SimulatedLoop loop)
    {
        var (events, unmatched) = loop.Seen;
        var held = loop.Counters.HeldBy.OrderBy(h => h.Key, StringComparer.Ordinal)
            .Select(h => KeyValuePair.Create(h.Key, (long)h.Value)).ToList();
        if (asJson)
        {
            WriteLine(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("summary");
                writer.WriteNumber("events", events);
                writer.WriteNumber("unmatched", unmatched);
                Write(writer, "journal", _kinds);
                Write(writer, "held", held);
                Write(writer, "approvals", Answers(loop));
                writer.WriteNumber("refused", loop.Refused);
                writer.WriteStartArray("left_out");
                loop.LeftOut.ForEach(writer.WriteStringValue);
                writer.WriteEndArray();
                writer.WriteEndObject();
                writer.WriteEndObject();
            });
            return;
        }

        long Of(string kind) => _kinds.GetValueOrDefault(kind);
        var why = held.Count == 0 ? "" : $" ({string.Join(", ", held.Select(h => $"{h.Key} {h.Value}"))})";
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {events} events, {unmatched} that no binding wants; until {loop.Now.UtcDateTime:yyyy-MM-dd HH:mm:ss}
            incidents: {Of(JournalKinds.IncidentTriggered)} triggered, {Of(JournalKinds.IncidentResolved)} resolved
            actions: {Of(JournalKinds.Acted)} would be started, {Of(JournalKinds.Held)} held back{why}
            """));
        if (loop.Refused > 0)
        {
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"operations: {loop.Refused} refused by a policy that was asked before"));
        }

        if (loop.Questions.Count > 0)
        {
            var answers = string.Join(", ", Answers(loop).Select(a => $"{a.Value} {(a.Key == "pending" ? "waiting" : a.Key)}"));
            var hint = Approves is null ? "; `--approve all` or `--approve none` answers" : "";
            terminal.Out.WriteLine($"questions to people: {answers}{hint}");
        }

        if (loop.LeftOut.Count > 0)
        {
            terminal.Out.WriteLine($"left out, because they wait for the outside: {string.Join(", ", loop.LeftOut.Select(b => $"`{b}`"))}");
        }
    }

    private static IEnumerable<KeyValuePair<string, long>> Answers(SimulatedLoop loop) => loop.Questions
        .GroupBy(q => q.Status)
        .OrderBy(g => g.Key)
        .Select(g => KeyValuePair.Create(g.Key.ToString().ToLowerInvariant(), g.LongCount()));

    private static void Write(Utf8JsonWriter writer, string name, IEnumerable<KeyValuePair<string, long>> counts)
    {
        writer.WriteStartObject(name);
        foreach (var (key, count) in counts)
        {
            writer.WriteNumber(key, count);
        }

        writer.WriteEndObject();
    }

    private void WriteLine(Action<Utf8JsonWriter> write)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Writing))
        {
            write(writer);
        }

        terminal.Out.WriteLine(Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length));
    }
}
