using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Reeve.Core.Errors;

namespace Reeve.Core.Documents;

/// <summary>Writes YAML nodes as JSON. Aliases and merge keys (<c>&lt;&lt;</c>) are written out, within the limits.</summary>
internal sealed class YamlJson(DocumentCollector collected)
{
    private const string Prefix = "tag:yaml.org,2002:";
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private long _written;

    /// <summary>The value of a document and where its parts stand; false when it cannot be written, which is reported then.</summary>
    public bool TryWrite(YamlNode root, out JsonElement value, out SourceNode node)
    {
        value = default;
        node = null!;
        _buffer.ResetWrittenCount();
        var options = new JsonWriterOptions
        {
            MaxDepth = collected.Limits.MaxDepth + 2,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var writer = new Utf8JsonWriter(_buffer, options))
        {
            if (!Write(writer, root, 0))
            {
                return false;
            }
        }

        _written += _buffer.WrittenCount;
        var reader = new Utf8JsonReader(_buffer.WrittenSpan, new JsonReaderOptions { MaxDepth = collected.Limits.MaxDepth + 2 });
        value = JsonElement.ParseValue(ref reader);

        // only now: what could be written within the limits can be walked once more
        node = Source(root);
        return true;
    }

    private bool Write(Utf8JsonWriter writer, YamlNode node, int depth)
    {
        if (!collected.CountValue())
        {
            return Refuse(node, ErrorCodes.TooLarge,
                $"there are more than {collected.Limits.MaxValues} values once aliases are written out");
        }

        if (_written + writer.BytesCommitted + writer.BytesPending > collected.Limits.MaxExpandedBytes)
        {
            return Refuse(node, ErrorCodes.TooLarge,
                $"the documents take more than {collected.Limits.MaxExpandedBytes} bytes once aliases are written out");
        }

        if (node.Kind == YamlKind.Scalar)
        {
            return WriteScalar(writer, node);
        }

        // an alias brings its own depth along
        if (depth >= collected.Limits.MaxDepth)
        {
            return Refuse(node, ErrorCodes.TooDeep, $"objects and lists are more than {collected.Limits.MaxDepth} levels deep");
        }

        if (node.Tag is { } tag && tag != "!" && tag != (node.Kind == YamlKind.Mapping ? Prefix + "map" : Prefix + "seq"))
        {
            return Refuse(node, ErrorCodes.NotAllowed, $"the tag {Quote.Text(tag)} is not known here; leave it out");
        }

        return node.Kind == YamlKind.Mapping ? WriteMapping(writer, node, depth) : WriteSequence(writer, node, depth);
    }

    private bool WriteSequence(Utf8JsonWriter writer, YamlNode node, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in node.Items)
        {
            if (!Write(writer, item, depth + 1))
            {
                return false;
            }
        }

        writer.WriteEndArray();
        return true;
    }

    private bool WriteMapping(Utf8JsonWriter writer, YamlNode node, int depth)
    {
        var names = new HashSet<string>(node.Members.Count, StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var member in node.Members)
        {
            if (IsMerge(member))
            {
                continue;
            }

            if (!names.Add(member.Name.Text))
            {
                var message = $"the field {Quote.Text(member.Name.Text)} stands here twice; remove one";
                collected.Report(ErrorCodes.Duplicate, message, (int)member.Mark.Line, (int)member.Mark.Column);
                continue;
            }

            if (!WriteMember(writer, member, depth))
            {
                return false;
            }
        }

        foreach (var member in node.Members)
        {
            if (IsMerge(member) && !WriteMerged(writer, member.Value, names, depth))
            {
                return false;
            }
        }

        writer.WriteEndObject();
        return true;
    }

    private bool WriteMember(Utf8JsonWriter writer, YamlMember member, int depth)
    {
        if (!IsWhole(member.Name.Text))
        {
            return Refuse(member.Name, ErrorCodes.MalformedText, "the name of a field holds half of a surrogate pair");
        }

        writer.WritePropertyName(member.Name.Text);
        return Write(writer, member.Value, depth + 1);
    }

    // what stands in the mapping itself wins over what is merged into it, and the first of several merged ones over the next
    private bool WriteMerged(Utf8JsonWriter writer, YamlNode merged, HashSet<string> names, int depth)
    {
        if (depth >= collected.Limits.MaxDepth || !collected.CountValue())
        {
            return Refuse(merged, ErrorCodes.TooLarge, "too much is merged here");
        }

        if (merged.Kind == YamlKind.Sequence)
        {
            return merged.Items.TrueForAll(item => WriteMerged(writer, item, names, depth + 1));
        }

        if (merged.Kind != YamlKind.Mapping)
        {
            return Refuse(merged, ErrorCodes.WrongType, "`<<` merges objects: expected an alias of one, or a list of them");
        }

        foreach (var member in merged.Members)
        {
            if (IsMerge(member))
            {
                continue;
            }

            // counted also when it adds nothing, or a list that merges the same large object many times would cost for free
            if (!collected.CountValue())
            {
                return Refuse(merged, ErrorCodes.TooLarge, "too much is merged here");
            }

            if (names.Add(member.Name.Text) && !WriteMember(writer, member, depth))
            {
                return false;
            }
        }

        return merged.Members.TrueForAll(member => !IsMerge(member) || WriteMerged(writer, member.Value, names, depth + 1));
    }

    private static bool IsMerge(YamlMember member) => member.Name is { Plain: true, Text: "<<" };

    private bool WriteScalar(Utf8JsonWriter writer, YamlNode node)
    {
        if (!IsWhole(node.Text))
        {
            return Refuse(node, ErrorCodes.MalformedText, "an escape is half of a surrogate pair");
        }

        var kind = node.Tag switch
        {
            null => node.Plain ? YamlScalar.KindOf(node.Text) : YamlScalarKind.Text,
            "!" or Prefix + "str" => YamlScalarKind.Text,
            _ => YamlScalar.KindOf(node.Text),
        };
        if (node.Tag is { } tag && tag != "!" && !YamlScalar.Fits(tag, ref kind))
        {
            return Refuse(node, ErrorCodes.NotAllowed, tag.StartsWith(Prefix, StringComparison.Ordinal)
                ? $"{Quote.Text(node.Text)} does not fit its tag {Quote.Text("!!" + tag[Prefix.Length..])}"
                : $"the tag {Quote.Text(tag)} is not known here; leave it out");
        }

        switch (kind)
        {
            case YamlScalarKind.Null:
                writer.WriteNullValue();
                return true;
            case YamlScalarKind.True:
                writer.WriteBooleanValue(true);
                return true;
            case YamlScalarKind.False:
                writer.WriteBooleanValue(false);
                return true;
            case YamlScalarKind.Number when YamlScalar.TryNumber(node.Text, out var number):
                writer.WriteRawValue(number);
                return true;
            case YamlScalarKind.Number:
                return Refuse(node, ErrorCodes.NotAllowed,
                    $"{Quote.Text(node.Text)} is no number that can be kept; write it in quotes if it is a text");
            default:
                writer.WriteStringValue(node.Text);
                return true;
        }
    }

    // lone surrogates come from escapes such as "\ud800"; UTF-8 cannot hold them
    private static bool IsWhole(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var at = rest.IndexOfAnyInRange('\ud800', '\udfff');
            if (at < 0)
            {
                return true;
            }

            if (Rune.DecodeFromUtf16(rest[at..], out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[(at + length)..];
        }

        return true;
    }

    private bool Refuse(YamlNode node, string code, string message)
    {
        collected.Report(code, message, node.Line, node.Column);
        return false;
    }

    private static SourceNode Source(YamlNode node)
    {
        if (node.Source is { } known)
        {
            return known;
        }

        var source = node.Source = new SourceNode(node.Line, node.Column);
        foreach (var item in node.Items)
        {
            source.Add(Source(item).At(item.Line, item.Column));
        }

        // merged members first, so that the mapping's own lie over them
        foreach (var member in node.Members.Where(IsMerge))
        {
            AddMerged(source, member.Value);
        }

        foreach (var member in node.Members.Where(member => !IsMerge(member)))
        {
            source.Add(member.Name.Text, Source(member.Value).At((int)member.Mark.Line, (int)member.Mark.Column));
        }

        return source;
    }

    private static void AddMerged(SourceNode into, YamlNode merged)
    {
        if (merged.Kind == YamlKind.Sequence)
        {
            merged.Items.ForEach(item => AddMerged(into, item));
        }
        else
        {
            into.Overlay(Source(merged));
        }
    }
}
