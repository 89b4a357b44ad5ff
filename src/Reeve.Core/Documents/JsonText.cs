using System.Text;
using System.Text.Json;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>Reads JSON into documents and notes where each value stands.</summary>
internal sealed class JsonText
{
    private readonly ReadOnlyMemory<byte> _text;
    private readonly DocumentCollector _collected;
    private readonly Stack<Level> _levels = new();
    private int _line = 1;
    private int _lineStart;
    private int _scanned;

    private JsonText(ReadOnlyMemory<byte> text, DocumentCollector collected)
    {
        _text = text;
        _collected = collected;
    }

    public static void Read(ReadOnlyMemory<byte> text, DocumentCollector collected) => new JsonText(text, collected).Read();

    private void Read()
    {
        // one level more than allowed, so that it is this reader that says what is too deep
        var options = new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = _collected.Limits.MaxDepth + 2 };
        var reader = new Utf8JsonReader(_text.Span, options);
        try
        {
            while (reader.Read())
            {
                if (!ReadRoot(ref reader))
                {
                    return;
                }
            }
        }
        catch (JsonException problem)
        {
            ReportMalformed(problem);
        }
    }

    private bool ReadRoot(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        if (!Walk(ref reader, out var node))
        {
            return false;
        }

        var root = Parse(_text.Span[start..(int)reader.BytesConsumed], _collected.Limits.MaxDepth);
        if (root.ValueKind != JsonValueKind.Array)
        {
            return _collected.Add(root, node);
        }

        var index = 0;
        foreach (var item in root.EnumerateArray())
        {
            // each document keeps its own bytes, not those of the whole list
            if (!_collected.Add(item.Clone(), node.Item(index++)!))
            {
                return false;
            }
        }

        return true;
    }

    // walks one value token by token; the levels are on a list, so depth costs no stack
    private bool Walk(ref Utf8JsonReader reader, out SourceNode root)
    {
        root = null!;
        do
        {
            var (line, column) = Place((int)reader.TokenStartIndex);
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    root = _levels.Pop().Node;
                    continue;
                case JsonTokenType.PropertyName:
                    if (!NameMember(ref reader, line, column))
                    {
                        return false;
                    }

                    continue;
                default:
                    if (!_collected.CountValue())
                    {
                        _collected.Report(ErrorCodes.TooLarge,
                            $"there are more than {_collected.Limits.MaxValues} values; split the text", line, column);
                        return false;
                    }

                    root = Add(line, column);
                    break;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                _levels.Push(new Level(root, reader.TokenType == JsonTokenType.StartObject));
                if (_levels.Count > _collected.Limits.MaxDepth)
                {
                    _collected.Report(ErrorCodes.TooDeep,
                        $"objects and lists are more than {_collected.Limits.MaxDepth} levels deep", line, column);
                    return false;
                }
            }
            else if (reader.TokenType == JsonTokenType.String && !IsText(ref reader, line, column))
            {
                return false;
            }
        }
        while (_levels.Count > 0 && reader.Read());
        return true;
    }

    private bool NameMember(ref Utf8JsonReader reader, int line, int column)
    {
        if (!IsText(ref reader, line, column))
        {
            return false;
        }

        var level = _levels.Peek();
        level.Name = reader.GetString()!;
        level.NamePlace = (line, column);
        if (!level.Names!.Add(level.Name))
        {
            _collected.Report(ErrorCodes.Duplicate, $"the field {Quote.Text(level.Name)} stands here twice; remove one", line, column);
        }

        return true;
    }

    private SourceNode Add(int line, int column)
    {
        if (!_levels.TryPeek(out var level))
        {
            return new SourceNode(line, column);
        }

        if (level.Names is null)
        {
            var item = new SourceNode(line, column);
            level.Node.Add(item);
            return item;
        }

        // a member stands where its name stands
        var member = new SourceNode(level.NamePlace.Line, level.NamePlace.Column);
        level.Node.Add(level.Name, member);
        return member;
    }

    // an escape such as \ud800 alone passes the reader, and would throw at everybody who asks for the text
    private bool IsText(ref Utf8JsonReader reader, int line, int column)
    {
        if (!reader.ValueIsEscaped)
        {
            return true;
        }

        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            _collected.Report(ErrorCodes.MalformedText, "malformed JSON: an escape is half of a surrogate pair", line, column);
            return false;
        }
    }

    private static JsonElement Parse(ReadOnlySpan<byte> text, int maxDepth)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = maxDepth + 2 });
        return JsonElement.ParseValue(ref reader);
    }

    // tokens come in order, so the text is scanned for line ends once
    private (int Line, int Column) Place(int offset)
    {
        var span = _text.Span;
        while (_scanned < offset)
        {
            var next = span[_scanned..offset].IndexOf((byte)'\n');
            if (next < 0)
            {
                _scanned = offset;
                break;
            }

            _line++;
            _scanned += next + 1;
            _lineStart = _scanned;
        }

        return (_line, ColumnOf(span, offset));
    }

    // counted from the last place on the same line, so that one long line does not cost its length for every value
    private int _columnFrom;
    private int _columnAt = 1;

    private int ColumnOf(ReadOnlySpan<byte> span, int offset)
    {
        if (_columnFrom < _lineStart)
        {
            (_columnFrom, _columnAt) = (_lineStart, 1);
        }

        if (offset > _columnFrom)
        {
            _columnAt += Encoding.UTF8.GetCharCount(span[_columnFrom..offset]);
            _columnFrom = offset;
        }

        return _columnAt;
    }

    private void ReportMalformed(JsonException problem)
    {
        var line = (int)(problem.LineNumber ?? 0);
        var lineStart = 0;
        for (var i = 0; i < line; i++)
        {
            lineStart += _text.Span[lineStart..].IndexOf((byte)'\n') + 1;
        }

        var end = Math.Min(lineStart + (int)(problem.BytePositionInLine ?? 0), _text.Length);
        var column = Encoding.UTF8.GetCharCount(_text.Span[lineStart..end]) + 1;
        _collected.Report(ErrorCodes.MalformedText, $"malformed JSON: {Reason(problem.Message)}", line + 1, column);
    }

    // the reader's own sentence, without its own place and in the style of our messages
    private static string Reason(string message)
    {
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var text = (place < 0 ? message : message[..place]).Trim().TrimEnd('.').Replace('\'', '`');
        return text.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    private sealed class Level(SourceNode node, bool isObject)
    {
        public SourceNode Node { get; } = node;

        public HashSet<string>? Names { get; } = isObject ? new(StringComparer.Ordinal) : null;

        public string Name { get; set; } = "";

        public (int Line, int Column) NamePlace { get; set; }
    }
}
