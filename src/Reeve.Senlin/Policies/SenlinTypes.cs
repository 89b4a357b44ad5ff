using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Policies;
using Reeve.Core.Policies.Properties;

namespace Reeve.Senlin.Policies;

/// <summary>Senlin's policy types: 8 kinds in 14 versions. The versions of a kind have one schema and one meaning.</summary>
public static class SenlinTypes
{
    /// <summary>What the names of all of them begin with.</summary>
    public const string Prefix = "senlin.policy.";

    private const SupportLevel Experimental = SupportLevel.Experimental;
    private const SupportLevel Supported = SupportLevel.Supported;

    // in the order in which a chain asks them; profile types as a policy of the kind wants them, none for any
    private static readonly Kind[] Kinds =
    [
        new("scaling", 100, [], [new("1.0", [(Supported, "2016.04")])]),
        new("batch", 200, [], [new("1.0", [(Experimental, "2017.02")])]),
        new("region_placement", 200, [], [new("1.0", [(Experimental, "2016.04"), (Supported, "2016.10")])]),
        new("affinity", 300, ["os.nova.server-1.0"], [new("1.0", [(Supported, "2016.10")])]),
        new("zone_placement", 300, ["os.nova.server-1.0"], [new("1.0", [(Experimental, "2016.04"), (Supported, "2016.10")])]),
        new("deletion", 400, [], [new("1.0", [(Supported, "2016.04")]), new("1.1", [(Supported, "2018.01")])]),
        new(
            "loadbalance", 500, ["os.nova.server-1.0"],
            [
                new("1.0", [(Supported, "2016.04")]), new("1.1", [(Supported, "2018.01")]), new("1.2", [(Supported, "2020.02")]),
                new("1.3", [(Supported, "2020.03")]),
            ]),
        new(
            "health", 600, ["os.nova.server", "os.heat.stack"],
            [
                new("1.0", [(Experimental, "2017.02"), (Supported, "2018.06")]), new("1.1", [(Supported, "2018.09")]),
                new("1.2", [(Supported, "2020.09")]),
            ]),
    ];

    /// <summary>The types, in order of name.</summary>
    public static ImmutableArray<PolicyType> All { get; } = [.. Kinds.SelectMany(Make).OrderBy(t => t.FullName, StringComparer.Ordinal)];

    private static readonly FrozenDictionary<string, PolicyType> ByName = All.ToFrozenDictionary(t => t.FullName, StringComparer.Ordinal);

    /// <summary>The type of a full name such as <c>senlin.policy.scaling-1.0</c>, or null.</summary>
    public static PolicyType? Find(string fullName) => ByName.GetValueOrDefault(fullName);

    /// <summary>When a chain asks a policy of the type: lower ones first.</summary>
    public static int PriorityOf(PolicyType type) => KindOf(type).Priority;

    /// <summary>The profile types that clusters under a policy of the type may have; empty for any.</summary>
    public static ImmutableArray<string> ProfilesOf(PolicyType type) => KindOf(type).Profiles;

    /// <summary>May a cluster have several policies of the type?</summary>
    public static bool IsRepeatable(PolicyType type) => type.Name == Prefix + "scaling";

    /// <summary>The body that <c>GET /v1/policy-types/{name}</c> has: name, schema, and the support of all versions.</summary>
    public static void Write(Utf8JsonWriter writer, PolicyType type, bool showsSupport)
    {
        writer.WriteStartObject();
        writer.WriteString("name", type.FullName);
        writer.WritePropertyName("schema");
        PropertySchemaDocument.Write(type.Properties).WriteTo(writer);
        if (showsSupport)
        {
            writer.WritePropertyName("support_status");
            WriteSupport(writer, All.Where(t => t.Name == type.Name));
        }

        writer.WriteEndObject();
    }

    /// <summary>The row that <c>GET /v1/policy-types</c> has for a type: name, version, and the support of that version.</summary>
    public static void WriteRow(Utf8JsonWriter writer, PolicyType type)
    {
        writer.WriteStartObject();
        writer.WriteString("name", type.Name);
        writer.WriteString("version", type.Version);
        writer.WritePropertyName("support_status");
        WriteSupport(writer, [type]);
        writer.WriteEndObject();
    }

    private static void WriteSupport(Utf8JsonWriter writer, IEnumerable<PolicyType> versions)
    {
        writer.WriteStartObject();
        foreach (var version in versions)
        {
            writer.WriteStartArray(version.Version);
            foreach (var support in version.Support)
            {
                writer.WriteStartObject();
                writer.WriteString("since", support.Since);
                writer.WriteString("status", support.Level.ToString().ToUpperInvariant());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static Kind KindOf(PolicyType type) => Kinds.First(k => Prefix + k.Name == type.Name);

    private static IEnumerable<PolicyType> Make(Kind kind)
    {
        var schema = ReadSchema(kind.Name);
        return kind.Versions.Select(version => new PolicyType
        {
            Name = Prefix + kind.Name,
            Version = version.Name,
            Engine = SenlinEngine.EngineName,
            Description = $"Senlin's policy type `{Prefix}{kind.Name}`, version {version.Name}.",
            Properties = schema,
            Coercion = PropertyCoercion.Lenient,
            Support = [.. version.Support.Select(s => new SupportStatus(s.Level, s.Since))],
            BuiltIn = true,
        });
    }

    private static PropertySchema ReadSchema(string kind)
    {
        using var stream = typeof(SenlinTypes).Assembly.GetManifestResourceStream($"{Prefix}{kind}.json")
            ?? throw new InvalidOperationException($"the schema of `{kind}` is not in the assembly");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var mistakes = new List<Core.Errors.Mistake>();
        var schema = PropertySchemaDocument.Read(Json.Parse(reader.ReadToEnd()), "", mistakes);
        return mistakes.Count == 0 ? schema : throw new InvalidOperationException($"the schema of `{kind}` is wrong: {mistakes[0]}");
    }

    private sealed record Kind(string Name, int Priority, ImmutableArray<string> Profiles, Version[] Versions);

    private sealed record Version(string Name, (SupportLevel Level, string Since)[] Support);
}
