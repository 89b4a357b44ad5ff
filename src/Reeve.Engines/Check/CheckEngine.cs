using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Policies;

namespace Reeve.Engines.Check;

/// <summary>
/// The engine of checks: a program or a workflow whose end is the verdict. The built-in type <see cref="CheckTypes.Check"/> takes what
/// to run from the policy's properties; a policy type of a user names it in its source and gives its own properties to the program.
/// </summary>
public sealed class CheckEngine(IProgramRunner programs, IWorkflowRunner workflows) : IEngine
{
    /// <summary>The engine's name.</summary>
    public const string EngineName = "check";

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <inheritdoc/>
    public IEnumerable<Mistake> CheckSource(PolicyType type)
    {
        var mistakes = new List<Mistake>();
        if (!type.BuiltIn)
        {
            Check.CheckSource.Read(type.Source, "/spec/source", closed: true, mistakes);
        }

        return mistakes;
    }

    /// <inheritdoc/>
    public CompileOutcome Compile(PolicyType type, Policy policy)
    {
        var mistakes = new List<Mistake>();
        var source = type.BuiltIn
            ? Check.CheckSource.Read(policy.Properties, "/spec/properties", closed: false, mistakes)
            : Check.CheckSource.Read(type.Source, "/spec/source", closed: true, mistakes);
        return mistakes.Count > 0
            ? CompileOutcome.Wrong(mistakes)
            : CompileOutcome.Of(new CheckProgram(source, policy, ownProperties: !type.BuiltIn, programs, workflows));
    }
}
