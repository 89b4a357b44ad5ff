using Jurassic;
using Jurassic.Compiler;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// Runs one script after the other, each in an engine of its own. Nothing here stops a script that has no end or fills memory: that is
/// done from outside, by whoever owns the process.
/// </summary>
internal sealed class ScriptMachine(IRowChannel channel)
{
    // deep recursion of a script is an error of the script, so the stack must be deeper
    private const int Stack = 512 * 1024 * 1024;

    private ScriptHost? _next;

    /// <summary>Makes the engine of the next script now, while nobody waits for it.</summary>
    public void Prepare() => _next ??= new ScriptHost();

    /// <summary>Runs a request and writes the answer; see <see cref="ScriptMessages"/> for both.</summary>
    public byte[] Run(ReadOnlyMemory<byte> request)
    {
        byte[] answer = [];
        var thread = new Thread(() => answer = RunHere(request), Stack);
        thread.Start();
        thread.Join();
        return answer;
    }

    private byte[] RunHere(ReadOnlyMemory<byte> request)
    {
        List<string> console = [];
        try
        {
            var host = _next ?? new ScriptHost();
            _next = null;
            console = host.Console;
            var asked = ScriptMessages.ReadRequest(request);
            var output = new ScriptOutput(asked.Output, channel);
            host.Serve(asked, output);
            var values = new ScriptValues(host.Engine);
            foreach (var argument in asked.Arguments)
            {
                host.Engine.SetGlobalValue(argument.Name, argument.Packed switch
                {
                    null => values.Read(request.Span[argument.Start..argument.End]),
                    { IsStreamed: true } streamed => new StreamedRows(host.Engine, streamed, channel),
                    var packed => StreamedRows.Whole(host.Engine, packed, channel),
                });
            }

            var (script, error) = ScriptCode.Compile(asked.Code);
            if (script is null)
            {
                return ScriptMessages.Failed(error!.Message, error.Line, console);
            }

            script.Execute(host.Engine);
            return ScriptMessages.Done(output.Close(() => host.Engine.GetGlobalValue(asked.Result)), console);
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
        catch (IOException)
        {
            // nobody is there to answer
            throw;
        }
#pragma warning disable CA1031 // the engine throws what it likes where it meets its own mistakes: they are errors of this script only
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ScriptMessages.Failed($"InternalError: {e.Message.Split('\n')[0].TrimEnd('.')}", 0, console);
        }
    }
}
