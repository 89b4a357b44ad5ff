using Reeve.Flexera.Network;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates.Syntax;
using Reeve.Languages.XPath;

namespace Reeve.Flexera.Datasources;

/// <summary>What one answer adds to a datasource.</summary>
internal enum ResultShape
{
    /// <summary>The body, as it is.</summary>
    Body,

    /// <summary>The body as text.</summary>
    Text,

    /// <summary>One object.</summary>
    Fields,

    /// <summary>A list of objects.</summary>
    Collect,
}

/// <summary>The <c>result</c> block: answers to data.</summary>
/// <param name="result">The block, or null.</param>
/// <param name="spool">Where a long list goes when nothing but the body is asked for; null: it has to be objects.</param>
internal sealed class ResultReader(Definition? result, RowSpool? spool)
{
    private readonly string _encoding = result?.Text("encoding")?.ToLowerInvariant() ?? "json";

    public ResultShape Shape { get; } = result is null ? ResultShape.Body
        : result.Text("encoding")?.ToLowerInvariant() == "text" ? ResultShape.Text
        : result.Field("collect") is not null ? ResultShape.Collect
        : result.Field("field") is not null ? ResultShape.Fields : ResultShape.Body;

    public bool IsXml => _encoding == "xml";

    /// <summary>The scope of the terms in the block: with the answer in it.</summary>
    /// <exception cref="TermFault">The answer cannot be read.</exception>
    public TermScope Open(Answer answer, TermScope scope) => scope with { Response = Decode(answer), Headers = answer.Headers };

    /// <summary>The data; <paramref name="opened"/> holds the answer.</summary>
    public object? Read(TermScope opened) => Shape switch
    {
        ResultShape.Collect => Collect(result!, opened),
        ResultShape.Fields => Fields(result!, opened),
        _ => opened.Response is XmlData xml ? xml.Text : opened.Response,
    };

    /// <summary>The value of a page that was ignored.</summary>
    public object? Nothing => Shape switch
    {
        ResultShape.Fields => new OrderedDictionary<string, object?>(StringComparer.Ordinal),
        ResultShape.Text => "",
        _ => new List<object?>(),
    };

    private object? Decode(Answer answer)
    {
        if (_encoding == "json" && answer.IsUtf8)
        {
            return answer.Body.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0 ? null
                : TryParse(answer.Body, out var read, out var why) ? read
                : throw new TermFault($"the answer cannot be read as JSON: {why}");
        }

        var text = answer.Text;
        if (_encoding == "text")
        {
            return text;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (_encoding == "xml")
        {
            return Shape == ResultShape.Body ? text
                : XmlData.TryParse(text, out var problem) ?? throw new TermFault($"the answer cannot be read as XML: {problem}");
        }

        return JsonData.TryParse(text, out var value, out var error)
            ? value : throw new TermFault($"the answer cannot be read as JSON: {error}");
    }

    private bool TryParse(byte[] body, out object? value, out string error) =>
        spool is not null && Shape == ResultShape.Body ? JsonData.TryParse(body, spool, out value, out error)
            : JsonData.TryParse(body, out value, out error);

    public static OrderedDictionary<string, object?> Fields(Definition block, TermScope scope)
    {
        var map = new OrderedDictionary<string, object?>(block.Fields.Length, StringComparer.Ordinal);
        foreach (var field in block.Fields)
        {
            if (field is { Name: "field", Label: { } name })
            {
                map[name] = field.Arguments.Length > 1
                    ? Values.Plain(TermValue.Evaluate(field.Arguments[1], scope))
                    : field.Field("collect") is not null ? Collect(field, scope) : Fields(field, scope);
            }
        }

        return map;
    }

    private static List<object?> Collect(Definition block, TermScope scope)
    {
        var all = new List<object?>();
        foreach (var collect in block.FieldsNamed("collect"))
        {
            var index = 0;
            foreach (var item in TermValue.EvaluateAll(collect.Arguments[0], scope))
            {
                var inside = scope with { ColItem = item, ColIndex = index++ };
                if (collect.Field("collect") is not null && collect.Field("field") is null)
                {
                    all.AddRange(Collect(collect, inside));
                }
                else
                {
                    all.Add(collect.Fields.Length == 0 ? Values.Plain(item) : Fields(collect, inside));
                }
            }
        }

        return all;
    }
}
