using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Reeve.Core.Errors;
using Reeve.Core.Time;

namespace Reeve.Core.Documents;

/// <summary>
/// Reads the fields of an object and reports all mistakes at once: nothing is thrown, and a wrong field reads as if it were absent.
/// <see cref="Close"/> reports the fields that nobody asked for. A field that is null counts as absent.
/// </summary>
public sealed class FieldReader
{
    private readonly JsonElement _value;
    private readonly List<Mistake> _mistakes;
    private readonly AskedNames _asked = new();
    private readonly FieldReader? _parent;
    private readonly bool _isObject;
    private List<FieldReader>? _children;
    private readonly string _path;
    private string? _whole;
    private bool _closed;

    /// <summary>A reader for a value that should be an object; when it is none, that is the one mistake reported.</summary>
    public FieldReader(JsonElement value, string path, List<Mistake> mistakes) : this(value, null, path, mistakes)
    {
    }

    // with a parent, the path is a name below it, and is put together when somebody asks
    private FieldReader(JsonElement value, FieldReader? parent, string path, List<Mistake> mistakes)
    {
        _value = value;
        _mistakes = mistakes;
        _parent = parent;
        _path = path;
        _isObject = value.ValueKind == JsonValueKind.Object;
        if (!_isObject)
        {
            mistakes.Add(new Mistake(ErrorCodes.WrongType, Path, $"expected an object, found {Quote.Value(value)}"));
        }
    }

    /// <summary>Where the object stands, as a JSON pointer.</summary>
    public string Path => _parent is null ? _path : _whole ??= JsonPointer.Member(_parent.Path, _path);

    /// <summary>The object itself.</summary>
    public JsonElement Value => _value;

    /// <summary>The names of the fields that are there, in the order of the document; asking for them does not read them.</summary>
    public IEnumerable<string> Names => _isObject ? _value.EnumerateObject().Select(member => member.Name) : [];

    /// <summary>Is the field there, and not null? Asking counts as reading it.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>What kind of value the field has; undefined when it is absent or null. Asking counts as reading it.</summary>
    public JsonValueKind KindOf(string name) => TryGet(name, out var value) ? value.ValueKind : JsonValueKind.Undefined;

    /// <summary>A text, or null when it is absent.</summary>
    public string? Text(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        WrongType(name, "a text", value);
        return null;
    }

    /// <summary>A text that must be there and not be empty; empty when it is not.</summary>
    public string RequiredText(string name)
    {
        if (!Require(name))
        {
            return "";
        }

        var text = Text(name);
        if (text is not null && string.IsNullOrWhiteSpace(text))
        {
            Report(ErrorCodes.MissingField, name, $"the field `{name}` must not be empty");
        }

        return text ?? "";
    }

    /// <summary>A whole number within bounds, or null when it is absent; <c>3.0</c> is one.</summary>
    public int? Whole(string name, int min = int.MinValue, int max = int.MaxValue) => (int?)Long(name, min, max);

    /// <summary>A large whole number within bounds, or null when it is absent.</summary>
    public long? Long(string name, long min = long.MinValue, long max = long.MaxValue)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (!JsonNumbers.TryWhole(value, out var number))
        {
            WrongType(name, "a whole number", value);
            return null;
        }

        return InBounds<long>(name, number, min, max) ? number : null;
    }

    /// <summary>A number within bounds, or null when it is absent.</summary>
    public double? Number(string name, double? min = null, double? max = null)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (!JsonNumbers.TryNumber(value, out var number))
        {
            WrongType(name, "a number", value);
            return null;
        }

        return InBounds(name, number, min, max) ? number : null;
    }

    /// <summary>A flag: true or false; the given one when it is absent.</summary>
    public bool Flag(string name, bool otherwise = false)
    {
        if (!TryGet(name, out var value))
        {
            return otherwise;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        WrongType(name, "`true` or `false`", value);
        return otherwise;
    }

    /// <summary>A duration, as a text such as <c>30s</c> or a number of seconds; null when it is absent.</summary>
    public TimeSpan? Duration(string name, TimeSpan? min = null, TimeSpan? max = null)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (!JsonNumbers.TryDuration(value, out var duration))
        {
            WrongType(name, Durations.Expected, value);
            return null;
        }

        if (duration < min || duration > max)
        {
            var bounds = duration < min ? $"at least `{Durations.Format(min.Value)}`" : $"at most `{Durations.Format(max!.Value)}`";
            Report(ErrorCodes.NotAllowed, name, $"expected {bounds}, found `{Durations.Format(duration)}`");
            return null;
        }

        return duration;
    }

    /// <summary>A point in time such as <c>2026-03-01T08:00:00Z</c>, in UTC; null when it is absent. Without an offset it is UTC.</summary>
    public DateTimeOffset? Moment(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: <= 40 and >= 10 } text && char.IsAsciiDigit(text[0]) && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var moment))
        {
            return moment;
        }

        WrongType(name, "a point in time such as `2026-03-01T08:00:00Z`", value);
        return null;
    }

    /// <summary>One of several words, as what it stands for; null when it is absent.</summary>
    public T? OneOf<T>(string name, IReadOnlyDictionary<string, T> words) where T : struct
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (words.TryGetValue(text, out var found))
        {
            return found;
        }

        Report(ErrorCodes.NotAllowed, name,
            $"expected one of {Quote.List(words.Keys)}, found {Quote.Text(text)}{DidYouMean.Hint(text, words.Keys)}");
        return null;
    }

    /// <summary>A reader for an object inside this one, or null when it is absent or none; closed with this one.</summary>
    public FieldReader? Object(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        var child = new FieldReader(value, this, name, _mistakes);
        (_children ??= []).Add(child);
        return child._isObject ? child : null;
    }

    /// <summary>A reader for an object that must be there.</summary>
    public FieldReader? RequiredObject(string name) => Require(name) ? Object(name) : null;

    /// <summary>A list of objects, each read by the function; empty when it is absent.</summary>
    public ImmutableArray<T> List<T>(string name, Func<FieldReader, T> read) => Items(name, (item, path) =>
    {
        var child = new FieldReader(item, path, _mistakes);
        (_children ??= []).Add(child);
        return child._isObject ? (true, read(child)) : default;
    });

    /// <summary>A list of texts; empty when it is absent.</summary>
    public ImmutableArray<string> Texts(string name) => Items(name, (item, path) =>
    {
        if (item.ValueKind == JsonValueKind.String)
        {
            return (true, item.GetString()!);
        }

        _mistakes.Add(new Mistake(ErrorCodes.WrongType, path, Mismatch("a text", item)));
        return default;
    });

    /// <summary>An object whose members are all texts, such as labels; empty when it is absent.</summary>
    public ImmutableSortedDictionary<string, string> TextMap(string name)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (Object(name) is { } child)
        {
            foreach (var key in child.Names)
            {
                if (child.Text(key) is { } text)
                {
                    map[key] = text;
                }
            }
        }

        return map.ToImmutable();
    }

    /// <summary>An object whose members are objects, each read by the function with its name; empty when it is absent.</summary>
    public ImmutableArray<T> Map<T>(string name, Func<string, FieldReader, T> read)
    {
        var list = ImmutableArray.CreateBuilder<T>();
        if (Object(name) is { } child)
        {
            foreach (var key in child.Names)
            {
                if (child.RequiredObject(key) is { } member)
                {
                    list.Add(read(key, member));
                }
            }
        }

        return list.ToImmutable();
    }

    /// <summary>The value as it is, or null when it is absent; whoever asks reads on by <see cref="PathOf"/>.</summary>
    public JsonElement? Raw(string name) => TryGet(name, out var value) ? value : null;

    /// <summary>The items of a list as they are, each with its place; empty when it is absent.</summary>
    public ImmutableArray<(JsonElement Value, string Path)> RawList(string name) => Items(name, (item, path) => (true, (item, path)));

    /// <summary>Is the field there? Reports it as missing otherwise.</summary>
    public bool Require(string name)
    {
        if (TryGet(name, out _))
        {
            return true;
        }

        // when this is no object at all, that is the mistake, and it is reported
        if (_isObject)
        {
            _mistakes.Add(new Mistake(ErrorCodes.MissingField, Path, $"the field `{name}` is missing"));
        }

        return false;
    }

    /// <summary>Reports a mistake in a field.</summary>
    public void Report(string code, string name, string message) => _mistakes.Add(new Mistake(code, PathOf(name), message));

    /// <summary>Reports a mistake in the object as a whole.</summary>
    public void Report(string code, string message) => _mistakes.Add(new Mistake(code, Path, message));

    /// <summary>The place of a field, as a JSON pointer.</summary>
    public string PathOf(string name) => JsonPointer.Member(Path, name);

    /// <summary>Reports every field that nobody asked for, here and in the objects that were read through this one. Done once.</summary>
    public void Close()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        foreach (var name in Unknown()?.Distinct() ?? [])
        {
            var asked = _asked.All;
            var hint = DidYouMean.Hint(name, asked);
            var known = hint.Length > 0 || asked.Count == 0 ? hint : $"; there is {Quote.List(asked.Order(StringComparer.Ordinal))}";
            Report(ErrorCodes.UnknownField, name, $"the field {Quote.Text(name)} is not known here{known}");
        }

        foreach (var child in _children ?? [])
        {
            child.Close();
        }
    }

    private List<string>? Unknown()
    {
        List<string>? unknown = null;
        if (_isObject)
        {
            foreach (var member in _value.EnumerateObject())
            {
                if (member.Name is var name && !_asked.Contains(name))
                {
                    (unknown ??= []).Add(name);
                }
            }
        }

        return unknown;
    }

    private bool TryGet(string name, out JsonElement value)
    {
        _asked.Add(name);
        value = default;
        return _isObject && _value.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private ImmutableArray<T> Items<T>(string name, Func<JsonElement, string, (bool Fits, T Item)> read)
    {
        if (!TryGet(name, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            WrongType(name, "a list", value);
            return [];
        }

        var list = ImmutableArray.CreateBuilder<T>(value.GetArrayLength());
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var (fits, made) = read(item, JsonPointer.Item(PathOf(name), index++));
            if (fits)
            {
                list.Add(made);
            }
        }

        return list.ToImmutable();
    }

    private bool InBounds<T>(string name, T number, T? min, T? max) where T : struct, IComparable<T>, IFormattable
    {
        var low = min is { } least && number.CompareTo(least) < 0;
        if (!low && !(max is { } most && number.CompareTo(most) > 0))
        {
            return true;
        }

        var bound = low ? $"at least `{Plain(min!.Value)}`" : $"at most `{Plain(max!.Value)}`";
        Report(ErrorCodes.NotAllowed, name, $"expected {bound}, found `{Plain(number)}`");
        return false;
    }

    private static string Plain<T>(T number) where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);

    private void WrongType(string name, string expected, JsonElement found) =>
        Report(ErrorCodes.WrongType, name, Mismatch(expected, found));

    private static string Mismatch(string expected, JsonElement found)
    {
        // the usual slip in YAML: a version or a port that should be a text
        var quotes = expected == "a text" && found.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
            ? "; write it in quotes"
            : "";
        return $"expected {expected}, found {Quote.Value(found)}{quotes}";
    }
}
