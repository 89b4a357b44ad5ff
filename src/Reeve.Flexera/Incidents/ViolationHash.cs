using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Incidents;

/// <summary>The hash by which a changed violation is told from an unchanged one, whatever the order of the rows.</summary>
internal sealed class ViolationHash(Definition validate)
{
    // up to there rows are sorted; the same rows are as many whenever they are counted, so both ways never meet
    private const int MostSorted = 10_000;
    private const long MostSortedCharacters = 64_000_000;

    private readonly HashSet<string>? _included = Names(validate.Field("hash_include"));
    private readonly HashSet<string> _excluded = Names(validate.Field("hash_exclude")) ?? [];
    private readonly List<string> _texts = [];
    private readonly ulong[] _sum = new ulong[4];
    private long _rows;
    private long _characters;

    public static string Of(Definition validate, object? violation)
    {
        var hash = new ViolationHash(validate);
        foreach (var item in violation as RowList ?? (IEnumerable<object?>)Values.Items(violation))
        {
            hash.Add(item);
        }

        return hash.Finish();
    }

    /// <summary>One more row of the violation.</summary>
    public void Add(object? item)
    {
        var text = JsonData.Write(Row(item));
        _rows++;
        _characters += text.Length;
        if (_rows <= MostSorted && _characters <= MostSortedCharacters)
        {
            _texts.Add(text);
            return;
        }

        _texts.ForEach(Sum);
        _texts.Clear();
        Sum(text);
    }

    /// <summary>The hash of all rows.</summary>
    public string Finish()
    {
        if (_rows <= MostSorted && _characters <= MostSortedCharacters)
        {
            _texts.Sort(StringComparer.Ordinal);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _texts))));
        }

        Span<byte> bytes = stackalloc byte[(_sum.Length + 1) * sizeof(ulong)];
        for (var at = 0; at < _sum.Length; at++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(at * sizeof(ulong))..], _sum[at]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(bytes[(_sum.Length * sizeof(ulong))..], _rows);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    // the sum of what stands for each row knows no order
    private void Sum(string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        for (var at = 0; at < _sum.Length; at++)
        {
            _sum[at] = unchecked(_sum[at] + BinaryPrimitives.ReadUInt64LittleEndian(digest[(at * sizeof(ulong))..]));
        }
    }

    private static HashSet<string>? Names(Definition? field) => field is null ? null
        : [.. (field.Arguments is [ArrayTerm list] ? list.Items : field.Arguments).OfType<StringTerm>().Select(s => s.Value)];

    // only fields of the top level can be chosen; their order means nothing
    private object? Row(object? item)
    {
        if (item is not OrderedDictionary<string, object?> map)
        {
            return Sorted(item);
        }

        var chosen = new OrderedDictionary<string, object?>(map.Count, StringComparer.Ordinal);
        foreach (var (name, value) in map)
        {
            if ((_included is null || _included.Contains(name)) && !_excluded.Contains(name))
            {
                chosen[name] = value;
            }
        }

        return Sorted(chosen);
    }

    private static object? Sorted(object? value)
    {
        switch (value)
        {
            case List<object?> list:
                return list.ConvertAll(Sorted);
            case OrderedDictionary<string, object?> map:
                var names = map.Keys.ToArray();
                Array.Sort(names, StringComparer.Ordinal);
                var sorted = new OrderedDictionary<string, object?>(names.Length, StringComparer.Ordinal);
                foreach (var name in names)
                {
                    sorted.Add(name, Sorted(map[name]));
                }

                return sorted;
            default:
                return value;
        }
    }
}
