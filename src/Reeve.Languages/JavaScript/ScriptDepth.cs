namespace Reeve.Languages.JavaScript;

/// <summary>How deep the tree of a script will be, seen from its tokens: a parser that is recursive must not meet one without an
/// end.</summary>
internal sealed class ScriptDepth
{
    private const int DeepestBrackets = 200;
    private const int LongestChain = 5000;

    private int _chain;
    private int _else;

    /// <summary>The first thing that is too deep, or null.</summary>
    public ScriptError? Error { get; private set; }

    public void See(string token, bool isValue, int brackets, int line)
    {
        _chain = token is ";" or "," or "{" or "}" ? 0 : isValue ? _chain : _chain + 1;
        _else += token == "else" ? 1 : 0;
        Error ??= brackets > DeepestBrackets ? new ScriptError(line, $"brackets are nested more than {DeepestBrackets} deep")
            : _chain > LongestChain ? new ScriptError(line, $"an expression has more than {LongestChain} operators")
            : _else > LongestChain ? new ScriptError(line, $"there are more than {LongestChain} branches") : null;
    }
}
