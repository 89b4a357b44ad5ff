using System.Text.Json;
using Reeve.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Reeve.Core.Documents;

/// <summary>Reads YAML into documents: first a tree of nodes, then JSON, in which every alias is written out.</summary>
internal sealed class YamlText
{
    private readonly DocumentCollector _collected;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlText(string text, DocumentCollector collected)
    {
        _collected = collected;
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
    }

    public static void Read(string text, DocumentCollector collected)
    {
        var reader = new YamlText(text, collected);
        try
        {
            reader.Read();
        }
        catch (YamlException problem)
        {
            // some of the parser's sentences come without a place
            reader.ReportMalformed(Reason(problem.Message), problem.Start.Index > 0 ? problem.Start : reader._scanner.CurrentPosition);
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException or IndexOutOfRangeException
            or FormatException or OverflowException or KeyNotFoundException or NullReferenceException or InvalidCastException)
        {
            // the parser's own bugs on hostile text, mostly on brackets that stay open; a user's text must not throw
            reader.ReportMalformed("this cannot stand here; is a `]`, `}` or quote before it missing?", reader._scanner.CurrentPosition);
        }
    }

    private void Read()
    {
        var json = new YamlJson(_collected);
        while (_parser.MoveNext())
        {
            if (_parser.Current is not DocumentStart)
            {
                continue;
            }

            _anchors.Clear();
            _parser.MoveNext();
            if (ReadNode(1) is not { } root || !json.TryWrite(root, out var value, out var node))
            {
                return;
            }

            // a document that is empty, or only comments, is none
            if (value.ValueKind != JsonValueKind.Null && !_collected.Add(value, node))
            {
                return;
            }
        }
    }

    // gives null when a limit is passed or something cannot stand there; the mistake is reported then
    private YamlNode? ReadNode(int depth)
    {
        var mark = _parser.Current!.Start;
        if (depth > _collected.Limits.MaxDepth + 1)
        {
            return Refuse(ErrorCodes.TooDeep, $"objects and lists are more than {_collected.Limits.MaxDepth} levels deep", mark);
        }

        if (++_nodes > _collected.Limits.MaxValues)
        {
            return Refuse(ErrorCodes.TooLarge, $"there are more than {_collected.Limits.MaxValues} values; split the text", mark);
        }

        switch (_parser.Current)
        {
            case AnchorAlias alias:
                if (!_anchors.TryGetValue(alias.Value.Value, out var known))
                {
                    return Refuse(ErrorCodes.NotFound, $"no anchor {Quote.Text("&" + alias.Value.Value)} stands before this alias", mark);
                }

                return known.IsOpen
                    ? Refuse(ErrorCodes.MalformedText,
                        $"the alias {Quote.Text("*" + alias.Value.Value)} stands inside what it refers to", mark)
                    : known;
            case Scalar scalar:
                return Anchor(scalar, new YamlNode(YamlKind.Scalar, mark)
                {
                    Text = scalar.Value,
                    Plain = scalar.Style == ScalarStyle.Plain,
                    Tag = TagOf(scalar),
                });
            case SequenceStart start:
                return ReadSequence(start, depth);
            case MappingStart start:
                return ReadMapping(start, depth);
            default:
                return Refuse(ErrorCodes.MalformedText, "malformed YAML: a value is missing", mark);
        }
    }

    private YamlNode? ReadSequence(SequenceStart start, int depth)
    {
        var node = Anchor(start, new YamlNode(YamlKind.Sequence, start.Start) { IsOpen = true, Tag = TagOf(start) });
        while (Next() is not SequenceEnd)
        {
            if (ReadNode(depth + 1) is not { } item)
            {
                return null;
            }

            node.Items.Add(item);
        }

        node.IsOpen = false;
        return node;
    }

    private YamlNode? ReadMapping(MappingStart start, int depth)
    {
        var node = Anchor(start, new YamlNode(YamlKind.Mapping, start.Start) { IsOpen = true, Tag = TagOf(start) });
        while (Next() is not MappingEnd)
        {
            var mark = _parser.Current!.Start;
            if (ReadNode(depth + 1) is not { } key)
            {
                return null;
            }

            if (key.Kind != YamlKind.Scalar)
            {
                return Refuse(ErrorCodes.WrongType, "the name of a field must be a text, not an object or a list", mark);
            }

            Next();
            if (ReadNode(depth + 1) is not { } value)
            {
                return null;
            }

            node.Members.Add(new YamlMember(key, value, mark));
        }

        node.IsOpen = false;
        return node;
    }

    private ParsingEvent Next()
    {
        _parser.MoveNext();
        return _parser.Current!;
    }

    private static string? TagOf(NodeEvent seen) => seen.Tag.IsEmpty ? null : seen.Tag.Value;

    private YamlNode Anchor(NodeEvent seen, YamlNode node)
    {
        if (!seen.Anchor.IsEmpty)
        {
            _anchors[seen.Anchor.Value] = node;
        }

        return node;
    }

    private void ReportMalformed(string reason, Mark mark) =>
        _collected.Report(ErrorCodes.MalformedText,
            $"malformed YAML: {reason}", (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private YamlNode? Refuse(string code, string message, Mark mark)
    {
        _collected.Report(code, message, (int)mark.Line, (int)mark.Column);
        return null;
    }

    // the parser's own sentence in the style of our messages
    private static string Reason(string message)
    {
        var text = message.Trim().TrimEnd('.').Replace('\'', '`');
        return text.Length == 0 ? "it cannot be read" : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
