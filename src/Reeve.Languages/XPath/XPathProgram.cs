using System.Text;
using System.Xml;
using System.Xml.XPath;
using Reeve.Languages.Data;

namespace Reeve.Languages.XPath;

/// <summary>An XPath 1.0 expression that looks at local names only, ready to be evaluated by any number of threads.</summary>
public sealed class XPathProgram
{
    /// <summary>The longest expression, in characters.</summary>
    public const int Longest = 10_000;

    private const int Deepest = 64;

    // nodes to the power of the searches inside one another
    private const double MostWork = 2e9;

    private readonly XPathExpression _expression;
    private readonly int _searches;

    private XPathProgram(XPathExpression expression, int searches)
    {
        _expression = expression;
        _searches = searches;
    }

    /// <summary>Reads an expression: either a program, or what is wrong.</summary>
    public static (XPathProgram? Program, ExpressionError? Error) Parse(string text)
    {
        if (text.Length > Longest)
        {
            return (null, new ExpressionError(1, $"the expression has more than {Longest} characters"));
        }

        var (bare, depth, searches) = Prepare(text);
        if (depth > Deepest)
        {
            return (null, new ExpressionError(1, $"brackets are nested more than {Deepest} deep"));
        }

        try
        {
            var expression = XPathExpression.Compile(bare);

            // names of functions are looked up only when they are called
            _ = new System.Xml.Linq.XDocument(new System.Xml.Linq.XElement("a")).CreateNavigator().Evaluate(expression.Clone());
            return (new XPathProgram(expression, searches), null);
        }
        catch (Exception e) when (e is XPathException or ArgumentException or XmlException)
        {
            return (null, new ExpressionError(1, $"`{text}` is no XPath expression"));
        }
    }

    /// <summary>What the expression finds: <see cref="XmlData"/> for each node, or one string, <see cref="double"/> or boolean.</summary>
    public (IReadOnlyList<object> Values, ExpressionError? Error) Evaluate(XmlData from, CancellationToken cancellationToken = default)
    {
        if (_searches > 1 && Math.Pow(from.Nodes, _searches) > MostWork)
        {
            return ([], new ExpressionError(0, $"searches inside one another cost too much in a document of {from.Nodes} nodes"));
        }

        try
        {
            var found = from.At.Evaluate(_expression.Clone());
            if (found is not XPathNodeIterator nodes)
            {
                return ([found], null);
            }

            var values = new List<object>();
            while (nodes.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                values.Add(new XmlData(nodes.Current!.Clone(), from.Nodes));
            }

            return (values, null);
        }
        catch (XPathException)
        {
            return ([], new ExpressionError(0, $"`{_expression.Expression}` cannot be evaluated here"));
        }
    }

    // without prefixes; and how deep its brackets are, and how many steps look through the whole document
    private static (string Text, int Depth, int Searches) Prepare(string text)
    {
        var bare = new StringBuilder(text.Length);
        var (depth, deepest, searches) = (0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '"' or '\'')
            {
                var end = text.IndexOf(c, i + 1);
                end = end < 0 ? text.Length - 1 : end;
                bare.Append(text, i, end - i + 1);
                i = end;
                continue;
            }

            if (c == ':' && i > 0 && text[i - 1] != ':' && i + 1 < text.Length && text[i + 1] != ':')
            {
                while (bare.Length > 0 && (char.IsLetterOrDigit(bare[^1]) || bare[^1] is '_' or '-' or '.'))
                {
                    bare.Length--;
                }

                continue;
            }

            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            deepest = Math.Max(deepest, depth);
            var isDouble = i + 1 < text.Length && text[i + 1] == c;
            searches += isDouble && (c == '/' || (c == ':' && !IsNearAxis(text.AsSpan(0, i)))) ? 1 : 0;
            bare.Append(c);
        }

        return (bare.ToString(), deepest, searches);
    }

    private static bool IsNearAxis(ReadOnlySpan<char> before) =>
        before.EndsWith("child") || before.EndsWith("attribute") || before.EndsWith("parent")
        || (before.EndsWith("self") && !before.EndsWith("-self"));
}
