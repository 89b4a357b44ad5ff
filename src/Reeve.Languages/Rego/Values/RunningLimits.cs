using System.Runtime.CompilerServices;

namespace Reeve.Languages.Rego.Values;

/// <summary>
/// The limits of the evaluation that runs on this thread, for work on values that no statement counts. Small policies can build values
/// that share their parts and are endless when they are visited: whatever visits or writes values says so here.
/// </summary>
internal static class RunningLimits
{
    private const int StepsPerCheck = 1024;
    private const int CharactersPerCheck = 1 << 20;

    [ThreadStatic]
    private static Action? _check;

    [ThreadStatic]
    private static int _steps;

    [ThreadStatic]
    private static int _characters;

    /// <summary>From now on these limits hold; answers those that held before, to be put back.</summary>
    public static Action? Use(Action? check)
    {
        var before = _check;
        _check = check;
        return before;
    }

    /// <summary>One array, object or set is visited, and what is in it will be: rules can nest values deeper than any stack.</summary>
    public static void Step()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++_steps >= StepsPerCheck)
        {
            Check();
        }
    }

    /// <summary>Characters were added to a text that is being made.</summary>
    public static void Write(int characters)
    {
        if ((_characters += Math.Min(characters, CharactersPerCheck)) >= CharactersPerCheck)
        {
            Check();
        }
    }

    /// <summary>Something dear was done.</summary>
    public static void Check()
    {
        (_steps, _characters) = (0, 0);
        _check?.Invoke();
    }
}
