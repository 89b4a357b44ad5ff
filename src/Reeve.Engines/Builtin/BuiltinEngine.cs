using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;
using Reeve.Engines.Builtin.Capacity;
using Reeve.Engines.Builtin.Heartbeat;
using Reeve.Engines.Builtin.Threshold;

namespace Reeve.Engines.Builtin;

/// <summary>The engine of the policy types that are part of Reeve; see <see cref="BuiltinTypes"/>.</summary>
public sealed class BuiltinEngine : IEngine
{
    /// <summary>The engine's name.</summary>
    public const string EngineName = "builtin";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IEnumerable<Mistake> CheckSource(PolicyType type)
    {
        const string own = "the engine `builtin` has its own policy types and takes no others; for a program of your own use `check`";
        return type.BuiltIn ? [] : [new Mistake(ErrorCodes.NotAllowed, "/spec/engine", own)];
    }

    /// <inheritdoc/>
    public CompileOutcome Compile(PolicyType type, Policy policy) => type.Name switch
    {
        BuiltinTypes.Threshold => ThresholdProgram.Compile(policy),
        BuiltinTypes.Heartbeat => HeartbeatProgram.Compile(policy),
        BuiltinTypes.Capacity => CapacityProgram.Compile(policy),
        _ => CompileOutcome.Wrong(new Mistake(
            ErrorCodes.NotFound, "/spec/type",
            $"the engine `builtin` has no policy type `{type.FullName}`{DidYouMean.Hint(type.Name, BuiltinTypes.Names)}")),
    };
}
