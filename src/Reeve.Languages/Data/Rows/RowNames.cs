using System.Text;
using System.Text.Json;

namespace Reeve.Languages.Data.Rows;

/// <summary>
/// The names of members, each as one text however often it comes: rows have the same names in the same order, so the one that came
/// behind the last name the time before is tried first.
/// </summary>
internal sealed class RowNames
{
    private const int Most = 10_000;

    private readonly Dictionary<string, RowName> _known = new(StringComparer.Ordinal);
    private RowName _last = new("");

    /// <summary>The name on which the reader stands.</summary>
    public RowName Read(ref Utf8JsonReader reader)
    {
        if (_last.Next is { } next && reader.ValueTextEquals(next.Utf8))
        {
            _last = next;
            return next;
        }

        var name = reader.GetString()!;
        if (!_known.TryGetValue(name, out var known))
        {
            if (_known.Count >= Most)
            {
                return new RowName(name);
            }

            _known.Add(name, known = new RowName(name));
        }

        _last.Next = known;
        _last = known;
        return known;
    }
}

/// <summary>A name of members.</summary>
internal sealed class RowName(string name)
{
    public string Name { get; } = name;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>The name that came behind it the last time.</summary>
    public RowName? Next { get; set; }

    /// <summary>How many members, or items, what is called so had the last time: room to begin with.</summary>
    public int Room { get; set; }
}
