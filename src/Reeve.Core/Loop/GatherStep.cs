using Reeve.Core.Evaluation;

namespace Reeve.Core.Loop;

/// <summary>
/// Gather: the facts about the key's target, as they are now. They are a view: an engine that asks for nothing costs nothing.
/// </summary>
public sealed class GatherStep : ILoopStep
{
    /// <inheritdoc/>
    public string Name => "gather";

    /// <inheritdoc/>
    public StepOutcome Run(LoopPass pass, LoopOwner owner)
    {
        // the target may have changed since the signal was matched
        var target = owner.Targets.Version == pass.TargetsVersion
            ? pass.KeyTarget
            : owner.Targets.Find(pass.KeyTarget.Key) ?? pass.KeyTarget;
        pass.Facts = new Facts(target, owner.Targets, pass.Active.Binding.Name);
        return StepOutcome.Continue;
    }
}
