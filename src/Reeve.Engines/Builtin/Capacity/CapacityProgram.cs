using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;

namespace Reeve.Engines.Builtin.Capacity;

/// <summary>Fewer instances than wanted. It counts the targets as they are, so its times are those of the loop's clock.</summary>
internal sealed class CapacityProgram(CapacitySettings settings) : IInlineProgram
{
    public static CompileOutcome Compile(Policy policy)
    {
        var mistakes = new List<Core.Errors.Mistake>();
        var settings = CapacitySettings.Read(policy.Properties, mistakes);
        return mistakes.Count > 0 ? CompileOutcome.Wrong(mistakes) : CompileOutcome.Of(new CapacityProgram(settings));
    }

    /// <inheritdoc/>
    public IProgramInstance Open(JsonElement saved)
    {
        CapacityInstance? instance = null;
        return Saved.TryRead(saved, state => instance = CapacityInstance.Restore(settings, state))
            ? instance!
            : new CapacityInstance(settings);
    }
}
