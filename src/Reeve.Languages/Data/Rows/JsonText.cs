using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Reeve.Languages.Data.Rows;

/// <summary>
/// JSON in UTF-8 that grows: the same characters that <see cref="JsonData.Write(object?)"/> makes, but for infinity, which stays one.
/// </summary>
internal sealed class JsonText
{
    private const int LongestNumber = 32;

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\u007f\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014"
        + "\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    private byte[] _bytes = new byte[1024];

    /// <summary>How much there is.</summary>
    public int Length { get; private set; }

    /// <summary>Has a number been written that JSON has no text for?</summary>
    public bool HasInfinite { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Forgets all from there on.</summary>
    public void Cut(int length) => Length = length;

    public void Byte(char ascii)
    {
        Room(1);
        _bytes[Length++] = (byte)ascii;
    }

    public void Raw(ReadOnlySpan<byte> json)
    {
        Room(json.Length);
        json.CopyTo(_bytes.AsSpan(Length));
        Length += json.Length;
    }

    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void Null() => Raw("null"u8);

    public void Number(double number)
    {
        Room(LongestNumber);
        if (Math.Abs(number) < 1e15 && number == Math.Floor(number))
        {
            // whole numbers are most of them; minus nought is nought
            Utf8Formatter.TryFormat((long)number, _bytes.AsSpan(Length), out var digits);
            Length += digits;
        }
        else if (double.IsNaN(number))
        {
            Null();
        }
        else if (double.IsInfinity(number))
        {
            HasInfinite = true;
            Raw(number > 0 ? "1e999"u8 : "-1e999"u8);
        }
        else if (number.TryFormat(_bytes.AsSpan(Length), out var written, "R", System.Globalization.CultureInfo.InvariantCulture)
            && !_bytes.AsSpan(Length, written).Contains((byte)'E'))
        {
            Length += written;
        }
        else
        {
            Length += Encoding.ASCII.GetBytes(JsonData.NumberText(number), _bytes.AsSpan(Length));
        }
    }

    public void Text(ReadOnlySpan<char> text)
    {
        Byte('"');
        while (text.IndexOfAny(Escaped) is var stop and >= 0)
        {
            Plain(text[..stop]);
            Escape(text[stop]);
            text = text[(stop + 1)..];
        }

        Plain(text);
        Byte('"');
    }

    /// <summary>Any value that <see cref="JsonData"/> speaks of.</summary>
    public void Value(object? value)
    {
        switch (value)
        {
            case string text:
                Text(text);
                break;
            case double number:
                Number(number);
                break;
            case bool boolean:
                Boolean(boolean);
                break;
            case OrderedDictionary<string, object?> map:
                Byte('{');
                for (var at = 0; at < map.Count; at++)
                {
                    if (at > 0)
                    {
                        Byte(',');
                    }

                    var (name, item) = map.GetAt(at);
                    Text(name);
                    Byte(':');
                    Value(item);
                }

                Byte('}');
                break;
            case List<object?> list:
                Byte('[');
                for (var at = 0; at < list.Count; at++)
                {
                    if (at > 0)
                    {
                        Byte(',');
                    }

                    Value(list[at]);
                }

                Byte(']');
                break;
            case RowList rows:
                Value(rows.Whole);
                break;
            default:
                Null();
                break;
        }
    }

    private void Plain(ReadOnlySpan<char> text)
    {
        Room(text.Length < RowSpool.ChunkSize ? text.Length * 3 : Encoding.UTF8.GetByteCount(text));
        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    private void Escape(char c)
    {
        Byte('\\');
        switch (c)
        {
            case '"' or '\\':
                Byte(c);
                break;
            case '\n':
                Byte('n');
                break;
            case '\r':
                Byte('r');
                break;
            case '\t':
                Byte('t');
                break;
            case '\b':
                Byte('b');
                break;
            case '\f':
                Byte('f');
                break;
            default:
                Raw("u00"u8);
                Byte("0123456789abcdef"[c >> 4]);
                Byte("0123456789abcdef"[c & 15]);
                break;
        }
    }

    private void Room(int more)
    {
        if (_bytes.Length - Length < more)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)_bytes.Length * 2, (long)Length + more)));
        }
    }
}
