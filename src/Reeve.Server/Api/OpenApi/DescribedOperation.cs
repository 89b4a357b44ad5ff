using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Server.Api.OpenApi;

/// <summary>What the description says of one operation, as far as requests are held against it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Query">The parameters of its query, each with the values that it may have; no values for any.</param>
internal sealed record DescribedOperation(string Id, IReadOnlyDictionary<string, IReadOnlyList<string>> Query)
{
    public static DescribedOperation Read(JsonElement root, JsonElement path, JsonElement operation)
    {
        var query = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var parameter in List(path).Concat(List(operation)).Select(p => Resolve(root, p)))
        {
            if (parameter.Text("in") == "query")
            {
                var schema = Resolve(root, parameter.GetProperty("schema"));
                query[parameter.Text("name")!] = schema.TryGetProperty("enum", out var values)
                    ? [.. values.EnumerateArray().Select(v => v.GetString()!)]
                    : [];
            }
        }

        return new DescribedOperation(operation.Text("operationId")!, query);
    }

    private static IEnumerable<JsonElement> List(JsonElement of) =>
        of.TryGetProperty("parameters", out var list) ? list.EnumerateArray() : [];

    private static JsonElement Resolve(JsonElement root, JsonElement value)
    {
        while (value.Text("$ref") is { } reference)
        {
            value = reference[2..].Split('/').Aggregate(root, (at, name) => at.GetProperty(name));
        }

        return value;
    }
}
