using System.Text;
using Jurassic;
using Jurassic.Compiler;
using Jurassic.Library;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// Runs one script after the other, each in an engine of its own, with underscore 1.4.4 as <c>_</c>. Nothing here stops a script that has
/// no end or fills memory: that is done from outside, by whoever owns the process.
/// </summary>
internal static class ScriptMachine
{
    // deep recursion of a script is an error of the script, so the stack must be deeper
    private const int Stack = 512 * 1024 * 1024;
    private const int DeepestCalls = 6000;

    private static readonly CompiledScript Prelude = Compiled("Prelude.js");
    private static readonly CompiledScript Underscore = Compiled("underscore.js");

    /// <summary>Runs a request and writes the answer; see <see cref="ScriptMessages"/> for both.</summary>
    public static byte[] Run(ReadOnlyMemory<byte> request)
    {
        byte[] answer = [];
        var thread = new Thread(() => answer = RunHere(request), Stack);
        thread.Start();
        thread.Join();
        return answer;
    }

    private static byte[] RunHere(ReadOnlyMemory<byte> request)
    {
        var console = new List<string>();
        try
        {
            var asked = ScriptMessages.ReadRequest(request);
            var output = new ScriptOutput(asked.Output);
            var engine = Engine(asked, console, output);
            foreach (var argument in asked.Arguments)
            {
                var value = argument.IsStreamed
                    ? new StreamedRows(engine, request[argument.Start..argument.End])
                    : ScriptValues.Read(engine, request.Span[argument.Start..argument.End]);
                engine.SetGlobalValue(argument.Name, value);
            }

            var (code, depth) = MissingCommas.Insert(asked.Code);
            if (depth.Error is { } tooDeep)
            {
                return ScriptMessages.Failed(tooDeep.Message, tooDeep.Line, console);
            }

            engine.Execute(new StringScriptSource(BitwiseOperands.Hide(code), "script"));
            return ScriptMessages.Done(output.Close(() => engine.GetGlobalValue(asked.Result)), console);
        }
        catch (JavaScriptException e)
        {
            return ScriptMessages.Failed(e.Message.TrimEnd('.'), Math.Max(0, e.LineNumber), console);
        }
        catch (SyntaxErrorException e)
        {
            return ScriptMessages.Failed($"SyntaxError: {e.Message}", Math.Max(0, e.LineNumber), console);
        }
        catch (ScriptOutputException e)
        {
            return ScriptMessages.Failed(e.Message, 0, console);
        }
        catch (StackOverflowException)
        {
            // the engine counts calls and throws this itself; the stack is not full
            return ScriptMessages.Failed("RangeError: functions call each other too deeply", 0, console);
        }
        catch (OutOfMemoryException)
        {
            return ScriptMessages.OutOfMemory;
        }
#pragma warning disable CA1031 // the engine throws what it likes where it meets its own mistakes: they are errors of this script only
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ScriptMessages.Failed($"InternalError: {e.Message.Split('\n')[0].TrimEnd('.')}", 0, console);
        }
    }

    private static ScriptEngine Engine(ScriptRequest asked, List<string> console, ScriptOutput output)
    {
        var engine = new ScriptEngine { RecursionDepthLimit = DeepestCalls };
        var left = asked.Console;
        var host = engine.Object.Construct();
        host["now"] = (double)asked.Now;
        host["log"] = new ClrStubFunction(engine.Function.InstancePrototype, "log", 1, (_, _, args) =>
        {
            var line = args.Length > 0 ? TypeConverter.ToString(args[0]) : "";
            if (left > 0)
            {
                console.Add(line.Length > left ? line[..left] : line);
                left -= line.Length + 1;
            }

            return Undefined.Value;
        });
        host["append"] = new ClrStubFunction(engine.Function.InstancePrototype, "append", 1, (_, _, args) =>
        {
            output.Append(args.Length > 0 ? args[0] : Undefined.Value);
            return Undefined.Value;
        });
        host["fixed"] = new ClrStubFunction(engine.Function.InstancePrototype, "fixed", 2, (_, _, args) =>
            DecimalText.Of(TypeConverter.ToNumber(args[0]), TypeConverter.ToInteger(args[1])));
        host["hmac"] = new ClrStubFunction(engine.Function.InstancePrototype, "hmac", 3, (_, _, args) =>
            KeyedHash.Of(TypeConverter.ToString(args[0]), TypeConverter.ToString(args[1]), TypeConverter.ToString(args[2])));
        engine.SetGlobalValue("__host", host);
        Prelude.Execute(engine);
        Underscore.Execute(engine);
        return engine;
    }

    private static CompiledScript Compiled(string name)
    {
        IntegerConversions.Install();
        using var stream = typeof(ScriptMachine).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return CompiledScript.Compile(new StringScriptSource(reader.ReadToEnd(), name));
    }
}
