using Jurassic;
using Jurassic.Compiler;

namespace Reeve.Languages.JavaScript;

/// <summary>Compiles a script without running it.</summary>
public static class ScriptSyntax
{
    // the parser is recursive; what it may be given is bounded, and its stack is made for that
    private const int Stack = 128 * 1024 * 1024;

    /// <summary>
    /// The first mistake of a script in sloppy ECMAScript 5, missing commas between properties allowed; null when there is none.
    /// </summary>
    public static ScriptError? Check(string code)
    {
        var (text, depth) = MissingCommas.Insert(code);
        if (depth.Error is not null)
        {
            return depth.Error;
        }

        ScriptError? error = null;
        var thread = new Thread(() => error = Compile(text), Stack);
        thread.Start();
        thread.Join();
        return error;
    }

    private static ScriptError? Compile(string text)
    {
        try
        {
            CompiledScript.Compile(new StringScriptSource(text, "script"), new CompilerOptions());
            return null;
        }
        catch (SyntaxErrorException e)
        {
            var message = e.Message.TrimEnd('.').Replace('\'', '`');
            return new ScriptError(Math.Max(e.LineNumber, 1), message.Length == 0 ? "not JavaScript"
                : char.ToLowerInvariant(message[0]) + message[1..]);
        }
    }
}
