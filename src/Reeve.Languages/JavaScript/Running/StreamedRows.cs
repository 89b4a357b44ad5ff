using System.Text.Json;
using Jurassic;
using Jurassic.Library;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// A list as it came, of which <c>getIterator</c> makes one row after the other an object, so that not all are in memory at once.
/// </summary>
internal sealed class StreamedRows : ObjectInstance
{
    public StreamedRows(ScriptEngine engine, ReadOnlyMemory<byte> json)
        : base(engine)
    {
        this["isStreamed"] = true;
        this["eachRow"] = new ClrStubFunction(engine.Function.InstancePrototype, "eachRow", 1, (_, _, args) =>
        {
            if (args is not [FunctionInstance visit, ..])
            {
                throw new JavaScriptException(ErrorType.TypeError, "Each: a function is needed");
            }

            Each(engine, json.Span, visit);
            return Undefined.Value;
        });
    }

    private static void Each(ScriptEngine engine, ReadOnlySpan<byte> json, FunctionInstance visit)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return;
        }

        for (var at = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; at++)
        {
            visit.CallLateBound(Undefined.Value, ScriptValues.Read(engine, ref reader), at);
        }
    }
}
