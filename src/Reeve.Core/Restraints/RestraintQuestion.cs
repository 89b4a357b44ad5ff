using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Matching;
using Reeve.Core.Targets;

namespace Reeve.Core.Restraints;

/// <summary>May this action start now? All that a restraint may look at.</summary>
/// <param name="Now">The loop's time.</param>
/// <param name="Binding">The binding that wants it.</param>
/// <param name="Action">What it wants to do.</param>
/// <param name="Target">What it wants to do it to.</param>
/// <param name="Episode">The episode that it is for.</param>
/// <param name="Branch">The branch of it, with its step and attempt.</param>
/// <param name="Key">The idempotency key that the action would have.</param>
/// <param name="Ledger">What was done and is being done.</param>
/// <param name="Targets">All targets.</param>
public readonly record struct RestraintQuestion(
    DateTimeOffset Now, Binding Binding, ActionSpec Action, Target Target, Episode Episode, BranchState Branch,
    string Key, ActionLedger Ledger, ITargets Targets);
