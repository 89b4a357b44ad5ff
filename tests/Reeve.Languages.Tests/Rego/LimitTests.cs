using System.Text;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Tests.Rego;

public sealed class LimitTests
{
    private const string Explosion =
        "package a\nxs := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n" +
        "p := [y | some a in xs; some b in xs; some c in xs; some d in xs; some e in xs; some f in xs; some g in xs; some h in xs; " +
        "some i in xs; y := [a, b, c, d, e, f, g, h, i]]";

    [Fact]
    public void Too_many_steps_end_the_evaluation_and_name_the_rule()
    {
        var error = Fail(Explosion, new EvaluationLimits { Steps = 100_000 });
        Assert.Equal("eval_cancel_error", error.Code);
        Assert.Contains("`data.a.p`", error.Message, StringComparison.Ordinal);
        Assert.Contains("steps", error.Message, StringComparison.Ordinal);
        Assert.Equal(("m.rego", 3), (error.File, error.Row));
    }

    [Fact]
    public void Too_much_time_ends_the_evaluation() => Assert.Contains(
        "seconds", Fail(Explosion, new EvaluationLimits { Time = TimeSpan.FromMilliseconds(50), Elements = int.MaxValue }).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Too_much_memory_ends_the_evaluation() => Assert.Contains(
        "bytes were allocated", Fail(Explosion, new EvaluationLimits { AllocatedBytes = 1 << 20 }).Message, StringComparison.Ordinal);

    [Fact]
    public void Too_large_a_collection_ends_the_evaluation() => Assert.Contains(
        "elements", Fail(Explosion, new EvaluationLimits { Elements = 1000 }).Message, StringComparison.Ordinal);

    [Fact]
    public void Rules_that_need_too_many_others_end_the_evaluation()
    {
        var text = new StringBuilder("package a\np := r0\n");
        for (var at = 0; at < 50_000; at++)
        {
            text.Append("r").Append(at).Append(" := r").Append(at + 1).Append('\n');
        }

        text.Append("r50000 := 1\n");
        Assert.Contains("nested deeper", Fail(text.ToString(), EvaluationLimits.Default).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_caller_can_end_the_evaluation()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var error = Program(Explosion).Decide("a/p", new EvaluationInput(), source.Token).Error;
        Assert.Equal("eval_cancel_error", error!.Code);
        Assert.Contains("caller cancelled", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_works_again_after_it_was_stopped()
    {
        var program = Program(Explosion + "\nq := count_of\ncount_of := 3");
        Assert.NotNull(program.Decide("a/p", new EvaluationInput { Limits = new() { Steps = 1000 } }, CancellationToken.None).Error);
        Assert.Equal("3", program.Decide("a/q", new EvaluationInput(), CancellationToken.None).Value!.ToString());
    }

    private static Reeve.Languages.Rego.RegoError Fail(string text, EvaluationLimits limits)
    {
        var decision = Program(text).Decide("a/p", new EvaluationInput { Limits = limits }, CancellationToken.None);
        Assert.NotNull(decision.Error);
        return decision.Error;
    }

    private static RegoProgram Program(string text)
    {
        var parsed = RegoModule.Parse(text, "m.rego", RegoVersion.V1);
        Assert.Empty(parsed.Errors);
        var outcome = RegoProgram.Compile([parsed.Module!], new CompileOptions());
        Assert.Empty(outcome.Errors);
        return outcome.Program!;
    }
}
