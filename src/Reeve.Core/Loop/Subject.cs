using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>One episode within a pass: as it was, as it will be, and what is decided about its branches.</summary>
public sealed class Subject
{
    /// <summary>The check's verdict on this target; null when the episode only woke up.</summary>
    public CheckVerdict? Found { get; init; }

    /// <summary>The episode before; null when this pass opens it.</summary>
    public Episode? Before { get; init; }

    /// <summary>The episode after.</summary>
    public required Episode Episode { get; set; }

    /// <summary>Must nothing be done about it (the policy itself failed)?</summary>
    public bool NoEscalation { get; init; }

    /// <summary>What the restraints say about each branch that wants to act.</summary>
    public List<Decision> Decisions { get; } = [];
}

/// <summary>A wanted action after the restraints: a decision.</summary>
/// <param name="Branch">Which branch of the episode.</param>
/// <param name="Step">The step that it is at.</param>
/// <param name="Action">The action with its inputs filled in.</param>
/// <param name="Target">What it would act on.</param>
/// <param name="Key">The idempotency key.</param>
/// <param name="Answers">What each restraint said, in the order of asking.</param>
/// <param name="Problem">Why the action cannot even be put (a reference to nothing); null normally.</param>
/// <param name="Context">What the action's references see, and actors show.</param>
public sealed record Decision(
    int Branch, EscalationStep Step, ActionSpec Action, Target Target, string Key,
    ImmutableArray<(string Restraint, RestraintAnswer Answer)> Answers, string? Problem, JsonElement Context)
{
    /// <summary>Is it held back?</summary>
    public bool IsHeld => Answers.Any(a => a.Answer.IsHeld);

    /// <summary>Is there nothing but people's missing yes that holds it back?</summary>
    public bool IsHeldByApprovalOnly => IsHeld && Answers.All(a => !a.Answer.IsHeld || a.Answer.Because is ApprovalRestraint.Explanation);

    /// <summary>When to ask again at the latest: the last of the known ends, as long as any is known.</summary>
    public DateTimeOffset? Until => Answers.Where(a => a.Answer.IsHeld).Max(a => a.Answer.Until);

    /// <summary>The restraints that hold it back, as a JSON array.</summary>
    public JsonElement HeldBy() => Documents.Json.Build(writer =>
    {
        writer.WriteStartArray();
        foreach (var (restraint, answer) in Answers.Where(a => a.Answer.IsHeld))
        {
            writer.WriteStartObject();
            writer.WriteString("restraint", restraint);
            writer.WriteString("because", answer.Because!.Text);
            if (answer.Until is { } until)
            {
                writer.WriteString("until", until);
            }

            answer.Because.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <summary>What every restraint said, as a JSON array: for the journal.</summary>
    public JsonElement AllAnswers() => Documents.Json.Build(writer =>
    {
        writer.WriteStartArray();
        foreach (var (restraint, answer) in Answers)
        {
            writer.WriteStartObject();
            writer.WriteString("restraint", restraint);
            writer.WriteString("answer", answer.IsHeld ? "held" : "allow");
            if (answer.Because is { } because)
            {
                writer.WriteString("because", because.Text);
                because.WriteTo(writer);
            }

            if (answer.Until is { } until)
            {
                writer.WriteString("until", until);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
