using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Reeve.Languages.Streams.Query;

/// <summary>What a query is asked of: a JSON object that stands for an event.</summary>
internal readonly struct QuerySubject
{
    private readonly JsonElement _json;

    public QuerySubject(JsonElement seen) => _json = seen;

    /// <summary>The value of a field; nil when there is none.</summary>
    public QueryValue Of(QueryField field) =>
        _json.ValueKind == JsonValueKind.Object && _json.TryGetProperty(field.Name, out var value) ? Of(value) : QueryValue.Nil;

    /// <summary>Is the text one of the tags?</summary>
    public bool IsTagged(string tag)
    {
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

    /// <summary>A list or an object; equal when everything in it is.</summary>
    private sealed class JsonTree(JsonElement tree)
    {
        private readonly JsonElement _tree = tree;

        public override bool Equals(object? other) => other is JsonTree another && JsonElement.DeepEquals(_tree, another._tree);

        public override int GetHashCode() => (int)_tree.ValueKind;
    }
}
