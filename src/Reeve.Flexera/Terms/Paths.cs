using System.Collections.Concurrent;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.JmesPath;
using Reeve.Languages.Jq;
using Reeve.Languages.XPath;

namespace Reeve.Flexera.Terms;

/// <summary>JMESPath, jq and XPath inside terms; each expression is compiled once in a run.</summary>
internal sealed class Paths(TimeProvider clock, CancellationToken cancellationToken)
{
    // expressions may be put together from data: what is kept is bounded
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, JmesPathProgram> _jmesPaths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JqProgram> _jqs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, XPathProgram> _xpaths = new(StringComparer.Ordinal);
    private object? _plain;

    public object? JmesPath(object? from, string expression)
    {
        var program = Get(_jmesPaths, expression, "JMESPath", JmesPathProgram.Parse);
        if (from is XmlData)
        {
            throw new TermFault("`jmes_path` reads JSON, not XML; use `xpath`");
        }

        var (value, error) = program.Evaluate(Plain(from), cancellationToken: cancellationToken);
        return error is null ? value : throw new TermFault($"`{Values.Short(expression)}`: {error}");
    }

    /// <summary>The first value that the program yields, or a list of all.</summary>
    public object? Jq(object? from, string expression, bool all, string marker)
    {
        var program = Get(_jqs, expression, "jq", static text => JqProgram.Parse(text, "marker"));
        if (from is XmlData)
        {
            throw new TermFault("`jq` reads JSON, not XML; use `xpath`");
        }

        var (values, error) = program.Run(Plain(from), clock, null, cancellationToken, marker);
        if (error is not null)
        {
            throw new TermFault($"`{Values.Short(expression)}`: {error}");
        }

        return all ? values.ToList() : values.Count > 0 ? values[0] : null;
    }

    /// <summary>The text of the first node, or a list of all nodes; null when there is none.</summary>
    public object? XPath(object? from, string expression, bool all)
    {
        var program = Get(_xpaths, expression, "XPath", XPathProgram.Parse);
        if (from is null)
        {
            return all ? new List<object?>() : null;
        }

        if (from is not XmlData xml)
        {
            throw new TermFault($"`xpath` reads XML, not {Values.Describe(from)}");
        }

        var (values, error) = program.Evaluate(xml, cancellationToken);
        if (error is not null)
        {
            throw new TermFault(error.ToString());
        }

        return all ? new List<object?>(values) : values.Count == 0 ? null : values[0] is XmlData first ? first.Text : values[0];
    }

    // the fields of one row are asked of the same item one after the other: whether it is data is looked at once
    private object? Plain(object? from)
    {
        if (from is null || ReferenceEquals(from, Volatile.Read(ref _plain)))
        {
            return from;
        }

        var plain = from is RowList rows ? rows.Whole : Values.Plain(from);
        Volatile.Write(ref _plain, plain);
        return plain;
    }

    private static T Get<T>(
        ConcurrentDictionary<string, T> known, string expression, string language, Func<string, (T? Program, ExpressionError? Error)> parse)
        where T : class
    {
        if (known.TryGetValue(expression, out var program))
        {
            return program;
        }

        var (made, error) = parse(expression);
        if (made is null)
        {
            throw new TermFault($"`{Values.Short(expression)}` is no {language} expression: {error}");
        }

        if (known.Count < Most)
        {
            known.TryAdd(expression, made);
        }

        return made;
    }
}
