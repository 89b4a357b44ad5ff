using System.Collections.Immutable;
using Reeve.Languages.Rego.Values;
using Reeve.Storage.Records;

namespace Reeve.Server.Opa.Documents;

/// <summary>
/// How the data lies in the store: a row for each path that was written, over which rows of longer paths are laid. A write takes
/// away the rows below it, so that no row is ever older than a longer one.
/// </summary>
internal static class DataRows
{
    public const string PolicyKind = "policy";
    public const string DataKind = "data";

    // what was taken once is taken again, whatever the limits are now
    private static readonly ValueLimits Lenient = new() { Depth = 10_000 };

    public static ImmutableSortedSet<string> None { get; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>The data that the rows make.</summary>
    public static ObjectValue Restore(IEnumerable<RegoDocument> rows)
    {
        var data = DataTree.Empty;
        foreach (var row in rows.OrderBy(r => r.Name.Count(c => c == '/')))
        {
            var path = OpaPath.Parse(row.Name);
            if (row.Body is { } json)
            {
                data = DataTree.Set(data, path, ValueJson.Read(json, Lenient, out _) ?? NullValue.Instance);
            }
            else if (DataTree.Find(data, path) is not null)
            {
                data = DataTree.Write(data, DataMove.Remove, path, null);
            }
        }

        return data;
    }

    /// <summary>
    /// What the store is told when the value at a path has become what <paramref name="data"/> says. Gives the names of the rows after it.
    /// </summary>
    public static ImmutableSortedSet<string> Note(
        ImmutableSortedSet<string> names, ObjectValue data, ImmutableArray<string> path, List<RegoDocumentWrite> writes)
    {
        path = Whole(data, path);
        var name = OpaPath.Key(path);
        var value = DataTree.Find(data, path);
        names = WithoutBelow(names, name, out var hadSome);
        if (hadSome)
        {
            writes.Add(new RegoDocumentWrite(DataKind, name, RegoDocumentMove.RemoveBelow));
        }

        if (value is null && !IsCovered(names, path))
        {
            writes.Add(new RegoDocumentWrite(DataKind, name, RegoDocumentMove.Remove));
            return names.Remove(name);
        }

        writes.Add(new RegoDocumentWrite(DataKind, name, RegoDocumentMove.Put, value is null ? null : ValueJson.ToText(value)));
        return names.Add(name);
    }

    // the items of an array have no rows of their own: their places move
    private static ImmutableArray<string> Whole(ObjectValue data, ImmutableArray<string> path)
    {
        for (var depth = 1; depth < path.Length; depth++)
        {
            if (DataTree.Find(data, path[..depth]) is ArrayValue)
            {
                return path[..depth];
            }
        }

        return path;
    }

    private static bool IsCovered(ImmutableSortedSet<string> names, ImmutableArray<string> path)
    {
        for (var depth = 0; depth < path.Length; depth++)
        {
            if (names.Contains(OpaPath.Key(path[..depth])))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableSortedSet<string> WithoutBelow(ImmutableSortedSet<string> names, string name, out bool hadSome)
    {
        var prefix = name + "/";
        var at = names.IndexOf(prefix);
        var first = at < 0 ? ~at : at;
        var last = first;
        while (last < names.Count && names[last].StartsWith(prefix, StringComparison.Ordinal))
        {
            last++;
        }

        hadSome = last > first;
        return hadSome ? names.Except(Enumerable.Range(first, last - first).Select(i => names[i]).ToList()) : names;
    }
}
