using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;

namespace Reeve.Senlin.Policies;

/// <summary>The engine of Senlin's policy types: inline, asked before and after the operations on a cluster.</summary>
/// <param name="minHealthInterval">The shortest interval that a health policy may have, in seconds.</param>
public sealed class SenlinEngine(int minHealthInterval) : IEngine
{
    /// <summary>The engine's name.</summary>
    public const string EngineName = "senlin";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IEnumerable<Mistake> CheckSource(PolicyType type)
    {
        const string own = "the engine `senlin` has its own policy types and takes no others; for a program of your own use `check`";
        return type.BuiltIn ? [] : [new Mistake(ErrorCodes.NotAllowed, "/spec/engine", own)];
    }

    /// <inheritdoc/>
    public CompileOutcome Compile(PolicyType type, Policy policy)
    {
        var mistakes = new List<Mistake>();
        var read = PolicyReader.ReadValues(type, policy.Properties, mistakes, minHealthInterval);
        mistakes.AddRange(PolicyReader.CheckUse(type, policy.Properties));
        if (read is null || mistakes.Count > 0)
        {
            return CompileOutcome.Wrong([.. mistakes.Select(m => m with { Path = "/spec/properties" + m.Path })]);
        }

        return CompileOutcome.Of(new SenlinProgram(read, policy));
    }
}
