using System.Globalization;
using System.Text;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Reference;

/// <summary>The page of the policy types, from the property schemas that the server holds policies against.</summary>
public sealed class PolicyTypePageTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    [Fact]
    public async Task The_page_of_the_policy_types_is_what_the_server_has()
    {
        var reply = await reeve.GetAsync("/api/v1/policy-types?limit=1000");
        var types = reply.Body.GetProperty("items").EnumerateArray().OrderBy(t => t.Text("name"), StringComparer.Ordinal).ToList();
        var text = new StringBuilder(
            """
            # Policy types

            What a policy can be made of without a type of one's own: `spec: {type: NAME, properties: {…}}`. `a.b` is the field `b` of
            the map `a`, `a[]` an item of the list `a`, `a.*` each value of the map `a`. A property that is not *updatable* keeps the
            value that its policy was made with. Types of one's own are documents ([documents.md](../documents.md)); those of plug-ins
            are in `reeve policy-type list` too.

            """.ReplaceLineEndings("\n"));
        foreach (var type in types)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## `{type.Text("name")}`\n\n{type.Text("description")}");
            text.Append(CultureInfo.InvariantCulture, $" Engine `{type.Text("engine")}`.");
            var rows = type.GetProperty("properties").EnumerateObject().SelectMany(p => Rows(p.Name, p.Value)).ToList();
            text.Append(rows.Count == 0 ? " It has no properties.\n" : "\n\n| property | type | says | needed | default | allowed |\n"
                + "|---|---|---|---|---|---|\n");
            rows.ForEach(r => text.Append(r).Append('\n'));
        }

        await ReferencePage.HoldAsync("policy-types.md", text.ToString());
    }

    private static IEnumerable<string> Rows(string path, JsonElement property)
    {
        var updatable = property.TryGetProperty("updatable", out var may) && may.ValueKind == JsonValueKind.True ? ", updatable" : "";
        var needed = property.TryGetProperty("required", out var must) && must.ValueKind == JsonValueKind.True ? "yes" : "";
        var usual = property.TryGetProperty("default", out var value) ? $"`{ReferencePage.Cell(value.GetRawText())}`" : "";
        var allowed = property.TryGetProperty("constraints", out var list) && list.ValueKind == JsonValueKind.Array
            ? string.Join("; ", list.EnumerateArray().Select(Allowed))
            : "";
        var says = ReferencePage.Cell(property.Text("description"));
        yield return $"| `{path}` | {property.Text("type")?.ToLowerInvariant()}{updatable} | {says} | {needed} | {usual} | {allowed} |";
        if (property.TryGetProperty("schema", out var inner) && inner.ValueKind == JsonValueKind.Object)
        {
            var isList = string.Equals(property.Text("type"), "list", StringComparison.OrdinalIgnoreCase);
            foreach (var row in inner.EnumerateObject().SelectMany(p => Rows(
                isList && p.Name == "*" ? $"{path}[]" : $"{path}.{p.Name}", p.Value)))
            {
                yield return row;
            }
        }
    }

    private static string Allowed(JsonElement constraint)
    {
        var bound = constraint.GetProperty("constraint");
        return ReferencePage.Cell(bound.ValueKind switch
        {
            JsonValueKind.Array => string.Join(", ", bound.EnumerateArray().Select(v => $"`{v}`")),
            JsonValueKind.Object => string.Join(", ", bound.EnumerateObject().Select(b => $"{b.Name} `{b.Value}`")
                .Prepend(constraint.Text("type") == "Duration" ? "a duration" : "").Where(t => t.Length > 0)),
            _ => $"{constraint.Text("type")} `{bound}`",
        });
    }
}
