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

    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private Known _last = new("");

    /// <summary>The name on which the reader stands.</summary>
    public string Read(ref Utf8JsonReader reader)
    {
        if (_last.Next is { } next && reader.ValueTextEquals(next.Utf8))
        {
            _last = next;
            return next.Name;
        }

        var name = reader.GetString()!;
        if (!_known.TryGetValue(name, out var known))
        {
            if (_known.Count >= Most)
            {
                return name;
            }

            _known.Add(name, known = new Known(name));
        }

        _last.Next = known;
        _last = known;
        return known.Name;
    }

    private sealed class Known(string name)
    {
        public string Name { get; } = name;

        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

        public Known? Next { get; set; }
    }
}
