using System.Globalization;
using System.Text.Json;

namespace Reeve.Cli.Demo;

/// <summary>
/// Shows the loop live: a line of figures each second, and every decision as it
/// is recorded. Plain text, so that it reads the same in a terminal and in a log.
/// </summary>
internal sealed class DemoView(TextWriter output, string url, DemoPlan plan)
{
    private static readonly HashSet<string> Shown =
    [
        "action.started", "action.held", "action.judged", "incident.triggered", "incident.resolved",
        "approval.requested", "approval.decided",
        "execution.ended", "escalation.ended", "target.changed",
    ];

    private readonly bool _colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;
    private long _lastSequence;
    private long _lastSignals;
    private TimeSpan _lastLine;

    public void Begin()
    {
        output.WriteLine($"Reeve runs the shop at {url}; Ctrl-C ends it and leaves nothing behind.");
        if (!plan.ActsByItself)
        {
            output.WriteLine("Try, in another terminal:");
            output.WriteLine("  ./reeve get targets          then kill -9 the pid of a worker, and watch");
            output.WriteLine("  ./reeve approve ID           when an approval is asked for");
            output.WriteLine("  ./reeve explain execution ID  why it did; ./reeve explain binding scale-in  why it did not");
        }

        output.WriteLine();
    }

    public void Show(ShopState state, TimeSpan elapsed, double rate, LoadGenerator load)
    {
        foreach (var kept in state.Journal.Where(j => SequenceOf(j) > _lastSequence).OrderBy(SequenceOf))
        {
            _lastSequence = SequenceOf(kept);
            var entry = Expectation.EntryOf(kept);
            var kind = Expectation.Text(entry, "kind") ?? "";
            if (Shown.Contains(kind))
            {
                output.WriteLine($"  {Paint(kind)} {Expectation.Text(entry, "summary")}");
            }
        }

        if (elapsed - _lastLine < TimeSpan.FromSeconds(1))
        {
            return;
        }

        var signals = Counter(state.Status, "signals");
        var perSecond = (signals - _lastSignals) / Math.Max(0.001, (elapsed - _lastLine).TotalSeconds);
        _lastSignals = signals;
        _lastLine = elapsed;
        var started = state.Workers.Count(w => w.State == "started");
        var open = state.Incidents.Count(i => Expectation.Text(i, "status") == "triggered");
        var running = state.Executions.Count(e => Expectation.Text(e, "status") is "running" or "pending" or "waiting");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed:mm\\:ss}  workers {started}/{state.Desired}  load {rate:0}/s  served {load.Served} failed {load.Failed}  "
                + $"signals {perSecond:0}/s  open incidents {open}  executions {running} running, {state.Executions.Count} in all"));
    }

    public void Summarise(IReadOnlyList<Expectation> expectations, LoadGenerator load)
    {
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Summary: {expectations.Count(e => e.Met)} of {expectations.Count} seen; "
                + $"{load.Served} requests served, {load.Failed} failed"));
        foreach (var expectation in expectations)
        {
            output.WriteLine(
                $"  {(expectation.Met ? "yes" : "NO ")}  {expectation.What}"
                    + $"{(expectation.Detail.Length > 0 ? $": {expectation.Detail}" : "")}");
        }
    }

    private string Paint(string kind)
    {
        var text = kind.PadRight(18);
        if (!_colours)
        {
            return text;
        }

        var colour = kind switch
        {
            "incident.triggered" => 31,
            "incident.resolved" => 32,
            "action.held" => 33,
            "action.started" => 36,
            "approval.requested" or "approval.decided" => 35,
            _ => 90,
        };
        return $"\u001b[{colour}m{text}\u001b[0m";
    }

    private static long SequenceOf(JsonElement kept) => kept.GetProperty("sequence").GetInt64();

    private static long Counter(JsonElement status, string name) =>
        status.TryGetProperty("counters", out var counters) && counters.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
}
