using System.Text.RegularExpressions;
using Jurassic;
using Jurassic.Library;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// A fresh engine with the functions of the host and underscore 1.4.4 as <c>_</c>, made before anybody knows for which script; it runs
/// one script and is thrown away, so that no script finds anything of another.
/// </summary>
internal sealed partial class ScriptHost
{
    // deep recursion of a script is an error of the script
    private const int DeepestCalls = 6000;

    private static readonly CompiledScript Prelude = Compiled("Prelude.js");
    private static readonly CompiledScript Underscore = Compiled("underscore.js");

    private ScriptOutput? _output;
    private double _now;
    private string _code = "";
    private int _console;

    public ScriptHost()
    {
        Engine = new ScriptEngine { RecursionDepthLimit = DeepestCalls };
        var host = Engine.Object.Construct();
        host["now"] = Function("now", 0, _ => _now);
        host["waits"] = Function("waits", 0, _ => WaitingLoop().IsMatch(_code));
        host["log"] = Function("log", 1, args =>
        {
            Log(args.Length > 0 ? TypeConverter.ToString(args[0]) : "");
            return Undefined.Value;
        });
        host["append"] = Function("append", 1, args =>
        {
            _output!.Append(args.Length > 0 ? args[0] : Undefined.Value);
            return Undefined.Value;
        });
        host["fixed"] = Function("fixed", 2, args => DecimalText.Of(TypeConverter.ToNumber(args[0]), TypeConverter.ToInteger(args[1])));
        host["hmac"] = Function("hmac", 3, args =>
            KeyedHash.Of(TypeConverter.ToString(args[0]), TypeConverter.ToString(args[1]), TypeConverter.ToString(args[2])));
        Engine.SetGlobalValue("__host", host);
        Prelude.Execute(Engine);
        Underscore.Execute(Engine);
    }

    public ScriptEngine Engine { get; }

    /// <summary>What the script logged.</summary>
    public List<string> Console { get; } = [];

    /// <summary>Says for which script it is.</summary>
    public void Serve(ScriptRequest asked, ScriptOutput output)
    {
        _output = output;
        _now = asked.Now;
        _code = asked.Code;
        _console = asked.Console;
    }

    // a loop that does nothing but ask for the time
    [GeneratedRegex(@"\bwhile\s*\([^{};]*\bDate\b[^{};]*\)\s*(?:;|\{(?:\s|/\*[^*]*\*/|//[^\n]*\n)*\})", RegexOptions.NonBacktracking)]
    private static partial Regex WaitingLoop();

    private ClrStubFunction Function(string name, int length, Func<object[], object> call) =>
        new(Engine.Function.InstancePrototype, name, length, (_, _, args) => call(args));

    private void Log(string line)
    {
        if (_console > 0)
        {
            Console.Add(line.Length > _console ? line[.._console] : line);
            _console -= line.Length + 1;
        }
    }

    private static CompiledScript Compiled(string name)
    {
        IntegerConversions.Install();
        using var stream = typeof(ScriptHost).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return CompiledScript.Compile(new StringScriptSource(reader.ReadToEnd(), name));
    }
}
