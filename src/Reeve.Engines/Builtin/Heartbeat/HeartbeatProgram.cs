using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;

namespace Reeve.Engines.Builtin.Heartbeat;

/// <summary>
/// Silence. The time rule: a silence is measured on the loop's clock, from when the last sign of life came, as a sender whose clock is
/// wrong lives all the same; its own time only puts its events in order. A silence never counts the time that Reeve itself was away.
/// </summary>
internal sealed class HeartbeatProgram(HeartbeatSettings settings) : IInlineProgram
{
    public static CompileOutcome Compile(Policy policy)
    {
        var mistakes = new List<Core.Errors.Mistake>();
        var settings = HeartbeatSettings.Read(policy.Properties, mistakes);
        return mistakes.Count > 0 ? CompileOutcome.Wrong(mistakes) : CompileOutcome.Of(new HeartbeatProgram(settings));
    }

    /// <inheritdoc/>
    public IProgramInstance Open(JsonElement saved)
    {
        HeartbeatInstance? instance = null;
        return Saved.TryRead(saved, state => instance = HeartbeatInstance.Restore(settings, state))
            ? instance!
            : new HeartbeatInstance(settings);
    }
}
