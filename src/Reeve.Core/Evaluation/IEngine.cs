using System.Text.Json;
using Reeve.Core.Errors;
using Reeve.Core.Policies;

namespace Reeve.Core.Evaluation;

/// <summary>Evaluates one kind of policy type.</summary>
public interface IEngine
{
    /// <summary>The name that a policy type's <c>engine</c> says.</summary>
    string Name { get; }

    /// <summary>The mistakes in the source of a policy type, with paths below <c>/spec/source</c>; empty when it is sound.</summary>
    IEnumerable<Mistake> CheckSource(PolicyType type);

    /// <summary>
    /// Makes the program of one policy revision: once, shared by all its keys. Properties are checked against the type's schema before.
    /// </summary>
    CompileOutcome Compile(PolicyType type, Policy policy);
}

/// <summary>A program, or the mistakes that stand in its way.</summary>
public sealed record CompileOutcome(IProgram? Program, IReadOnlyList<Mistake> Mistakes)
{
    /// <summary>It compiled.</summary>
    public static CompileOutcome Of(IProgram program) => new(program, []);

    /// <summary>It did not.</summary>
    public static CompileOutcome Wrong(params IReadOnlyList<Mistake> mistakes) => new(null, mistakes);
}

/// <summary>A compiled policy revision: either an <see cref="IInlineProgram"/> or an <see cref="IDeferredProgram"/>.</summary>
public interface IProgram;

/// <summary>Never blocks; runs on the key's owner, in microseconds.</summary>
public interface IInlineProgram : IProgram
{
    /// <summary>
    /// Opens the program for one key. <paramref name="saved"/> is what
    /// <see cref="IProgramInstance.Save"/> gave for the same policy revision, or undefined.
    /// </summary>
    IProgramInstance Open(JsonElement saved);
}

/// <summary>The state of one program for one key. One owner calls it, one call at a time; it never throws for what a signal says.</summary>
public interface IProgramInstance
{
    /// <summary>Takes a signal; says zero or more verdicts.</summary>
    void OnSignal(in EvaluationInput input, List<Verdict> verdicts);

    /// <summary>The virtual time <paramref name="input"/>.Now has reached <see cref="NextTimer"/>; says zero or more verdicts.</summary>
    void OnTimer(in EvaluationInput input, List<Verdict> verdicts);

    /// <summary>When it wants to be woken, or null.</summary>
    DateTimeOffset? NextTimer { get; }

    /// <summary>Has it no state worth keeping? Then the key may be dropped and opened anew.</summary>
    bool IsIdle { get; }

    /// <summary>Its state as a JSON value, or undefined when there is nothing to save.</summary>
    JsonElement Save();

    /// <summary>A small object that says what it saw last (value, smoothed value, since when), for <c>explain</c>.</summary>
    JsonElement Describe();
}

/// <summary>Waits for the outside; runs on a worker, bounded and with a time-out.</summary>
public interface IDeferredProgram : IProgram
{
    /// <summary>The longest that one evaluation may take.</summary>
    TimeSpan Timeout { get; }

    /// <summary>Evaluates; a program that cannot be evaluated gives a verdict with <see cref="Verdict.Failure"/>.</summary>
    Task<Verdict> EvaluateAsync(EvaluationInput input, CancellationToken cancellationToken);
}
