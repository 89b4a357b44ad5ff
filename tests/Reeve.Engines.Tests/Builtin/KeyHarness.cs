using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Policies;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Engines.Builtin;

namespace Reeve.Engines.Tests.Builtin;

/// <summary>Drives one key of a built-in policy directly: a small tree of targets, a clock in seconds, and what was said.</summary>
internal sealed class KeyHarness
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly IInlineProgram _program;
    private readonly TargetKey _key;
    private long _sequence;

    public KeyHarness(string type, string properties, string key = "shop/web/web-1", int members = 3)
    {
        _program = Compile(type, properties);
        Instance = _program.Open(default);
        _key = Key(key);
        Put("shop", "deployment", TargetState.Started);
        Put("shop/web", "group", TargetState.Started);
        Targets.Put(Targets.Find(Key("shop/web"))! with { Capacity = new Capacity(0, 10, members) });
        for (var i = 1; i <= members; i++)
        {
            Put($"shop/web/web-{i}", "instance", TargetState.Started);
        }
    }

    public TargetDirectory Targets { get; } = new();

    public IProgramInstance Instance { get; private set; }

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>How much the senders' clocks are ahead of the loop's.</summary>
    public TimeSpan Skew { get; set; }

    public static IInlineProgram Compile(string type, string properties)
    {
        var outcome = TryCompile(type, properties);
        Assert.Empty(outcome.Mistakes);
        return Assert.IsAssignableFrom<IInlineProgram>(outcome.Program);
    }

    public static CompileOutcome TryCompile(string type, string properties)
    {
        var found = BuiltinTypes.All.Single(t => t.Name == type);
        return new BuiltinEngine().Compile(found, new Policy(Scope.Default, "p", found.FullName, Json.Parse(properties), 1));
    }

    public static TargetKey Key(string path) => new(Scope.Default, path);

    public void Put(string path, string kind, TargetState state, DateTimeOffset? since = null, string? reason = null) =>
        Targets.Put(new Target { Key = Key(path), Kind = kind, State = state, StateSince = since ?? Start, StateReason = reason });

    /// <summary>Moves the clock to a second after the start, waking the program when it wants; gives what was said on the way.</summary>
    public List<string> At(double second)
    {
        var said = new List<string>();
        var until = Start.AddSeconds(second);
        Assert.True(until >= Now);
        var wakes = 0;
        while (Instance.NextTimer is { } due && due <= until)
        {
            Assert.True(++wakes < 100_000, "the program wakes without end");
            Now = due > Now ? due : Now;
            said.AddRange(Timer());
        }

        Now = until;
        return said;
    }

    /// <summary>Moves the clock without waking the program, as while Reeve is away; then it wakes late, once.</summary>
    public List<string> JumpTo(double second)
    {
        Now = Start.AddSeconds(second);
        return Timer();
    }

    public List<string> Timer() => Say(verdicts => Instance.OnTimer(Input(null), verdicts));

    public List<string> Event(
        double? metric, string? target = null, string service = "cpu", double? age = null, double? ttl = null, string? state = null) =>
        Send(new Event
        {
            Target = target ?? _key.Path,
            Service = service,
            Metric = metric,
            State = state,
            Time = Now + Skew - TimeSpan.FromSeconds(age ?? 0),
            Ttl = ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        });

    public List<string> Beat(string? target = null, double? ttl = null, double? age = null) => Event(null, target, "heartbeat", age, ttl);

    public List<string> State(string state, string? target = null, int? exitCode = null, string? description = null, double? age = null)
    {
        var seen = new Event
        {
            Target = target ?? _key.Path,
            Service = "reeve.state",
            State = state,
            Description = description,
            Time = Now - TimeSpan.FromSeconds(age ?? 0),
        };
        return Send(exitCode is null
            ? seen
            : seen with { Attributes = seen.Attributes.Add("exit_code", JsonSerializer.SerializeToElement(exitCode)) });
    }

    public List<string> Send(Event seen) =>
        Signal(new EventSignal { Scope = Scope.Default, At = Now, Event = seen, Sequence = ++_sequence });

    public List<string> Tick() => Signal(new TickSignal { Scope = Scope.Default, At = Now, DueAt = Now });

    public List<string> Operation(OperationPhase phase) => Signal(new OperationSignal
    {
        Scope = Scope.Default,
        At = Now,
        Execution = new ExecutionId("exe-1"),
        Operation = "scale_out",
        Target = Key("shop/web"),
        Phase = phase,
        Inputs = Json.EmptyObject,
        Data = Json.EmptyObject,
        RequestedBy = "test",
    });

    public List<string> Signal(Signal signal) => Say(verdicts => Instance.OnSignal(Input(signal), verdicts));

    /// <summary>What was said last, in full.</summary>
    public List<Verdict> Last { get; } = [];

    public Finding LastFinding => Last.SelectMany(v => v.Checks).SelectMany(c => c.Findings).First();

    /// <summary>Saves, and goes on with what was opened from that.</summary>
    public void Restart()
    {
        var saved = Instance.Save();
        Instance = _program.Open(saved);
        Assert.Equal(Text(saved), Text(Instance.Save()));
    }

    /// <summary>A saved state as text; empty for none.</summary>
    public static string Text(JsonElement saved) => saved.ValueKind == JsonValueKind.Undefined ? "" : saved.GetRawText();

    public EvaluationInput Input(Signal? signal) =>
        new(Now, signal, new Facts(Targets.Find(_key) ?? new Target { Key = _key, Kind = "instance" }, Targets, "binding"));

    private List<string> Say(Action<List<Verdict>> how)
    {
        var verdicts = new List<Verdict>();
        how(verdicts);
        if (verdicts.Count > 0)
        {
            Last.Clear();
            Last.AddRange(verdicts);
        }

        return [.. verdicts.SelectMany(Words)];
    }

    // "above" for a finding, "above at web-2" for one about a member, "-above" for a check that passed
    private static IEnumerable<string> Words(Verdict verdict)
    {
        if (verdict.Failure is { } failure)
        {
            yield return $"failed: {failure}";
        }

        foreach (var check in verdict.Checks)
        {
            if (check.Findings.IsEmpty)
            {
                yield return $"-{check.Name}";
            }

            foreach (var finding in check.Findings)
            {
                yield return finding.Target is { } target ? $"{check.Name} at {Key(target).Name}" : check.Name;
            }
        }
    }
}
