using Jurassic;
using Jurassic.Library;
using Reeve.Languages.Data.Rows;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// The result of a script as JSON: its result variable, or the rows that it handed to <c>appendToResult</c>. Rows are handed on as they
/// come as soon as they are many; few stay here until the end.
/// </summary>
internal sealed class ScriptOutput(long most, IRowChannel channel)
{
    // a message cannot be larger, and no row needs to be
    private const int MostAtOnce = 512 * 1024 * 1024;

    private long _emitted;
    private int _rows;
    private bool _isList;

    /// <summary>What is written to, and not handed on yet.</summary>
    public JsonText Text { get; } = new();

    /// <summary>One more row of the result.</summary>
    public void Append(object? row, int depth = 0)
    {
        _isList = true;
        if (row is null or Undefined)
        {
            return;
        }

        ScriptValues.Write(row, this, depth);
        Text.Byte('\n');
        _rows++;
        if (Text.Length >= RowSpool.ChunkSize)
        {
            Emit();
        }
    }

    /// <summary>Says no when it has become too large.</summary>
    public void Check()
    {
        if (_emitted + Text.Length > most || Text.Length > MostAtOnce)
        {
            var limit = _emitted > 0 ? most : Math.Min(most, MostAtOnce);
            throw new ScriptOutputException($"the result is larger than {limit / 1024 / 1024} MiB as JSON");
        }
    }

    /// <summary>The whole result, or null when its rows have been handed on; the variable counts when no rows were appended.</summary>
    public ReadOnlyMemory<byte>? Close(Func<object?> variable)
    {
        if (!_isList)
        {
            var value = variable();
            if (value is not ArrayInstance array)
            {
                ScriptValues.Write(value, this);
                Check();
                return Text.Memory;
            }

            _isList = true;
            for (var i = 0u; i < array.Length; i++)
            {
                Append(array[i], 1);
            }
        }

        Check();
        if (_emitted > 0 || _rows > RowSpool.Few)
        {
            Emit();
            return null;
        }

        // no line holds a line break of its own
        byte[] list = [(byte)'[', .. Text.Span, (byte)']'];
        list.AsSpan().Replace((byte)'\n', (byte)',');
        return _rows == 0 ? list : (byte[])[.. list.AsSpan(0, list.Length - 2), (byte)']'];
    }

    private void Emit()
    {
        if (_rows > 0)
        {
            Check();
            channel.Emit(Text.Span, _rows);
            _emitted += Text.Length;
            _rows = 0;
            Text.Cut(0);
        }
    }
}

/// <summary>A result that cannot be handed on.</summary>
internal sealed class ScriptOutputException(string message) : Exception(message);
