using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>
/// Reads what people write into documents. A text that starts with <c>{</c> or <c>[</c> is JSON (one object, several after each other, or
/// a list of objects) unless a line <c>---</c> is in it; every other text is YAML, with as many documents as it likes. Whatever
/// the text is, nothing is thrown: what is wrong comes back as mistakes with file, line and column.
/// </summary>
public static class DocumentReader
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a text that is in memory as characters.</summary>
    public static DocumentSet Read(string text, string file, DocumentLimits? limits = null)
    {
        byte[] bytes;
        try
        {
            bytes = Strict.GetBytes(text);
        }
        catch (EncoderFallbackException problem)
        {
            var (line, column) = PlaceOf(text, problem.Index);
            return Failed(ErrorCodes.NotUtf8, "half of a surrogate pair stands alone; save the text as UTF-8", file, line, column);
        }

        return Read(bytes.AsMemory(), file, limits);
    }

    /// <summary>Reads a text as it came: bytes that must be UTF-8.</summary>
    public static DocumentSet Read(ReadOnlyMemory<byte> text, string file, DocumentLimits? limits = null)
    {
        limits ??= DocumentLimits.Default;
        if (text.Length > limits.MaxBytes)
        {
            var message = Invariant($"the text has {text.Length} bytes, {limits.MaxBytes} are allowed; split it");
            return Failed(ErrorCodes.TooLarge, message, file, 1, 1);
        }

        if (!Utf8.IsValid(text.Span))
        {
            return NotUtf8(text.Span, file);
        }

        if (text.Span.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        var collected = new DocumentCollector(file, limits);
        if (IsJson(text.Span))
        {
            JsonText.Read(text, collected);
        }
        else
        {
            YamlText.Read(Encoding.UTF8.GetString(text.Span), collected);
        }

        return collected.ToSet();
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        var start = text.TrimStart(" \t\r\n"u8);
        if (start.Length == 0 || start[0] is not ((byte)'{' or (byte)'['))
        {
            return false;
        }

        // a line of JSON cannot start with a dash other than a number's, so this is a stream of YAML documents in flow style
        return start.IndexOf("\n---"u8) < 0;
    }

    private static DocumentSet NotUtf8(ReadOnlySpan<byte> text, string file)
    {
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return Failed(ErrorCodes.NotUtf8, "the text is UTF-16; save it as UTF-8", file, 1, 1);
        }

        int at = 0, line = 1, column = 1;
        while (Rune.DecodeFromUtf8(text[at..], out var rune, out var length) == OperationStatus.Done)
        {
            at += length;
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
        }

        var message = Invariant($"byte {at} (`0x{text[at]:x2}`) is not UTF-8; save the text as UTF-8");
        return Failed(ErrorCodes.NotUtf8, message, file, line, column);
    }

    private static (int Line, int Column) PlaceOf(string text, int index)
    {
        var before = text.AsSpan(0, index);
        return (before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }

    private static DocumentSet Failed(string code, string message, string file, int line, int column) =>
        new([], [new Mistake(code, "", message, new TextPosition(file, line, column))]);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What one reading has found so far.</summary>
internal sealed class DocumentCollector(string file, DocumentLimits limits)
{
    // more would only bury the first
    private const int MostMistakes = 100;
    private readonly ImmutableArray<Document>.Builder _documents = ImmutableArray.CreateBuilder<Document>();
    private readonly ImmutableArray<Mistake>.Builder _mistakes = ImmutableArray.CreateBuilder<Mistake>();
    private int _values;

    public DocumentLimits Limits => limits;

    /// <summary>Counts a value; false when there are too many of them.</summary>
    public bool CountValue() => ++_values <= limits.MaxValues;

    public void Report(string code, string message, int line, int column, string path = "")
    {
        if (_mistakes.Count < MostMistakes)
        {
            _mistakes.Add(new Mistake(code, path, message, new TextPosition(file, line, column)));
        }
    }

    /// <summary>Takes one more document; false when there are too many.</summary>
    public bool Add(System.Text.Json.JsonElement root, SourceNode node)
    {
        if (root.ValueKind != System.Text.Json.JsonValueKind.Object)
        {
            Report(ErrorCodes.WrongType,
                $"expected a document with fields such as `kind`, found {Quote.Value(root)}", node.Line, node.Column);
            return true;
        }

        if (_documents.Count == limits.MaxDocuments)
        {
            Report(ErrorCodes.TooLarge, $"there are more than {limits.MaxDocuments} documents; split the text", node.Line, node.Column);
            return false;
        }

        _documents.Add(new Document(root, new SourceMap(file, node), file));
        return true;
    }

    public DocumentSet ToSet() => new(_documents.ToImmutable(), _mistakes.ToImmutable());
}
