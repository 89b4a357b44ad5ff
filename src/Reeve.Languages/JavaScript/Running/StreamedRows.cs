using Jurassic;
using Jurassic.Library;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// A long list of which <c>getIterator</c> makes one row after the other an object, so that not all are in memory at once.
/// </summary>
internal sealed class StreamedRows : ObjectInstance
{
    public StreamedRows(ScriptEngine engine, PackedRows rows, IRowChannel channel)
        : base(engine)
    {
        this["isStreamed"] = true;
        this["eachRow"] = new ClrStubFunction(engine.Function.InstancePrototype, "eachRow", 1, (_, _, args) =>
        {
            if (args is not [FunctionInstance visit, ..])
            {
                throw new JavaScriptException(ErrorType.TypeError, "Each: a function is needed");
            }

            Each(engine, rows, channel, (row, at) => visit.CallLateBound(Undefined.Value, row, at));
            return Undefined.Value;
        });
    }

    /// <summary>The same list as an array of the script.</summary>
    public static ArrayInstance Whole(ScriptEngine engine, PackedRows rows, IRowChannel channel)
    {
        var items = new object[rows.Rows];
        Each(engine, rows, channel, (row, at) => items[at] = row);
        return engine.Array.New(items);
    }

    private static void Each(ScriptEngine engine, PackedRows rows, IRowChannel channel, Action<object, int> visit)
    {
        var values = new ScriptValues(engine);
        byte[] room = [];
        var at = 0;
        for (var chunk = 0; chunk < rows.Chunks; chunk++)
        {
            var lines = channel.Lines(rows.Number, chunk, ref room);
            while (lines.Span.IndexOf((byte)'\n') is var length and >= 0)
            {
                visit(values.Read(lines.Span[..length]), at++);
                lines = lines[(length + 1)..];
            }
        }
    }
}
