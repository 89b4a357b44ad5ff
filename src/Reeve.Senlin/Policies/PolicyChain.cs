using Reeve.Core.Signals;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Policies;

/// <summary>One policy of a chain.</summary>
internal sealed record ChainLink(PolicyIdentity Identity, string TypeName, int Priority, SenlinPolicy Policy);

/// <summary>What a whole chain said.</summary>
/// <param name="IsOk">May the action run?</param>
/// <param name="Reason">The last policy's sentence, or the chain's own.</param>
/// <param name="Trace">Who was asked, in order, and what each said.</param>
internal sealed record ChainOutcome(bool IsOk, string Reason, IReadOnlyList<(ChainLink Link, Decision Decision)> Trace);

/// <summary>
/// Asks the policies of a cluster about an action, in the order of their priorities; the first no ends it. The loop does the same with
/// bindings; this is the dry run, where nothing exists.
/// </summary>
internal static class PolicyChain
{
    public static ChainOutcome Ask(PolicyQuestion question, IEnumerable<ChainLink> links)
    {
        var trace = new List<(ChainLink, Decision)>();
        string? said = null;
        foreach (var link in links.OrderBy(l => l.Priority))
        {
            if (!link.Policy.Handles(question))
            {
                continue;
            }

            var decision = question.Phase == OperationPhase.Before
                ? link.Policy.Before(question, link.Identity)
                : link.Policy.After(question, link.Identity);
            trace.Add((link, decision));
            said = decision.Reason ?? said;
            if (decision.IsError)
            {
                return new ChainOutcome(false, decision.Reason!, trace);
            }
        }

        if (question is { Action: ActionNames.Resize, Phase: OperationPhase.Before }
            && !question.Data.ContainsKey("creation") && !question.Data.ContainsKey("deletion")
            && Sizes.ResizeRule.Resolve(question) is { IsError: true } wrong)
        {
            return new ChainOutcome(false, wrong.Reason!, trace);
        }

        return new ChainOutcome(true, said ?? "Completed policy checking.", trace);
    }
}
