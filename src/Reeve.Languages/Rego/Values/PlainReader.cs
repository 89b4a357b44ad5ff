using System.Buffers.Binary;
using System.Numerics;
using System.Text.Json;

namespace Reeve.Languages.Rego.Values;

/// <summary>
/// Reads JSON straight from its bytes, in about half the time that the framework's reader takes. It answers null for whatever it does not
/// take, and says nothing of it: the framework's reader then reads the text once more and finds the reason.
/// </summary>
internal ref struct PlainReader
{
    private const int MostDigits = 18;
    private const ulong Ones = 0x0101_0101_0101_0101;
    private const ulong Tops = 0x8080_8080_8080_8080;

    private readonly ReadOnlySpan<byte> _json;
    private readonly int _deepest;
    private readonly ReadScratch _scratch;
    private readonly TextCache.Entry[] _texts;
    private int _at;
    private int _depth;

    private PlainReader(ReadOnlySpan<byte> json, int deepest, ReadScratch scratch)
    {
        _json = json;
        _deepest = deepest;
        _scratch = scratch;
        _texts = TextCache.OfThread;
    }

    /// <summary>The value of the text; null when it is not valid, or nested deeper than that.</summary>
    public static Value? Read(ReadOnlySpan<byte> json, int deepest)
    {
        var scratch = ReadScratch.OfThread;
        var reader = new PlainReader(json, deepest, scratch);
        try
        {
            var value = reader.ReadValue();
            return value is not null && reader.SkipSpace() < 0 ? value : null;
        }
        finally
        {
            scratch.Clear();
        }
    }

    /// <summary>The next byte that is no space, which is not taken; −1 at the end.</summary>
    private int SkipSpace()
    {
        var json = _json;
        var at = _at;
        while ((uint)at < (uint)json.Length)
        {
            var next = json[at];
            if (next > ' ' || next is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t'))
            {
                _at = at;
                return next;
            }

            at++;
        }

        _at = at;
        return -1;
    }

    private Value? ReadValue()
    {
        switch (SkipSpace())
        {
            case '"':
                return ReadText();
            case '{':
                return ReadObject();
            case '[':
                return ReadArray();
            case 't':
                return Take("true"u8) ? BooleanValue.True : null;
            case 'f':
                return Take("false"u8) ? BooleanValue.False : null;
            case 'n':
                return Take("null"u8) ? NullValue.Instance : null;
            case '-' or (>= '0' and <= '9'):
                return ReadNumber();
            default:
                return null;
        }
    }

    private bool Take(ReadOnlySpan<byte> word)
    {
        if (!_json[_at..].StartsWith(word))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    private ObjectValue? ReadObject()
    {
        if (++_depth > _deepest)
        {
            return null;
        }

        _at++;
        var from = _scratch.MemberCount;
        if (SkipSpace() == '}')
        {
            _at++;
            _depth--;
            return ObjectValue.Empty;
        }

        while (true)
        {
            if (SkipSpace() != '"' || ReadText() is not { } key || SkipSpace() != ':')
            {
                return null;
            }

            _at++;
            if (ReadValue() is not { } value)
            {
                return null;
            }

            _scratch.Add(key, value);
            var next = SkipSpace();
            _at++;
            if (next == '}')
            {
                _depth--;
                var made = _scratch.ToObject(from);
                _scratch.DropMembers(from);
                return made;
            }

            if (next != ',')
            {
                return null;
            }
        }
    }

    private ArrayValue? ReadArray()
    {
        if (++_depth > _deepest)
        {
            return null;
        }

        _at++;
        var from = _scratch.ItemCount;
        if (SkipSpace() == ']')
        {
            _at++;
            _depth--;
            return ArrayValue.Empty;
        }

        while (true)
        {
            if (ReadValue() is not { } item)
            {
                return null;
            }

            _scratch.Add(item);
            var next = SkipSpace();
            _at++;
            if (next == ']')
            {
                _depth--;
                var made = ArrayValue.Own(_scratch.Items(from));
                _scratch.DropItems(from);
                return made;
            }

            if (next != ',')
            {
                return null;
            }
        }
    }

    private StringValue? ReadText()
    {
        var start = ++_at;
        var end = FindEnd(start);
        if ((uint)end >= (uint)_json.Length || _json[end] < ' ')
        {
            return null;
        }

        if (_json[end] == '"')
        {
            _at = end + 1;
            return TextCache.Read(_texts, _json, start, end - start);
        }

        // a text with escapes is left to the framework's reader, alone
        while (_json[end] != '"')
        {
            end = FindEnd(end + (_json[end] == '\\' ? 2 : 1));
            if (end >= _json.Length || _json[end] < ' ')
            {
                return null;
            }
        }

        var reader = new Utf8JsonReader(_json[(start - 1)..(end + 1)]);
        try
        {
            _ = reader.Read();
            _at = end + 1;
            return TextCache.Read(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Where the next quote, backslash or control character is, or the end of the JSON.</summary>
    private readonly int FindEnd(int at)
    {
        var json = _json;
        while (at + sizeof(ulong) <= json.Length)
        {
            // of each byte that is one of these the top bit is set; bits above the first may be wrong
            var word = BinaryPrimitives.ReadUInt64LittleEndian(json[at..]);
            var quote = word ^ (Ones * '"');
            var slash = word ^ (Ones * '\\');
            var found = (((quote - Ones) & ~quote) | ((slash - Ones) & ~slash) | ((word - (Ones * ' ')) & ~word)) & Tops;
            if (found != 0)
            {
                return at + (BitOperations.TrailingZeroCount(found) >> 3);
            }

            at += sizeof(ulong);
        }

        while (at < json.Length && json[at] >= ' ' && json[at] is not ((byte)'"' or (byte)'\\'))
        {
            at++;
        }

        return at;
    }

    private NumberValue? ReadNumber()
    {
        var json = _json;
        var start = _at;
        var negative = json[start] == '-';
        var at = negative ? start + 1 : start;
        var first = at;
        long whole = 0;
        for (; (uint)at < (uint)json.Length && json[at] is >= (byte)'0' and <= (byte)'9' && at - first <= MostDigits; at++)
        {
            whole = (whole * 10) + (json[at] - '0');
        }

        var digits = at - first;
        var more = (uint)at < (uint)json.Length && json[at] is (byte)'.' or (byte)'e' or (byte)'E' or (>= (byte)'0' and <= (byte)'9');
        if (digits is > 0 and <= MostDigits && !more && (json[first] != '0' || (digits == 1 && !negative)))
        {
            _at = at;
            return NumberValue.Of(negative ? -whole : whole);
        }

        while ((uint)at < (uint)json.Length && json[at] is (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'e' or (byte)'E'
            or (byte)'+' or (byte)'-')
        {
            at++;
        }

        var reader = new Utf8JsonReader(json[start..at]);
        try
        {
            _ = reader.Read();
            _at = at;
            return ValueJson.ReadNumber(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
