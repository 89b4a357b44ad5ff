using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// Restrain: what the verdict means for the episodes, which actions that makes wanted, and what each restraint says about each of them.
/// Every restraint is asked, also after one said no, so that the explanation is complete.
/// </summary>
public sealed class RestrainStep : ILoopStep
{
    /// <summary>The check under which a policy that cannot be evaluated has its incident.</summary>
    public const string FailureCheck = "policy-failed";

    /// <inheritdoc/>
    public string Name => "restrain";

    /// <inheritdoc/>
    public StepOutcome Run(LoopPass pass, LoopOwner owner)
    {
        if (pass.Verdict is { } verdict)
        {
            TakeVerdict(pass, verdict, owner);
        }

        foreach (var subject in pass.Subjects)
        {
            if (subject.NoEscalation || (!subject.Episode.Stands && !subject.Episode.Resolving))
            {
                continue;
            }

            for (var i = 0; i < subject.Episode.Branches.Length; i++)
            {
                if (subject.Episode.Branches[i].Phase is BranchPhase.Ready or BranchPhase.Held
                    && Decide(pass, subject, i, owner) is { } decision)
                {
                    subject.Decisions.Add(decision);
                }
            }
        }

        return StepOutcome.Continue;
    }

    private static void TakeVerdict(LoopPass pass, Verdict verdict, LoopOwner owner)
    {
        var binding = pass.Active.Binding;
        if (!verdict.Diagnostics.IsEmpty)
        {
            owner.Remarks.Take(pass, verdict.Diagnostics);
        }

        if (verdict.Failure is { } failure)
        {
            owner.Counters.Failed++;
            pass.Slot?.Count(pass.At, $"failed: {failure}");
            if (binding.OnFailure is FailureRule.Incident or FailureRule.Allow)
            {
                var data = Json.Object(("reason", failure));
                TakeCheck(
                    pass,
                    new CheckVerdict(
                        FailureCheck, [new Finding($"policy `{pass.Active.Policy.Name}` could not be evaluated: {failure}", data)]),
                    [], owner, noEscalation: true);
            }

            return;
        }

        // it could be evaluated, so an incident about its failing is over
        TakeCheck(pass, new CheckVerdict(FailureCheck, []), [], owner, noEscalation: true);
        foreach (var check in verdict.Checks)
        {
            TakeCheck(pass, check, verdict.Actions, owner, noEscalation: false);
        }

        pass.Slot?.Count(pass.At, OutcomeOf(verdict));
    }

    private static string OutcomeOf(Verdict verdict)
    {
        var found = verdict.Checks.FirstOrDefault(c => !c.Findings.IsEmpty);
        return found is not null ? $"found by {found.Name}" : verdict.Operation?.Refusal is not null ? "refused" : "passed";
    }

    private static void TakeCheck(LoopPass pass, CheckVerdict check, ImmutableArray<ActionSpec> asked, LoopOwner owner, bool noEscalation)
    {
        var binding = pass.Active.Binding;
        var origin = pass.KeyTarget.Key.Path;
        var before = owner.Episodes.From(binding.Scope, binding.Name, origin, check.Name).ToList();
        foreach (var group in check.Findings.GroupBy(f => TargetOf(f, binding, owner) ?? origin, StringComparer.Ordinal))
        {
            var key = new EpisodeKey(binding.Scope, binding.Name, group.Key, check.Name);
            before.Remove(key);
            var found = check with { Findings = [.. group] };
            var hash = FindingsHash.Of(found.Findings, binding.Incident);
            var known = owner.Episodes.Find(key);
            if (binding.Restraints.CountsFindings)
            {
                owner.Ledger.TakeFinding(key, pass.At);
            }

            var episode = known is null
                ? EpisodeMachine.Open(new(owner.Ids.Next("epi")), key, origin, found, hash, binding, asked, pass.At)
                : EpisodeMachine.FoundAgain(known, found, hash, binding, asked, pass.At);
            if (binding.Repeat == RepeatRule.Signal && known is not null)
            {
                episode = episode with
                {
                    Branches = [.. EpisodeMachine.Open(episode.Id, key, origin, found, hash, binding, asked, pass.At).Branches],
                };
            }

            if (noEscalation)
            {
                episode = episode with { Branches = [] };
            }

            pass.Subjects.Add(new Subject { Found = found, Before = known, Episode = episode, NoEscalation = noEscalation });
        }

        // what this key found before and does not find now has cleared
        foreach (var key in before)
        {
            if (owner.Episodes.Find(key) is { ClearedAt: null } known)
            {
                pass.Subjects.Add(new Subject
                {
                    Found = check with { Findings = [] },
                    Before = known,
                    Episode = EpisodeMachine.Clear(known, pass.At),
                    NoEscalation = noEscalation,
                });
            }
        }
    }

    /// <summary>
    /// What a branch of the subject wants to do now, and what each restraint says about it; null when it has no step left.
    /// </summary>
    internal static Decision? Decide(LoopPass pass, Subject subject, int index, LoopOwner owner)
    {
        var active = pass.Active;
        var episode = subject.Episode;
        var branch = episode.Branches[index];
        if (EpisodeMachine.StepOf(episode, branch, active.Binding) is not { } step)
        {
            return null;
        }

        var context = LoopContext.Of(pass, active, episode, owner, branch.Attempt);
        var findingTarget = owner.Targets.Find(new TargetKey(active.Binding.Scope, episode.Key.Target)) ?? pass.KeyTarget;
        var filled = ActionFiller.Fill(step.Action, context, out var problem);
        var target = Resolve(filled, findingTarget, owner.Targets, ref problem);
        var key = KeyOf(pass, episode, branch);
        var question = new RestraintQuestion(pass.At, active.Binding, filled, target, episode, branch, key, owner.Ledger, owner.Targets);

        // telling people and resolving are not remedies: only silences, freezes and windows hold them back
        var answers = ImmutableArray.CreateBuilder<(string, RestraintAnswer)>(active.Restraints.Length);
        foreach (var restraint in active.Restraints)
        {
            if (Concerns(restraint, filled, episode))
            {
                answers.Add((restraint.Name, restraint.Ask(question)));
            }
        }

        return new Decision(index, step, filled, target, key, answers.ToImmutable(), problem, context);
    }

    private static bool Concerns(IRestraint restraint, ActionSpec action, Episode episode) => restraint switch
    {
        SilenceRestraint or FreezeRestraint or WindowRestraint => true,
        ForRestraint or AccumulateWithinRestraint or OnceAfterRestraint => !episode.Resolving,
        _ => action.Kind is ActionKind.Operation or ActionKind.Workflow
            || (action.Kind == ActionKind.Actor
                && restraint is CooldownRestraint or OnceWithinRestraint or BudgetRestraint or ApprovalRestraint
                && !episode.Resolving),
    };

    private static string? TargetOf(Finding finding, Binding binding, LoopOwner owner) =>
        finding.Target is { } target ? owner.Targets.Resolve(binding.Scope, target)?.Key.Path ?? target : null;

    private static Target Resolve(ActionSpec action, Target findingTarget, ITargets targets, ref string? problem)
    {
        switch (action.Target)
        {
            case null:
                // scaling is always the group's, whichever member shows that it is needed
                return action.Kind == ActionKind.Operation && Operation.Scales(action.Name)
                    ? targets.GroupOf(findingTarget) ?? findingTarget
                    : findingTarget;
            case "group":
                if (targets.GroupOf(findingTarget) is { } group)
                {
                    return group;
                }

                problem ??= $"`{findingTarget.Key}` is in no group";
                return findingTarget;
            default:
                if (targets.Resolve(findingTarget.Key.Scope, action.Target) is { } named)
                {
                    return named;
                }

                problem ??= $"there is no target `{action.Target}`";
                return findingTarget;
        }
    }

    // INVARIANT: the same decision has the same key, after a crash and on any node; nothing here depends on when it was made,
    // except where the binding acts on every signal, and then the signal is what makes it another decision
    private static string KeyOf(LoopPass pass, Episode episode, BranchState branch)
    {
        var occasion = pass.Active.Binding.Repeat == RepeatRule.Signal
            ? $"{episode.Key.Check}/{pass.Signal?.Id ?? $"timer-{pass.At.ToUnixTimeMilliseconds()}"}/{pass.VerdictNumber}"
            : $"{episode.Id}/{(episode.Resolving ? "resolution" : $"round-{branch.Round}")}";
        return $"{episode.Key.Binding}/{episode.Key.Target}/{occasion}/{branch.Name}/{branch.Step + 1}/{branch.Attempt}";
    }
}
