using System.Text.Json;

namespace Reeve.Languages.Data.Rows;

/// <summary>JSON to values, row by row; each thread has its own.</summary>
internal sealed class RowText
{
    /// <summary>The deepest nesting of what scripts and answers make, and of what is made of both.</summary>
    public const int Deepest = 1000;

    private readonly RowNames _names = new();

    /// <summary>The value of one row, which has about so many members.</summary>
    public object? Read(ReadOnlySpan<byte> row, int members = 0)
    {
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = Deepest });
        reader.Read();
        return Read(ref reader, members);
    }

    /// <summary>Reads the value on which the reader stands, up to its last token.</summary>
    public object? Read(ref Utf8JsonReader reader, int members)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new OrderedDictionary<string, object?>(members, StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = _names.Read(ref reader);
                    reader.Read();
                    map[name] = Read(ref reader, 0);
                }

                return map;
            case JsonTokenType.StartArray:
                var list = new List<object?>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    // items of one list are mostly alike
                    list.Add(Read(ref reader, list.Count > 0 && list[^1] is OrderedDictionary<string, object?> one ? one.Count : 0));
                }

                return list;
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return reader.TryGetDouble(out var number) ? number : 0d;
            case JsonTokenType.True:
                return Boxed.True;
            case JsonTokenType.False:
                return Boxed.False;
            default:
                return null;
        }
    }

    private static class Boxed
    {
        public static readonly object True = true;
        public static readonly object False = false;
    }
}
