using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>All built-in functions by name.</summary>
public static class BuiltinTable
{
    private static readonly Dictionary<string, Builtin> Table = Collect();

    /// <summary>The built-ins in the order of their names.</summary>
    public static IReadOnlyCollection<Builtin> All { get; } = [.. Table.Values.OrderBy(builtin => builtin.Name, StringComparer.Ordinal)];

    /// <summary>The built-in of a name; null when there is none.</summary>
    public static Builtin? Find(string name) => Table.GetValueOrDefault(name);

    private static Dictionary<string, Builtin> Collect()
    {
        var table = new Dictionary<string, Builtin>(StringComparer.Ordinal);
        IEnumerable<Builtin>[] families =
        [
            ComparisonBuiltins.All,
            ArithmeticBuiltins.All,
            AggregateBuiltins.All,
            SetBuiltins.All,
            WalkBuiltin.All,
            UnitBuiltins.All,
            TypeBuiltins.All,
            StringBuiltins.All,
            ArrayBuiltins.All,
            BitBuiltins.All,
            ObjectBuiltins.All,
            DocumentBuiltins.All,
            PatchBuiltin.All,
            GraphBuiltins.All,
            RegexBuiltins.All,
            GlobBuiltins.All,
            EncodingBuiltins.All,
            JsonBuiltins.All,
            FormatBuiltin.All,
            VersionBuiltins.All,
            QueryBuiltins.All,
            NetworkBuiltins.All,
            JwtBuiltins.All,
            GraphQl.GraphQlBuiltins.All,
            TimeBuiltins.All,
            UuidBuiltins.All,
            Certificates.CertificateBuiltins.All,
            Schemas.SchemaBuiltins.All,
            Http.HttpBuiltin.All,
            YamlBuiltins.All,
            TemplateBuiltin.All,
            ModuleBuiltin.All,
            AwsBuiltin.All,
            LookupBuiltin.All,
        ];
        foreach (var builtin in families.SelectMany(family => family))
        {
            table[builtin.Name] = builtin;
        }

        return table;
    }
}
