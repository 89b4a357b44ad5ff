using System.Globalization;
using Jurassic;
using Jurassic.Compiler;
using Jurassic.Library;
using Reeve.Languages.Data;
using Reeve.Languages.JavaScript;

namespace Reeve.Flexera.Scripts;

/// <summary>Runs scripts inside this process, each in an engine of its own: nothing stops one that loops.</summary>
/// <param name="library">JavaScript that is loaded before every script; empty for none.</param>
public sealed class InProcessScripts(string library) : IScripts
{
    private const int Stack = 64 * 1024 * 1024;

    // what a script leaves behind, by the rules of the original: holes of lists vanish, what is no plain object becomes an empty one
    private const string Export = """
        (function (root) {
          function out(v, depth) {
            if (v === undefined || v === null) { return null; }
            if (typeof v === 'number') { return isFinite(v) ? v : null; }
            if (typeof v === 'boolean' || typeof v === 'string') { return v; }
            if (depth > 200) { throw new Error('the result is nested more than 200 deep'); }
            if (Object.prototype.toString.call(v) === '[object Array]') {
              var list = [];
              for (var i = 0; i < v.length; i++) { if (v[i] !== undefined) { list.push(out(v[i], depth + 1)); } }
              return list;
            }
            var map = {};
            if (Object.prototype.toString.call(v) === '[object Object]') {
              for (var k in v) { if (Object.prototype.hasOwnProperty.call(v, k)) { map[k] = out(v[k], depth + 1); } }
            }
            return map;
          }
          return JSON.stringify(out(root, 0));
        })
        """;

    private const string Clock = """
        (function (now) {
          var Real = Date;
          var Fixed = function (a, b, c, d, e, f, g) {
            if (!(this instanceof Fixed)) { return new Real(now).toString(); }
            switch (arguments.length) {
              case 0: return new Real(now);
              case 1: return new Real(a);
              default: return new Real(a, b, c || 1, d || 0, e || 0, f || 0, g || 0);
            }
          };
          Fixed.prototype = Real.prototype;
          Fixed.now = function () { return now; };
          Fixed.parse = Real.parse;
          Fixed.UTC = Real.UTC;
          Date = Fixed;
        })
        """;

    /// <inheritdoc/>
    public Task<ScriptYield> RunAsync(ScriptUse use, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<ScriptYield>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => done.SetResult(Run(use)), Stack) { IsBackground = true };
        thread.Start();
        return done.Task.WaitAsync(cancellationToken);
    }

    private ScriptYield Run(ScriptUse use)
    {
        var console = new List<string>();
        try
        {
            var engine = new ScriptEngine { RecursionDepthLimit = 2000 };
            engine.Evaluate<FunctionInstance>(Clock).Call(Null.Value, (double)use.Now.ToUnixTimeMilliseconds());
            engine.Execute(library);
            engine.SetGlobalFunction("__log", (string text) => console.Add(text));
            engine.SetGlobalFunction("btoa", (string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text)));
            engine.SetGlobalFunction("atob", (string text) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(text)));
            engine.Execute("var console = { log: function () { __log([].slice.call(arguments).join(' ')); } }; console.dir = console.log;");
            for (var i = 0; i < use.Parameters.Count && i < use.Arguments.Count; i++)
            {
                engine.SetGlobalValue(use.Parameters[i], JSONObject.Parse(engine, JsonData.Write(use.Arguments[i])));
            }

            engine.Execute(new StringScriptSource(ScriptSyntax.Repair(use.Code), use.Name));
            var text = engine.Evaluate<FunctionInstance>(Export).Call(Null.Value, engine.GetGlobalValue(use.Result)) as string;
            return JsonData.TryParse(text ?? "null", out var value, out var error)
                ? new ScriptYield(value, null, console) : new ScriptYield(null, error, console);
        }
        catch (JavaScriptException e)
        {
            var line = e.LineNumber > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {use.Line + e.LineNumber - 1}: ") : "";
            return new ScriptYield(null, line + e.Message, console);
        }
        catch (Exception e) when (e is SyntaxErrorException or StackOverflowException or FormatException or InvalidOperationException)
        {
            return new ScriptYield(null, e.Message, console);
        }
    }
}
