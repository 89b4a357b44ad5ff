using System.Buffers;
using System.Text.Json;
using Jurassic;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>
/// The result of a script as JSON: its result variable, or the rows that it handed to <c>appendToResult</c>, written as they come.
/// </summary>
internal sealed class ScriptOutput : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _writer;
    private readonly int _most;
    private bool _hasRows;

    public ScriptOutput(int most)
    {
        _most = most;
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { MaxDepth = 1000, SkipValidation = true });
    }

    /// <summary>One more row of the result.</summary>
    public void Append(object? row)
    {
        if (!_hasRows)
        {
            _writer.WriteStartArray();
            _hasRows = true;
        }

        if (row is not (null or Undefined))
        {
            ScriptValues.Write(_writer, row, this);
        }
    }

    /// <summary>Says no when it has become too large.</summary>
    public void Check()
    {
        if (_writer.BytesCommitted + _writer.BytesPending > _most)
        {
            throw new ScriptOutputException($"the result is larger than {_most / 1024 / 1024} MiB as JSON");
        }
    }

    /// <summary>The whole result; the variable counts when no rows were handed on.</summary>
    public ReadOnlyMemory<byte> Close(Func<object?> variable)
    {
        if (_hasRows)
        {
            _writer.WriteEndArray();
        }
        else
        {
            ScriptValues.Write(_writer, variable(), this);
        }

        _writer.Flush();
        Check();
        return _buffer.WrittenMemory;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}

/// <summary>A result that cannot be handed on.</summary>
internal sealed class ScriptOutputException(string message) : Exception(message);
