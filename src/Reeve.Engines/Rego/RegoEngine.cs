using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Policies;

namespace Reeve.Engines.Rego;

/// <summary>The engine of policy types that are written in Rego; docs/rego-engine.md says what a policy sees and what it may say.</summary>
public sealed class RegoEngine : IEngine
{
    /// <summary>The engine's name.</summary>
    public const string EngineName = "rego";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IEnumerable<Mistake> CheckSource(PolicyType type)
    {
        var mistakes = new List<Mistake>();
        RegoSource.Read(type.Source, mistakes)?.Compile(mistakes);
        return mistakes;
    }

    /// <inheritdoc/>
    public CompileOutcome Compile(PolicyType type, Policy policy)
    {
        var mistakes = new List<Mistake>();
        var source = RegoSource.Read(type.Source, mistakes);
        return source?.Compile(mistakes) is { } program
            ? CompileOutcome.Of(new RegoPolicyProgram(source, program, policy))
            : CompileOutcome.Wrong(mistakes);
    }
}
