using System.Text.Json;
using Reeve.Core.Targets;

namespace Reeve.Core.Restraints;

/// <summary>
/// Node started: act only on a target that is meant to run (Cloudify's
/// <c>is_node_started_before_workflow</c>): started, or failed after it was.
/// </summary>
public sealed class NodeStartedRestraint : IRestraint
{
    /// <inheritdoc/>
    public string Name => "node_started";

    /// <inheritdoc/>
    public RestraintAnswer Ask(in RestraintQuestion question) => question.Target.State is TargetState.Started or TargetState.Failed
        ? RestraintAnswer.Allow
        : RestraintAnswer.Held(new Explanation(question.Target.Key.Path, question.Target.State), null);

    /// <summary>It is not running, on purpose.</summary>
    public sealed record Explanation(string Target, TargetState State) : RestraintExplanation
    {
        /// <inheritdoc/>
        public override string Text => $"`{Target}` is {State.ToString().ToLowerInvariant()}, not started";

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteString("state", State.ToString().ToLowerInvariant());
    }
}
