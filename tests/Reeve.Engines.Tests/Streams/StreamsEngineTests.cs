using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;
using Reeve.Core.Policies;
using Reeve.Core.Policies.Properties;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Engines.Streams;

namespace Reeve.Engines.Tests.Streams;

public sealed class StreamsEngineTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_sent_to_trigger_is_found_and_the_next_silent_signal_passes_it()
    {
        var instance = Open("(where (> metric bound) trigger)");
        Assert.Equal([("trigger", 0), ("incident", 0)], Checks(Signal(instance, 1, 0)));
        Assert.Equal([("trigger", 1)], Checks(Signal(instance, 12, 1)));
        Assert.Equal([("trigger", 0)], Checks(Signal(instance, 2, 2)));
        Assert.Empty(Signal(instance, 3, 3));
    }

    [Fact]
    public void What_is_sent_to_incident_stands_until_it_is_ok()
    {
        var instance = Open("(splitp < metric bound (with :state \"high\" incident) (with :state \"ok\" incident))");
        Assert.Equal([("trigger", 0), ("incident", 1)], Checks(Signal(instance, 12, 0)));
        var saved = instance.Save();
        var again = Open("(splitp < metric bound (with :state \"high\" incident) (with :state \"ok\" incident))", saved);
        Assert.Equal([("trigger", 0), ("incident", 1)], Checks(Signal(again, 13, 1)));
        Assert.Equal([("incident", 0)], Checks(Signal(again, 2, 2)));
    }

    [Fact]
    public void A_timer_of_the_program_is_a_timer_of_the_loop()
    {
        var instance = Open("(stable 5 :state (where (state \"bad\") trigger))");
        Signal(instance, 1, 0, "ok");
        Signal(instance, 1, 10, "bad");
        Assert.Equal(Start.AddSeconds(15), instance.NextTimer);
        var verdicts = new List<Verdict>();
        instance.OnTimer(new EvaluationInput(Start.AddSeconds(15), null, Facts()), verdicts);
        Assert.Equal([("trigger", 1)], Checks(verdicts));
    }

    [Fact]
    public void A_program_that_does_not_end_fails_and_lives_on_with_the_next_signal()
    {
        var instance = Open("(sdo (where (> metric 100) (fn [e] (loop [] (recur)))) (where (> metric bound) trigger))");
        var failed = Assert.Single(Signal(instance, 101, 0));
        Assert.Contains("steps", failed.Failure, StringComparison.Ordinal);
        Assert.Contains(("trigger", 1), Checks(Signal(instance, 12, 1)));
    }

    [Fact]
    public void An_error_in_one_branch_is_a_remark_and_the_other_branch_goes_on()
    {
        var instance = Open("(sdo (smap (fn [e] (/ 1 0)) trigger) (where (> metric bound) trigger))");
        var verdict = Assert.Single(Signal(instance, 12, 0));
        Assert.Equal("trigger", verdict.Checks[0].Name);
        Assert.Single(verdict.Checks[0].Findings);
        Assert.Contains("Divide by zero", Assert.Single(verdict.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_in_the_program_are_told_with_their_places()
    {
        var mistakes = new StreamsEngine().CheckSource(Type("(where (> metrik 1)\n  triger)")).Select(m => m.Message).ToList();
        Assert.Equal(["1:11: there is no `metrik`", "2:3: there is no `triger`; did you mean `trigger`?"], mistakes);
        Assert.NotEmpty(new StreamsEngine().CheckSource(Type("(") with { Source = Json.EmptyObject }));
    }

    private static PolicyType Type(string program) => new()
    {
        Name = "busy",
        Version = "1.0",
        Engine = StreamsEngine.EngineName,
        Properties = PropertySchema.Map(("bound", new PropertySchema { Type = PropertyKind.Number })),
        Source = Json.Object(("program", program)),
    };

    private static IProgramInstance Open(string program, JsonElement saved = default)
    {
        var policy = new Policy(Scope.Default, "busy", "busy-1.0", Json.Parse("""{"bound": 10}"""), 1);
        var outcome = new StreamsEngine().Compile(Type(program), policy);
        Assert.Empty(outcome.Mistakes);
        return ((IInlineProgram)outcome.Program!).Open(saved);
    }

    private static List<Verdict> Signal(IProgramInstance instance, double metric, int second, string? state = null)
    {
        var at = Start.AddSeconds(second);
        var seen = new Event { Target = "shop/web/1", Service = "load", Metric = metric, State = state, Time = at };
        var verdicts = new List<Verdict>();
        instance.OnSignal(new EvaluationInput(at, new EventSignal { Event = seen, Scope = Scope.Default, At = at, Sequence = 1 },
            Facts()), verdicts);
        return verdicts;
    }

    private static IEnumerable<(string, int)> Checks(IEnumerable<Verdict> verdicts) =>
        verdicts.SelectMany(v => v.Checks).Select(c => (c.Name, c.Findings.Length));

    private static Facts Facts()
    {
        var directory = new TargetDirectory();
        var target = new Target { Key = new TargetKey(Scope.Default, "shop"), Kind = "deployment" };
        directory.Put(target);
        return new Facts(target, directory, "binding");
    }
}
