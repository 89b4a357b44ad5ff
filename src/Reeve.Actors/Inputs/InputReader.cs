using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Actors.Inputs;

/// <summary>
/// Reads an actor's inputs or a driver's configuration: a <see cref="FieldReader"/> with defaults, whose mistakes are sentences that begin
/// with the place. Where it wants texts it takes numbers too: an input filled in from a reference keeps the type that it had there.
/// </summary>
internal sealed class InputReader
{
    private readonly FieldReader _fields;
    private readonly List<Mistake> _found;
    private readonly List<string> _mistakes;

    public InputReader(JsonElement value, List<string> mistakes)
    {
        (_found, _mistakes) = ([], mistakes);
        var absent = value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
        _fields = Told(() => new FieldReader(absent ? Json.EmptyObject : value, "", _found));
    }

    private InputReader(FieldReader fields, InputReader parent) => (_fields, _found, _mistakes) = (fields, parent._found, parent._mistakes);

    public string? Text(string name) => Told(() => _fields.Text(name));

    public string RequiredText(string name) => Told(() => _fields.RequiredText(name));

    public int Whole(string name, int otherwise, int min, int max) => Told(() => _fields.Whole(name, min, max)) ?? otherwise;

    public bool Flag(string name, bool otherwise) => Told(() => _fields.Flag(name, otherwise));

    public TimeSpan Duration(string name, TimeSpan otherwise, TimeSpan max) =>
        Told(() => _fields.Duration(name, TimeSpan.Zero, max)) ?? otherwise;

    /// <summary>The value of a field as it is; undefined when absent.</summary>
    public JsonElement Raw(string name) => _fields.Raw(name) ?? default;

    /// <summary>A list of texts; a single text counts as a list of one where <paramref name="single"/> says so.</summary>
    public ImmutableArray<string> Texts(string name, bool single = false)
    {
        if (single && _fields.KindOf(name) == JsonValueKind.String)
        {
            return [Text(name)!];
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var (value, path) in Told(() => _fields.RawList(name)))
        {
            if (Scalar(value) is { } text)
            {
                texts.Add(text);
            }
            else
            {
                Add(path, $"expected a text, found {Quote.Value(value)}");
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>The names of the fields that are there.</summary>
    public IEnumerable<string> Names => _fields.Names;

    /// <summary>Names with texts; empty when absent.</summary>
    public ImmutableSortedDictionary<string, string> TextMap(string name)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (Told(() => _fields.Object(name)) is { } members)
        {
            foreach (var key in members.Names)
            {
                var value = members.Raw(key) ?? default;
                if (Scalar(value) is { } text)
                {
                    map[key] = text;
                }
                else
                {
                    Add(members.PathOf(key), "expected a text");
                }
            }
        }

        return map.ToImmutable();
    }

    /// <summary>A nested object to read on; null when absent.</summary>
    public InputReader? Object(string name) => Told(() => _fields.Object(name)) is { } child ? new InputReader(child, this) : null;

    /// <summary>The objects of a list, each read by the function.</summary>
    public ImmutableArray<T> Objects<T>(string name, Func<InputReader, T> read) =>
        Told(() => _fields.List(name, child => read(new InputReader(child, this))));

    /// <summary>Notes a mistake about a field.</summary>
    public void Report(string name, string message) => Add(_fields.PathOf(name), message);

    /// <summary>Reports every field that nobody asked for, here and below.</summary>
    public void Close() => Told(() =>
    {
        _fields.Close();
        return true;
    });

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    /// <summary>A JSON pointer as people write places: <c>fail[0].verb</c>.</summary>
    private static string Place(string pointer)
    {
        var parts = pointer.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(parts.Select((part, i) => part.All(char.IsAsciiDigit) ? $"[{part}]" : i == 0 ? part : $".{part}"));
    }

    private T Told<T>(Func<T> read)
    {
        var result = read();
        foreach (var mistake in _found)
        {
            Add(mistake.Path, mistake.Message);
        }

        _found.Clear();
        return result;
    }

    private void Add(string path, string message) => _mistakes.Add(path.Length == 0 ? message : $"{Place(path)}: {message}");
}
