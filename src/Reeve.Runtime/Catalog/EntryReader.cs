using System.Buffers;
using System.Buffers.Binary;
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
    private const int MostKept = 1 << 20;

    // at a start many documents are read one after the other
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _said;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

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

        return mistakes.Count > before ? null
            : document.Labels.IsEmpty ? entry
            : entry with { Labels = document.Labels };
    }

    // not over the text: a document that was read from Reeve carries its revision and is written in another way, and says the same
    private static UInt128 HashOf(ResourceDocument document)
    {
        var said = _said ??= new ArrayBufferWriter<byte>(4096);
        var writer = _writer ??= new Utf8JsonWriter(said);
        said.ResetWrittenCount();
        writer.Reset(said);
        writer.WriteStartArray();
        foreach (var (name, value) in document.Labels)
        {
            writer.WriteStringValue(name);
            writer.WriteStringValue(value);
        }

        WriteSorted(document.Spec, writer);
        writer.WriteEndArray();
        writer.Flush();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(said.WrittenSpan, hash);
        var kept = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        if (said.Capacity > MostKept)
        {
            (_said, _writer) = (null, null);
        }

        return kept;
    }

    private static void WriteSorted(JsonElement value, Utf8JsonWriter writer)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            WriteMembers(value, writer);
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

    private static void WriteMembers(JsonElement value, Utf8JsonWriter writer)
    {
        var count = value.GetPropertyCount();
        var members = ArrayPool<(string Name, JsonElement Value)>.Shared.Rent(count);
        var at = 0;
        foreach (var member in value.EnumerateObject())
        {
            members[at++] = (member.Name, member.Value);
        }

        // in place and stable: of a name that stands twice, both stay in their order
        if (count > 1)
        {
            Span<int> order = count <= 64 ? stackalloc int[count] : new int[count];
            for (var i = 0; i < count; i++)
            {
                order[i] = i;
            }

            order.Sort((a, b) => string.CompareOrdinal(members[a].Name, members[b].Name) is var by and not 0 ? by : a.CompareTo(b));
            foreach (var i in order)
            {
                writer.WritePropertyName(members[i].Name);
                WriteSorted(members[i].Value, writer);
            }
        }
        else if (count == 1)
        {
            writer.WritePropertyName(members[0].Name);
            WriteSorted(members[0].Value, writer);
        }

        ArrayPool<(string Name, JsonElement Value)>.Shared.Return(members, clearArray: true);
    }
}
