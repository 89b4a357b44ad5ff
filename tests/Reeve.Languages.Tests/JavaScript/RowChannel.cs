using Reeve.Languages.Data.Rows;
using Reeve.Languages.JavaScript;
using Reeve.Languages.JavaScript.Running;

namespace Reeve.Languages.Tests.JavaScript;

/// <summary>Runs a script here, without a worker process; chunks go by hand.</summary>
internal sealed class RowChannel(IReadOnlyList<RowList> lists, RowWriter result) : IRowChannel
{
    public static ScriptOutcome Run(ScriptCall call, ScriptLimits limits, bool isPacked)
    {
        using var spool = new RowSpool(inMemory: 0);
        var given = isPacked ? call with { Arguments = [.. call.Arguments.Select(a => KeyValuePair.Create(a.Key, Packed(spool, a.Value)))] }
            : call;
        var rows = new RowWriter(spool);
        var machine = new ScriptMachine(new RowChannel(ScriptMessages.Packed(given), rows));
        var answer = machine.Run(ScriptMessages.WriteRequest(given, limits));
        return ScriptMessages.ReadAnswer(answer, () => rows.Finish().Whole)!;
    }

    public ReadOnlyMemory<byte> Lines(int argument, int chunk, ref byte[] room) => lists[argument].Lines(chunk, ref room);

    public void Emit(ReadOnlySpan<byte> lines, int rows) => result.AddLines(lines, rows);

    private static object? Packed(RowSpool spool, object? value)
    {
        if (value is not List<object?> list)
        {
            return value;
        }

        var writer = new RowWriter(spool);
        list.ForEach(writer.Add);
        return writer.Finish();
    }
}
