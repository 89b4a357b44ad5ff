using System.Runtime.CompilerServices;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>What a document may cost: its nesting has a limit of its own, its length counts as steps of the evaluation.</summary>
internal sealed class Effort(Action check)
{
    /// <summary>How deep selections, values, types and chains of fragments may be nested.</summary>
    public const int DeepestNesting = 500;

    private const int StepsPerCheck = 256;

    private int _steps;
    private int _depth;

    public void Step()
    {
        if (++_steps % StepsPerCheck == 0)
        {
            check();
        }
    }

    public void Enter(Place place)
    {
        Step();
        if (++_depth > DeepestNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new GraphQlException($"nested deeper than {DeepestNesting} levels", place);
        }
    }

    public void Leave() => _depth--;
}
