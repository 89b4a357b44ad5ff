using System.Globalization;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Rest;

/// <summary>What lists of one kind can be narrowed and sorted by, and how a request asks for it.</summary>
internal sealed class ListRequest<T> where T : SenlinRecord
{
    private static readonly string[] Common = ["limit", "marker", "sort", "global_project"];

    /// <summary>What can be asked for with a value; several values mean any of them.</summary>
    public required IReadOnlyDictionary<string, Func<T, string?>> Filters { get; init; }

    /// <summary>The values that some filters can have; another one is a mistake, not an empty list.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Choices { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>What can be sorted by.</summary>
    public required IReadOnlyDictionary<string, Func<T, IComparable?>> Keys { get; init; }

    /// <summary>Names in the query that mean something else.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>The page of records that a request asks for.</summary>
    public IReadOnlyList<T> Select(SenlinCall call, RecordTable<T> table, Func<T, bool>? also = null)
    {
        var query = call.Http.Request.Query;
        foreach (var name in query.Keys)
        {
            if (!Common.Contains(name) && !Filters.ContainsKey(name) && !Others.Contains(name))
            {
                throw SenlinFault.BadRequest($"Invalid parameter {name}");
            }
        }

        foreach (var (name, choices) in Choices)
        {
            if (query[name].FirstOrDefault(v => !choices.Contains(v ?? "")) is { } unknown)
            {
                throw SenlinFault.BadRequest(
                    $"Field value {unknown} is invalid for '{name}'; valid values are: {string.Join(", ", choices)}.");
            }
        }

        var limit = Limit(query["limit"].ToString());
        var global = Flag("global_project", query["global_project"].ToString());
        if (global && call.AsksWho)
        {
            throw new SenlinFault(403, "Forbidden", "You are not authorized to see the records of all projects.");
        }

        var marker = query["marker"].ToString();
        if (marker.Length > 0 && !Uuid.Is(marker))
        {
            throw SenlinFault.BadRequest($"The value for marker is not a valid UUID: '{marker}'.");
        }

        var wanted = Filters
            .Where(f => query.ContainsKey(f.Key))
            .Select(f => (Of: f.Value, Values: query[f.Key].Select(v => v ?? "").ToHashSet(StringComparer.Ordinal)))
            .ToList();
        bool Fits(T record) =>
            (also is null || also(record))
            && (global || call.Caller == Ownership.Local || record.Owner.Project == call.Caller.Project)
            && wanted.TrueForAll(w => w.Values.Contains(w.Of(record) ?? ""));

        var sort = query["sort"].ToString();
        if (sort.Length == 0)
        {
            return table.TryAfter(marker.Length > 0 ? marker : null, out var after)
                ? [.. after.Value.Where(Fits).Take(limit)]
                : throw NoMarker(marker);
        }

        IEnumerable<T> sorted = Sorted(table.All.Where(Fits), sort);
        if (marker.Length > 0)
        {
            if (table.Get(marker) is null)
            {
                throw NoMarker(marker);
            }

            sorted = sorted.SkipWhile(r => r.Id != marker).Skip(1);
        }

        return [.. sorted.Take(limit)];
    }

    /// <summary>Yes or no in a query.</summary>
    public static bool Flag(string name, string value) => value.ToLowerInvariant() switch
    {
        "" or "false" => false,
        "true" => true,
        _ => throw SenlinFault.BadRequest($"Invalid value '{value}' specified for '{name}'"),
    };

    // a page that cannot be found is said to be missing: an empty one would look like the end, and the first one would never end
    private static SenlinFault NoMarker(string marker) => SenlinFault.BadRequest($"The marker '{marker}' could not be found.");

    private static int Limit(string text)
    {
        if (text.Length == 0)
        {
            return int.MaxValue;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var limit))
        {
            throw SenlinFault.BadRequest($"The value for limit must be an integer: '{text}'.");
        }

        return limit >= 0 ? limit : throw SenlinFault.BadRequest("Value must be >= 0 for field 'limit'.");
    }

    private IEnumerable<T> Sorted(IEnumerable<T> records, string sort)
    {
        IOrderedEnumerable<T>? sorted = null;
        foreach (var part in sort.Split(','))
        {
            var words = part.Split(':');
            var key = words[0];
            if (!Keys.TryGetValue(key, out var of))
            {
                throw SenlinFault.BadRequest($"Unsupported sort key '{key}' for 'sort'.");
            }

            var direction = words.Length > 1 ? words[1] : "asc";
            if (words.Length > 2 || direction is not ("asc" or "desc" or ""))
            {
                throw SenlinFault.BadRequest($"Unsupported sort dir '{direction}' for 'sort'.");
            }

            sorted = (sorted, direction) switch
            {
                (null, "desc") => records.OrderByDescending(of, ByValue.Instance),
                (null, _) => records.OrderBy(of, ByValue.Instance),
                (_, "desc") => sorted.ThenByDescending(of, ByValue.Instance),
                _ => sorted.ThenBy(of, ByValue.Instance),
            };
        }

        return sorted ?? records;
    }

    private sealed class ByValue : IComparer<IComparable?>
    {
        public static readonly ByValue Instance = new();

        public int Compare(IComparable? left, IComparable? right) =>
            left is string a && right is string b ? string.CompareOrdinal(a, b)
            : left is null ? (right is null ? 0 : -1)
            : right is null ? 1
            : left.CompareTo(right);
    }
}
