using Jurassic;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// Scripts that this worker has compiled, by their text: the same script is run again for each item that a template iterates. What is
/// kept is code without any state; each run has an engine of its own.
/// </summary>
internal static class ScriptCode
{
    // compiling a script of a line takes milliseconds, so a few dozen of usual size are worth their memory
    private const int Most = 100;
    private const int MostCharacters = 2_000_000;

    private static readonly Dictionary<string, CompiledScript> _compiled = new(StringComparer.Ordinal);
    private static readonly Lock _lock = new();
    private static int _characters;

    /// <summary>The script ready to run; an error says where it is nested too deeply.</summary>
    public static (CompiledScript? Script, ScriptError? Error) Compile(string text)
    {
        lock (_lock)
        {
            if (_compiled.TryGetValue(text, out var known))
            {
                return (known, null);
            }

            var (code, depth) = MissingCommas.Insert(text);
            if (depth.Error is { } tooDeep)
            {
                return (null, tooDeep);
            }

            var script = CompiledScript.Compile(new StringScriptSource(BitwiseOperands.Hide(code), "script"));
            if (_compiled.Count >= Most || _characters + text.Length > MostCharacters)
            {
                _compiled.Clear();
                _characters = 0;
            }

            _compiled[text] = script;
            _characters += text.Length;
            return (script, null);
        }
    }
}
