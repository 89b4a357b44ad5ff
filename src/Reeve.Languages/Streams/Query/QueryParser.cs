using System.Globalization;
using System.Numerics;

namespace Reeve.Languages.Streams.Query;

/// <summary>
/// Reads a query: <c>not</c> binds closer than <c>and</c>, that closer than <c>or</c>; comparisons stand between values and cannot be
/// chained. The whole text has to be one query.
/// </summary>
internal sealed class QueryParser
{
    private const int MaxDepth = 200;
    private readonly string _text;
    private readonly List<QueryToken> _tokens;
    private int _next;
    private int _depth;

    private QueryParser(string text)
    {
        _text = text;
        _tokens = QueryLexer.Read(text);
    }

    private QueryToken Here => _tokens[_next];

    /// <summary>Reads it; throws <see cref="QueryException"/>.</summary>
    public static QueryNode Parse(string text)
    {
        var parser = new QueryParser(text);
        var root = parser.Or();
        return parser.Here.Kind switch
        {
            QueryTokenKind.End => root,
            QueryTokenKind.Close => throw parser.Unexpected("there is no `(` for this `)`"),
            _ => throw parser.LeftOver(),
        };
    }

    private QueryNode Or() => Chain(QueryTokenKind.Or, And, static terms => new OrNode(terms));

    private QueryNode And() => Chain(QueryTokenKind.And, Not, static terms => new AndNode(terms));

    // a chain is one node, so that a long one is not a deep one
    private QueryNode Chain(QueryTokenKind link, Func<QueryNode> read, Func<QueryNode[], QueryNode> make)
    {
        var first = read();
        if (Here.Kind != link)
        {
            return first;
        }

        var terms = new List<QueryNode> { first };
        while (Take(link))
        {
            terms.Add(read());
        }

        return make([.. terms]);
    }

    private QueryNode Not()
    {
        if (!Take(QueryTokenKind.Not))
        {
            return Primary();
        }

        Deeper();
        var node = new NotNode(Not());
        _depth--;
        return node;
    }

    private QueryNode Primary()
    {
        if (!Take(QueryTokenKind.Open))
        {
            return Simple();
        }

        var open = _tokens[_next - 1];
        Deeper();
        var node = Or();
        _depth--;
        if (Here.Kind == QueryTokenKind.End)
        {
            throw new QueryException(open.Start, "this `(` is not closed");
        }

        return Take(QueryTokenKind.Close) ? node : throw LeftOver("expected `)`, `and` or `or`");
    }

    private QueryNode Simple()
    {
        if (Take(QueryTokenKind.Tagged))
        {
            return new TaggedNode(Text("`tagged`"));
        }

        var left = Value();
        var kind = Here.Kind;
        switch (kind)
        {
            case QueryTokenKind.Equal or QueryTokenKind.NotEqual:
                _next++;
                return new EqualNode(left, Value(), kind == QueryTokenKind.NotEqual);
            case QueryTokenKind.Less or QueryTokenKind.Greater or QueryTokenKind.LessEqual or QueryTokenKind.GreaterEqual:
                _next++;
                return new CompareNode(left, kind, Number());
            case QueryTokenKind.Like:
                _next++;
                return new LikeNode(left, new LikePattern(Text("`=~`")));
            case QueryTokenKind.Regex:
                _next++;
                var place = Here.Start;
                var pattern = Text("`~=`");
                return JavaPattern.TryCompile(pattern, out var regex, out var wrong)
                    ? new RegexNode(left, regex)
                    : throw new QueryException(place, $"the pattern cannot be used: {wrong}");
            default:
                return new TruthNode(left);
        }
    }

    private QueryOperand Value()
    {
        var token = Here;
        switch (token.Kind)
        {
            case QueryTokenKind.Name:
                _next++;
                return QueryOperand.Of(QueryField.Named(_text.Substring(token.Start, token.Length)));
            case QueryTokenKind.Text:
                return QueryOperand.Of(QueryValue.Of(Text("")));
            case QueryTokenKind.True or QueryTokenKind.False:
                _next++;
                return QueryOperand.Of(QueryValue.Of(token.Kind == QueryTokenKind.True));
            case QueryTokenKind.Nil:
                _next++;
                return QueryOperand.Of(QueryValue.Nil);
            case QueryTokenKind.Long or QueryTokenKind.Big or QueryTokenKind.Float:
                return QueryOperand.Of(Number());
            default:
                throw Unexpected("expected a field or a value");
        }
    }

    private QueryValue Number()
    {
        var token = Here;
        var digits = _text.AsSpan(token.Start, token.Length);
        switch (token.Kind)
        {
            case QueryTokenKind.Long:
                if (!long.TryParse(digits.TrimEnd("lL"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                {
                    throw new QueryException(token.Start, $"`{digits}` does not fit into 64 bits; write it as `{digits.TrimEnd("lL")}N`");
                }

                _next++;
                return QueryValue.Of(whole);
            case QueryTokenKind.Big:
                _next++;
                return QueryValue.Of(BigInteger.Parse(digits[..^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
            case QueryTokenKind.Float:
                _next++;
                return QueryValue.Of(Float(digits));
            default:
                throw Unexpected("expected a number; only numbers are compared by `<`, `>`, `<=` and `>=`");
        }
    }

    private static double Float(ReadOnlySpan<char> digits) => digits switch
    {
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        "NaN" or "-NaN" => double.NaN,
        _ => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private string Text(string after)
    {
        var token = Here;
        if (token.Kind != QueryTokenKind.Text)
        {
            throw Unexpected($"{after} is to be followed by a text in double quotes");
        }

        _next++;
        return EdnText.Read(_text, token.Start, token.Length);
    }

    private bool Take(QueryTokenKind kind)
    {
        if (Here.Kind != kind)
        {
            return false;
        }

        _next++;
        return true;
    }

    private void Deeper()
    {
        if (++_depth > MaxDepth)
        {
            throw new QueryException(_tokens[_next - 1].Start, $"nested more than {MaxDepth} deep");
        }
    }

    private QueryException Unexpected(string expected) =>
        new(Here.Start, Here.Kind == QueryTokenKind.End ? $"{expected}; the query ends here" : $"{expected}, found {Found(Here)}");

    // the usual slip: `host="a"` is the name `host=` and a text behind it
    private QueryException LeftOver(string expected = "expected `and`, `or` or the end")
    {
        var before = _tokens[_next - 1];
        var word = _text.AsSpan(before.Start, before.Length);
        var slip = before.Kind == QueryTokenKind.Name && word.IndexOfAny("=<>!") >= 0;
        return Unexpected(slip ? $"{expected} (`{Short(word)}` is one name: put blanks around operators)" : expected);
    }

    private string Found(QueryToken token) => $"`{Short(_text.AsSpan(token.Start, token.Length))}`";

    private static string Short(ReadOnlySpan<char> word) => word.Length <= 60 ? word.ToString() : $"{word[..60]}…";
}
