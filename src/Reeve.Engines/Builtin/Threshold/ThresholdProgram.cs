using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;

namespace Reeve.Engines.Builtin.Threshold;

/// <summary>
/// A value beyond a bound. The time rule: an event counts at its own time, and between events the key's time runs on with the loop's clock
/// from the newest event; so an agent that sends its values late and all at once is judged as if it had sent them in time. Where several
/// senders make one value, their clocks need not agree: there stability is measured on the loop's clock, and only order, smoothing
/// and age of a member's values go by its own. A time further ahead than a minute counts as now.
/// </summary>
internal sealed class ThresholdProgram(ThresholdSettings settings) : IInlineProgram
{
    public static CompileOutcome Compile(Policy policy)
    {
        var mistakes = new List<Core.Errors.Mistake>();
        var settings = ThresholdSettings.Read(policy.Properties, mistakes);
        return mistakes.Count > 0 ? CompileOutcome.Wrong(mistakes) : CompileOutcome.Of(new ThresholdProgram(settings));
    }

    /// <inheritdoc/>
    public IProgramInstance Open(JsonElement saved)
    {
        ThresholdInstance? instance = null;
        return Saved.TryRead(saved, state => instance = ThresholdInstance.Restore(settings, state))
            ? instance!
            : new ThresholdInstance(settings);
    }
}
