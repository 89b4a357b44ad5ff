using Reeve.Languages.Data.Rows;

namespace Reeve.Flexera.Evaluation;

/// <summary>About what values take of memory, on a machine of 64 bits.</summary>
internal static class ValueSize
{
    private const int Reference = 8;
    private const int Object = 24;
    private const int Member = 40;

    /// <summary>Bytes; the names of members, which rows share, are not counted.</summary>
    public static long InMemory(object? value) => value switch
    {
        null => 0,
        string text => Object + (2L * text.Length),
        RowList rows => rows.Bytes - rows.OnDisk,
        List<object?> list => Object + (Reference * (long)list.Count) + list.Sum(InMemory),
        OrderedDictionary<string, object?> map => (3 * Object) + (Member * (long)map.Count) + map.Values.Sum(InMemory),
        _ => Object,
    };
}
