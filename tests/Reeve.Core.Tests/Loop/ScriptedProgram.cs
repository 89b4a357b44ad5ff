using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;

namespace Reeve.Core.Tests.Loop;

/// <summary>
/// A program that says what the test dictates; unless told otherwise it says what
/// the event's state says: <c>good</c>, or <c>bad</c>, or <c>bad:DETAIL</c>.
/// </summary>
internal sealed class ScriptedProgram : IInlineProgram
{
    /// <summary>What it says of a signal or a timer.</summary>
    public Func<EvaluationInput, IEnumerable<Verdict>> Says { get; set; } = ByState;

    /// <summary>When each of its instances wants to be woken.</summary>
    public DateTimeOffset? WakeAt { get; set; }

    public IProgramInstance Open(JsonElement saved) => new Instance(this, saved.Whole("seen") ?? 0);

    public static IEnumerable<Verdict> ByState(EvaluationInput input)
    {
        var state = (input.Signal as EventSignal)?.Event.State;
        if (state is null || state == "silent")
        {
            return [];
        }

        return state.StartsWith("bad", StringComparison.Ordinal)
            ? [Verdict.Found("check", new Finding("it is bad", Json.Object(("detail", state))))]
            : state == "broken" ? [Verdict.Failed("it cannot be read")] : [Verdict.Passed("check")];
    }

    private sealed class Instance(ScriptedProgram program, int seen) : IProgramInstance
    {
        private int _seen = seen;

        public DateTimeOffset? NextTimer => program.WakeAt;

        public bool IsIdle => false;

        public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
        {
            _seen++;
            verdicts.AddRange(program.Says(input));
        }

        public void OnTimer(in EvaluationInput input, List<Verdict> verdicts)
        {
            program.WakeAt = null;
            verdicts.AddRange(program.Says(input));
        }

        public JsonElement Save() => Json.Parse($$"""{"seen": {{_seen}}}""");

        public JsonElement Describe() => Save();
    }
}

/// <summary>A deferred program: its verdicts come when the test says so.</summary>
internal sealed class ScriptedDeferred : IDeferredProgram
{
    public TimeSpan Timeout => TimeSpan.FromSeconds(10);

    public Task<Verdict> EvaluateAsync(EvaluationInput input, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the harness hands over verdicts itself");
}
