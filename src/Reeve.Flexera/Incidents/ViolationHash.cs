using System.Security.Cryptography;
using System.Text;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Incidents;

/// <summary>The hash by which a changed violation is told from an unchanged one.</summary>
internal static class ViolationHash
{
    public static string Of(Definition validate, object? violation)
    {
        var included = Names(validate.Field("hash_include"));
        var excluded = Names(validate.Field("hash_exclude")) ?? [];
        var rows = Values.Items(violation).ConvertAll(item => Row(item, included, excluded));
        rows.Sort(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', rows))));
    }

    private static HashSet<string>? Names(Definition? field) => field is null ? null
        : [.. (field.Arguments is [ArrayTerm list] ? list.Items : field.Arguments).OfType<StringTerm>().Select(s => s.Value)];

    // only fields of the top level can be chosen; their order means nothing
    private static string Row(object? item, HashSet<string>? included, HashSet<string> excluded)
    {
        if (item is not OrderedDictionary<string, object?> map)
        {
            return JsonData.Write(Sorted(item));
        }

        var chosen = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in map)
        {
            if ((included is null || included.Contains(name)) && !excluded.Contains(name))
            {
                chosen[name] = value;
            }
        }

        return JsonData.Write(Sorted(chosen));
    }

    private static object? Sorted(object? value) => value switch
    {
        List<object?> list => list.ConvertAll(Sorted),
        OrderedDictionary<string, object?> map => new OrderedDictionary<string, object?>(
            map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value))),
            StringComparer.Ordinal),
        _ => value,
    };
}
