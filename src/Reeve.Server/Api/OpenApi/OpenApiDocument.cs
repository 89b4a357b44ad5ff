using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Core.Targets;

namespace Reeve.Server.Api.OpenApi;

/// <summary>
/// The API's description: an OpenAPI 3.1 document, laid together from the parts beside this file. Closed sets come from the code, so that
/// they are said once.
/// </summary>
internal sealed class OpenApiDocument
{
    private static readonly (string Kind, string Kinds, string Path)[] Kinds =
    [
        (ResourceKinds.Policy, "Policies", "policies"), (ResourceKinds.Binding, "Bindings", "bindings"),
        (ResourceKinds.Workflow, "Workflows", "workflows"), (ResourceKinds.Silence, "Silences", "silences"),
    ];

    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];
    private readonly Dictionary<(string Method, string Path), DescribedOperation> _operations = [];

    private OpenApiDocument(JsonObject root)
    {
        Text = JsonSerializer.SerializeToUtf8Bytes(Json.From(root), OpenApiJson.Default.JsonElement);
        Root = Json.Parse(Encoding.UTF8.GetString(Text));
        foreach (var path in Root.GetProperty("paths").EnumerateObject())
        {
            foreach (var method in path.Value.EnumerateObject().Where(m => Methods.Contains(m.Name)))
            {
                _operations[(method.Name.ToUpperInvariant(), path.Name)] = DescribedOperation.Read(Root, path.Value, method.Value);
            }
        }
    }

    /// <summary>The one document.</summary>
    public static OpenApiDocument Current { get; } = new(Make());

    /// <summary>The document as JSON.</summary>
    public byte[] Text { get; }

    /// <summary>The document, read.</summary>
    public JsonElement Root { get; }

    /// <summary>All operations that are described.</summary>
    public IReadOnlyDictionary<(string Method, string Path), DescribedOperation> Operations => _operations;

    /// <summary>The operation of a route, its catch-all parts written as plain ones; null when it is not described.</summary>
    public DescribedOperation? Find(string method, string pattern) => _operations.GetValueOrDefault((method, pattern));

    private static JsonObject Make()
    {
        var root = new JsonObject();
        foreach (var name in typeof(OpenApiDocument).Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("openapi/", StringComparison.Ordinal))
            .OrderBy(n => n != "openapi/openapi.yaml").ThenBy(n => n, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(typeof(OpenApiDocument).Assembly.GetManifestResourceStream(name)!);
            var text = reader.ReadToEnd();
            if (name != "openapi/kind.yaml")
            {
                Lay(Read(name, text), root);
                continue;
            }

            foreach (var (kind, kinds, path) in Kinds)
            {
                Lay(
                    Read(
                        name,
                        text.Replace("KINDS", kinds, StringComparison.Ordinal).Replace("KIND", kind, StringComparison.Ordinal)
                            .Replace("PATH", path, StringComparison.Ordinal)),
                    root);
            }
        }

        var version = typeof(OpenApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        root["info"]!["version"] = version?.InformationalVersion.Split('+')[0];
        FillIn(root["components"]!["schemas"]!);
        return root;
    }

    private static void FillIn(JsonNode schemas)
    {
        schemas["ErrorCode"]!["enum"] = new JsonArray(
            [.. typeof(ErrorCodes).GetFields().Where(f => f.IsLiteral).Select(f => JsonValue.Create((string)f.GetValue(null)!))]);
        schemas["JournalKind"]!["enum"] = new JsonArray([.. JournalKinds.All.Select(k => JsonValue.Create(k))]);
        schemas["TargetState"]!["enum"] = NamesOf<TargetState>();
        schemas["IncidentStatus"]!["enum"] = NamesOf<IncidentStatus>();
        schemas["ApprovalStatus"]!["enum"] = NamesOf<ApprovalStatus>();
        schemas["ExecutionStatus"]!["enum"] = NamesOf<ExecutionStatus>();
        schemas["Step"]!["properties"]!["status"]!["enum"] = NamesOf<StepStatus>();
        schemas["Action"]!["properties"]!["kind"]!["enum"] = NamesOf<ActionKind>();
    }

    private static JsonArray NamesOf<T>() where T : struct, Enum =>
        [.. typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => JsonValue.Create(f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? f.Name))];

    private static JsonObject Read(string name, string text)
    {
        var read = DocumentReader.Read(Encoding.UTF8.GetBytes(text), name);
        return read.Mistakes.Length == 0
            ? (JsonObject)Json.ToNode(read.Documents[0].Root)!
            : throw new InvalidOperationException(read.Mistakes[0].ToString());
    }

    private static void Lay(JsonObject over, JsonObject under)
    {
        foreach (var (name, value) in over.ToList())
        {
            if (value is JsonObject inner && under[name] is JsonObject there)
            {
                Lay(inner, there);
            }
            else
            {
                over.Remove(name);
                under[name] = value;
            }
        }
    }
}

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class OpenApiJson : JsonSerializerContext;
