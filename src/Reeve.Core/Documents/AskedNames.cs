namespace Reeve.Core.Documents;

/// <summary>
/// The names that somebody asked an object for. Mostly there are a few, and many objects are read at a start: these lie in a short array;
/// a set is made only for an object with many.
/// </summary>
internal sealed class AskedNames
{
    private const int Few = 24;

    private string[] _few = new string[6];
    private HashSet<string>? _many;
    private int _count;

    /// <summary>All of them, each once.</summary>
    public IReadOnlyCollection<string> All =>
        _many is not null ? _many : _few.Take(_count).Distinct(StringComparer.Ordinal).ToList();

    /// <summary>Adds a name.</summary>
    public void Add(string name)
    {
        if (_many is not null)
        {
            _many.Add(name);
            return;
        }

        if (_count == Few)
        {
            _many = new HashSet<string>(_few, StringComparer.Ordinal) { name };
            return;
        }

        if (_count == _few.Length)
        {
            Array.Resize(ref _few, Math.Min(Few, 2 * _count));
        }

        _few[_count++] = name;
    }

    /// <summary>Was it asked for?</summary>
    public bool Contains(string name)
    {
        if (_many is not null)
        {
            return _many.Contains(name);
        }

        for (var i = 0; i < _count; i++)
        {
            if (string.Equals(_few[i], name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
