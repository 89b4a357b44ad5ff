using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies.Properties;
using Reeve.Senlin.Policies;

namespace Reeve.Senlin.Cloud;

/// <summary>The types of profile: what nodes can be, with the schema of what a profile says of them and the operations they know.</summary>
internal sealed class ProfileType
{
    private const string Resources = "senlin.profile.";
    private static readonly JsonElement AllOperations = Json.Parse(Text("operations"));

    private static readonly FrozenDictionary<string, ProfileType> ByName = new ProfileType[]
    {
        new("container.dockerinc.docker", "EXPERIMENTAL", "2017.02", isListed: true),
        new("os.heat.stack", "SUPPORTED", "2016.04", isListed: true),
        new("os.nova.server", "SUPPORTED", "2016.04", isListed: true),

        // found by its name; the list is what upstream's clients expect
        new("reeve.process", "SUPPORTED", "2026.11", isListed: false),
    }.ToFrozenDictionary(t => t.FullName, StringComparer.Ordinal);

    private readonly JsonElement _document;
    private readonly PropertySchema _schema;
    private readonly bool _isListed;

    private ProfileType(string name, string status, string since, bool isListed)
    {
        Name = name;
        Status = status;
        Since = since;
        _isListed = isListed;
        _document = Json.Parse(Text(name));
        var mistakes = new List<Mistake>();
        _schema = PropertySchemaDocument.Read(_document, "", mistakes);
        if (mistakes.Count > 0)
        {
            throw new InvalidOperationException($"the schema of `{name}` is wrong: {mistakes[0]}");
        }
    }

    /// <summary>The types that the list shows.</summary>
    public static IEnumerable<ProfileType> Listed => ByName.Values.Where(t => t._isListed).OrderBy(t => t.Name, StringComparer.Ordinal);

    public string Name { get; }

    public string Version => "1.0";

    public string FullName => $"{Name}-{Version}";

    public string Status { get; }

    public string Since { get; }

    /// <summary>What can be done to nodes; an object by name.</summary>
    public JsonElement Operations => AllOperations.GetProperty(Name);

    public static ProfileType? Find(string fullName) => ByName.GetValueOrDefault(fullName);

    /// <summary>
    /// Reads a profile's spec: its type, or null when there is none of the name; and all mistakes, with paths from the spec's root.
    /// </summary>
    public static (ProfileType? Type, string TypeName, IReadOnlyList<Mistake> Mistakes) Read(JsonElement spec)
    {
        var mistakes = new List<Mistake>();
        foreach (var key in (string[])["type", "version"])
        {
            if (!spec.TryGetProperty(key, out var value) || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            {
                mistakes.Add(new Mistake(ErrorCodes.MissingField, $"/{key}", $"The '{key}' key is missing from the provided spec map."));
            }
        }

        foreach (var member in spec.EnumerateObject().Where(m => m.Name is not ("type" or "version" or "description" or "properties")))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.UnknownField, JsonPointer.Member("", member.Name), $"Unrecognizable spec item '{member.Name}'"));
        }

        var typeName = $"{Spelled(spec, "type")}-{Spelled(spec, "version")}";
        if (Find(typeName) is not { } type)
        {
            return (null, typeName, mistakes);
        }

        if (!spec.TryGetProperty("properties", out var given) || given.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(new Mistake(ErrorCodes.MissingField, "/properties", "Required spec item 'properties' not provided"));
            return (type, typeName, mistakes);
        }

        mistakes.AddRange(PropertyReader.Read(type._schema, given, "/properties", PropertyCoercion.Lenient).Mistakes);
        return (type, typeName, mistakes);
    }

    /// <summary>Writes the type with its schema.</summary>
    public void Write(Utf8JsonWriter writer, bool showsSupport)
    {
        writer.WriteStartObject();
        writer.WriteString("name", FullName);
        writer.WritePropertyName("schema");
        _document.WriteTo(writer);
        if (showsSupport)
        {
            writer.WritePropertyName("support_status");
            WriteSupport(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes since when the type is supported.</summary>
    public void WriteSupport(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray(Version);
        writer.WriteStartObject();
        writer.WriteString("status", Status);
        writer.WriteString("since", Since);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Spelled(JsonElement spec, string key) => spec.TryGetProperty(key, out var value) ? value.ToString() : "";

    private static string Text(string name)
    {
        using var stream = typeof(SenlinTypes).Assembly.GetManifestResourceStream($"{Resources}{name}.json")
            ?? throw new InvalidOperationException($"`{name}` is not in the assembly");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
