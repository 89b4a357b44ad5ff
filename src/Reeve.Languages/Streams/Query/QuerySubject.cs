using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Query;

/// <summary>What a query is asked of: an event, or a JSON object that stands for one.</summary>
internal readonly struct QuerySubject
{
    private readonly StreamEvent? _event;
    private readonly JsonElement _json;

    public QuerySubject(StreamEvent seen) => _event = seen;

    public QuerySubject(JsonElement seen) => _json = seen;

    /// <summary>The value of a field; nil when there is none.</summary>
    public QueryValue Of(QueryField field)
    {
        if (_event is not { } seen)
        {
            return _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(field.Name, out var value) ? Of(value) : QueryValue.Nil;
        }

        return field.Place switch
        {
            EventField.Host when seen.Host is { } host => QueryValue.Of(host),
            EventField.Service when seen.Service is { } service => QueryValue.Of(service),
            EventField.State when seen.State is { } state => QueryValue.Of(state),
            EventField.Description when seen.Description is { } description => QueryValue.Of(description),
            EventField.Metric when seen.Metric.HasValue => Of(seen.Metric),
            EventField.Time when seen.Time.HasValue => Of(seen.Time),
            EventField.Ttl when seen.Ttl.HasValue => Of(seen.Ttl),
            EventField.Tags when seen.Tags is { } tags => QueryValue.OfOther(tags),
            _ => seen.Attributes.Length == 0 ? QueryValue.Nil : Attribute(seen, field.Name),
        };
    }

    /// <summary>Is the text one of the tags?</summary>
    public bool IsTagged(string tag)
    {
        if (_event is { } seen)
        {
            return seen.Tags is { } tags && Array.IndexOf(tags, tag) >= 0;
        }

        if (_json.ValueKind == JsonValueKind.Object && _json.TryGetProperty("tags", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.String && item.ValueEquals(tag))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static QueryValue Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => QueryValue.Nil,
        JsonValueKind.True => QueryValue.Of(true),
        JsonValueKind.False => QueryValue.Of(false),
        JsonValueKind.String => Text(value),
        JsonValueKind.Number => Number(value),
        _ => QueryValue.OfOther(new JsonTree(value)),
    };

    // half of a surrogate pair is JSON and no text
    private static QueryValue Text(JsonElement value)
    {
        try
        {
            return QueryValue.Of(value.GetString());
        }
        catch (InvalidOperationException)
        {
            return QueryValue.OfOther(new JsonTree(value));
        }
    }

    private static QueryValue Number(JsonElement value)
    {
        if (value.TryGetInt64(out var whole))
        {
            return QueryValue.Of(whole);
        }

        var digits = value.GetRawText();
        return digits.AsSpan().IndexOfAny(".eE") < 0
            ? QueryValue.Of(BigInteger.Parse(digits, CultureInfo.InvariantCulture))
            : QueryValue.Of(value.GetDouble());
    }

    private static QueryValue Of(in StreamNumber number) => number.Kind switch
    {
        NumberKind.Long => QueryValue.Of(number.Whole),
        NumberKind.Double => QueryValue.Of(number.ToDouble()),
        NumberKind.Big => QueryValue.Of(number.Numerator),
        NumberKind.Ratio => QueryValue.OfRatio(number.Numerator, number.Denominator),
        _ => QueryValue.Nil,
    };

    // an unusual value of a standard field is here too, under the field's name
    private static QueryValue Attribute(StreamEvent seen, string name)
    {
        foreach (var (key, value) in seen.Attributes)
        {
            if (key.Name == name)
            {
                return value switch
                {
                    null => QueryValue.Nil,
                    string text => QueryValue.Of(text),
                    bool flag => QueryValue.Of(flag),
                    _ when Numbers.TryOf(value) is { HasValue: true } number => Of(number),
                    _ => QueryValue.OfOther(value),
                };
            }
        }

        return QueryValue.Nil;
    }

    /// <summary>A list or an object; equal when everything in it is.</summary>
    private sealed class JsonTree(JsonElement tree)
    {
        private readonly JsonElement _tree = tree;

        public override bool Equals(object? other) => other is JsonTree another && JsonElement.DeepEquals(_tree, another._tree);

        public override int GetHashCode() => (int)_tree.ValueKind;
    }
}
