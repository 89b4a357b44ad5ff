using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Matching;
using Reeve.Core.Policies;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Runtime.Catalog;

/// <summary>Reads a document of any kind into what the catalog keeps of it.</summary>
internal static class EntryReader
{
    /// <summary>The entry; null when the document has mistakes.</summary>
    public static CatalogEntry? Read(ResourceDocument document, JsonElement body, long revision, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        var key = document.Key;
        var hash = HashOf(document);
        CatalogEntry entry;
        switch (key.Kind)
        {
            case ResourceKinds.Target:
                entry = new TargetEntry(key, revision, TargetDocument.Read(document, mistakes)) { Hash = hash };
                break;
            case ResourceKinds.PolicyType:
                entry = new TypeEntry(key, revision, PolicyTypeDocument.Read(document, revision, mistakes)) { Hash = hash };
                break;
            case ResourceKinds.Policy:
                var (type, given) = PolicyDocument.Read(document, mistakes);
                entry = new PolicyEntry(key, revision, type, given) { Hash = hash };
                break;
            case ResourceKinds.Workflow:
                entry = new WorkflowEntry(key, revision, WorkflowDocument.Read(document, mistakes)) { Hash = hash };
                break;
            case ResourceKinds.Binding:
                entry = new BindingEntry(key, revision, BindingDocument.Read(document, revision, mistakes)) { Hash = hash };
                break;
            default:
                entry = new SilenceEntry(key, revision, SilenceDocument.Read(document, mistakes)) { Hash = hash };
                break;
        }

        return mistakes.Count > before ? null : entry with { Labels = document.Labels };
    }

    // not over the text: a document that was read from Reeve carries its revision and is written in another way, and says the same
    private static string HashOf(ResourceDocument document)
    {
        var said = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(said))
        {
            writer.WriteStartArray();
            foreach (var (name, value) in document.Labels)
            {
                writer.WriteStringValue(name);
                writer.WriteStringValue(value);
            }

            WriteSorted(document.Spec, writer);
            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(said.WrittenSpan));
    }

    private static void WriteSorted(JsonElement value, Utf8JsonWriter writer)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
            {
                writer.WritePropertyName(member.Name);
                WriteSorted(member.Value, writer);
            }

            writer.WriteEndObject();
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray())
            {
                WriteSorted(item, writer);
            }

            writer.WriteEndArray();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
