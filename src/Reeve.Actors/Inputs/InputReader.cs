using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Reeve.Actors.Inputs;

/// <summary>Reads the fields of an actor's inputs or a driver's configuration, and collects all mistakes instead of stopping at the first.</summary>
internal sealed class InputReader
{
    private readonly JsonElement _object;
    private readonly string _place;
    private readonly List<string> _mistakes;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public InputReader(JsonElement value, string place, List<string> mistakes)
    {
        (_object, _place, _mistakes) = (value, place, mistakes);
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined or JsonValueKind.Null))
        {
            _mistakes.Add($"{(place.Length == 0 ? "inputs" : place)}: expected an object, found {Found(value)}");
        }
    }

    /// <summary>Notes a mistake about a field.</summary>
    public void Report(string name, string message) => _mistakes.Add($"{Place(name)}: {message}");

    /// <summary>The value of a field as it is; undefined when absent.</summary>
    public JsonElement Raw(string name)
    {
        _known.Add(name);
        return _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : default;
    }

    public string? Text(string name)
    {
        var value = Raw(name);
        return value.ValueKind switch
        {
            JsonValueKind.Undefined => null,
            JsonValueKind.String => value.GetString(),
            _ => Wrong<string>(name, "a text", value),
        };
    }

    public string RequiredText(string name)
    {
        if (Raw(name).ValueKind == JsonValueKind.Undefined)
        {
            Report(name, "is missing");
            return "";
        }

        return Text(name) ?? "";
    }

    public int Whole(string name, int fallback, int min, int max)
    {
        var value = Raw(name);
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return fallback;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number) || number < min || number > max)
        {
            Report(name, $"expected a whole number from {min} to {max}, found {Found(value)}");
            return fallback;
        }

        return number;
    }

    public bool Flag(string name, bool fallback)
    {
        var value = Raw(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return fallback;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                Report(name, $"expected true or false, found {Found(value)}");
                return fallback;
        }
    }

    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan max)
    {
        var value = Raw(name);
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return fallback;
        }

        var read = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out var seconds) => Seconds(seconds),
            JsonValueKind.String => ParseDuration(value.GetString()!),
            _ => null,
        };
        if (read is not { } duration)
        {
            Report(name, $"expected a duration such as `30s`, found {Found(value)}");
            return fallback;
        }

        if (duration < TimeSpan.Zero || duration > max)
        {
            Report(name, $"expected a duration of at most {max.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s, found {Found(value)}");
            return fallback;
        }

        return duration;
    }

    /// <summary>A list of texts; a single text counts as a list of one where <paramref name="single"/> says so.</summary>
    public ImmutableArray<string> Texts(string name, bool single = false)
    {
        var value = Raw(name);
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return [];
        }

        if (single && value.ValueKind == JsonValueKind.String)
        {
            return [value.GetString()!];
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)))
        {
            Report(name, $"expected a list of texts, found {Found(value)}");
            return [];
        }

        return [.. value.EnumerateArray().Select(Scalar)];
    }

    public ImmutableSortedDictionary<string, string> TextMap(string name)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var value = Raw(name);
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
        {
            Report(name, $"expected names with texts, found {Found(value)}");
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)
                {
                    Report($"{name}.{member.Name}", $"expected a text, found {Found(member.Value)}");
                    continue;
                }

                read[member.Name] = Scalar(member.Value);
            }
        }

        return read.ToImmutable();
    }

    /// <summary>A nested object to read on; null when absent.</summary>
    public InputReader? Object(string name)
    {
        var value = Raw(name);
        return value.ValueKind == JsonValueKind.Undefined ? null : new InputReader(value, Place(name), _mistakes);
    }

    /// <summary>The objects of a list to read on.</summary>
    public IEnumerable<InputReader> Objects(string name)
    {
        var value = Raw(name);
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Report(name, $"expected a list, found {Found(value)}");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, i) => new InputReader(item, $"{Place(name)}[{i}]", _mistakes))];
    }

    /// <summary>Reports every field that nobody asked for.</summary>
    public void Close()
    {
        if (_object.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in _object.EnumerateObject().Where(member => !_known.Contains(member.Name)))
        {
            Report(member.Name, $"unknown field `{member.Name}`; known are {string.Join(", ", _known.Order(StringComparer.Ordinal).Select(name => $"`{name}`"))}");
        }
    }

    private static TimeSpan? ParseDuration(string text)
    {
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return text.AsSpan(digits.Length) switch
        {
            "ms" => Seconds(number / 1000),
            "" or "s" => Seconds(number),
            "m" => Seconds(number * 60),
            "h" => Seconds(number * 3600),
            "d" => Seconds(number * 86400),
            _ => null,
        };
    }

    private static TimeSpan? Seconds(double seconds) =>
        double.IsFinite(seconds) && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;

    private static string Scalar(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Found(JsonElement value)
    {
        var text = value.GetRawText();
        return $"`{(text.Length > 60 ? string.Concat(text.AsSpan(0, 60), "…") : text)}`";
    }

    private T? Wrong<T>(string name, string expected, JsonElement value) where T : class
    {
        Report(name, $"expected {expected}, found {Found(value)}");
        return null;
    }

    private string Place(string name) => _place.Length == 0 ? name : $"{_place}.{name}";
}
