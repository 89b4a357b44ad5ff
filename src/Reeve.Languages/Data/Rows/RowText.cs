using System.Text.Json;

namespace Reeve.Languages.Data.Rows;

/// <summary>JSON to values, row by row; each thread has its own.</summary>
internal sealed class RowText
{
    /// <summary>The deepest nesting of what scripts and answers make, and of what is made of both.</summary>
    public const int Deepest = 1000;

    // one long list says nothing of the next one
    private const int MostRoom = 64;

    private readonly RowNames _names = new();

    /// <summary>The value of one row, which has about so many members.</summary>
    public object? Read(ReadOnlySpan<byte> row, int room = 0)
    {
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = Deepest });
        reader.Read();
        return Read(ref reader, room);
    }

    /// <summary>Reads the value on which the reader stands, up to its last token.</summary>
    public object? Read(ref Utf8JsonReader reader, int room)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new OrderedDictionary<string, object?>(room, StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = _names.Read(ref reader);
                    reader.Read();
                    var value = Read(ref reader, name.Room);
                    name.Room = Room(value);
                    map[name.Name] = value;
                }

                return map;
            case JsonTokenType.StartArray:
                var list = new List<object?>(room);
                for (var inside = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray;)
                {
                    // items of one list are mostly alike
                    var item = Read(ref reader, inside);
                    inside = Room(item);
                    list.Add(item);
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

    /// <summary>The room that another value like this one needs.</summary>
    public static int Room(object? like) => like switch
    {
        OrderedDictionary<string, object?> map => Math.Min(map.Count, MostRoom),
        List<object?> list => Math.Min(list.Count, MostRoom),
        _ => 0,
    };

    private static class Boxed
    {
        public static readonly object True = true;
        public static readonly object False = false;
    }
}
