using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies.Properties;

namespace Reeve.Core.Tests.Policies.Properties;

/// <summary>The recorded schemas of Senlin's policy types, and what it accepted and refused.</summary>
public sealed class SenlinSchemaTests
{
    [SenlinFact]
    public void Every_recorded_schema_is_read_and_written_the_same()
    {
        foreach (var type in Recorded("policy_types.json").EnumerateObject())
        {
            var mistakes = new List<Mistake>();
            var schema = type.Value.GetProperty("schema");
            var written = PropertySchemaDocument.Write(PropertySchemaDocument.Read(schema, "", mistakes));

            Assert.Empty(mistakes);
            Assert.True(JsonElement.DeepEquals(schema, written), $"{type.Name}: {written.GetRawText()}");
        }
    }

    [SenlinFact]
    public void What_Senlin_accepted_is_accepted_and_what_it_refused_is_refused()
    {
        var types = Recorded("policy_types.json");
        var differences = new List<string>();
        foreach (var row in Recorded("rows/schema_accept.json").GetProperty("rows").EnumerateArray())
        {
            var spec = row.GetProperty("spec");
            var name = $"{spec.GetProperty("type").GetString()}-{spec.GetProperty("version")}";
            var schema = PropertySchemaDocument.Read(types.GetProperty(name).GetProperty("schema"), "", []);
            var read = PropertyReader.Read(schema, spec.GetProperty("properties"), "", PropertyCoercion.Lenient);
            var wanted = row.GetProperty("want_status").EnumerateArray().Select(w => w.GetInt32()).ToList();
            var status = read.Mistakes.Count == 0 ? 200 : 400;

            // a refusal that is no refusal of the schema's belongs to the checks of the type itself
            var semantic = row.TryGetProperty("error_type", out var error) && error.GetString() is not "ESchema";
            if (!wanted.Contains(status) && !(semantic && status == 200))
            {
                differences.Add(
                    $"{status} wanted {string.Join('/', wanted)}: {row.GetProperty("path")} "
                        + $"{spec.GetRawText()} {string.Join("; ", read.Mistakes)}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count}:\n{string.Join('\n', differences)}");
    }

    [SenlinFact]
    public void Values_are_converted_as_recorded()
    {
        Dictionary<string, string> schemas = new()
        {
            ["String"] = """{"type": "String"}""",
            ["String+Allowed"] = """{"type": "String", "constraints": [{"type": "AllowedValues", "constraint": ["RANDOM", "1", "abc"]}]}""",
            ["Integer"] = """{"type": "Integer"}""",
            ["Integer+Allowed"] = """{"type": "Integer", "constraints": [{"type": "AllowedValues", "constraint": [1, 2]}]}""",
            ["Number"] = """{"type": "Number"}""",
            ["Boolean"] = """{"type": "Boolean"}""",
            ["List[String]"] = """{"type": "List", "schema": {"*": {"type": "String"}}}""",
            ["List[Integer]"] = """{"type": "List", "schema": {"*": {"type": "Integer"}}}""",
            ["Map"] = """{"type": "Map"}""",
            ["Map{a:Integer}"] = """{"type": "Map", "schema": {"a": {"type": "Integer"}}}""",
            ["Map{a:Integer req,b=5}"] =
                """{"type": "Map", "schema": {"a": {"type": "Integer", "required": true}, "b": {"type": "Integer", "default": 5}}}""",
        };
        foreach (var row in Recorded("rows/schema_coercion.json").GetProperty("rows").EnumerateArray())
        {
            var type = row.GetProperty("type").GetString()!;
            var schema = PropertySchemaDocument.Read(Json.Parse($$"""{"v": {{schemas[type]}}}"""), "", []);
            var value = row.GetProperty("value");
            var read = PropertyReader.Read(schema, Json.Parse($$"""{"v": {{value.GetRawText()}}}"""), "", PropertyCoercion.Lenient);
            var said = $"{type} {value.GetRawText()}: {string.Join("; ", read.Mistakes)} {read.Values.GetRawText()}";

            if (row.GetProperty("result").TryGetProperty("ok", out var expected))
            {
                Assert.True(read.Mistakes.Count == 0, said);
                Assert.True(JsonElement.DeepEquals(expected, read.Values.GetProperty("v")), said);
            }
            else
            {
                Assert.True(read.Mistakes.Count > 0, said);
            }
        }
    }

    private static JsonElement Recorded(string file) => Json.Parse(File.ReadAllText(Path.Combine(SenlinFactAttribute.Folder!, file)));
}

/// <summary>A test that reads the recorded cases; skipped, and visibly so, where they are not there.</summary>
internal sealed class SenlinFactAttribute : FactAttribute
{
    public SenlinFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "../shared/conformance/senlin is not there";
        }
    }

    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "conformance", "senlin");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return Environment.GetEnvironmentVariable("REEVE_CONFORMANCE") is { Length: > 0 } given
            && Directory.Exists(Path.Combine(given, "senlin"))
            ? Path.Combine(given, "senlin")
            : null;
    }
}
