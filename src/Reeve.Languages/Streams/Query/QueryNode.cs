using System.Text.RegularExpressions;

namespace Reeve.Languages.Streams.Query;

/// <summary>A part of a query that says yes or no to an event.</summary>
internal abstract class QueryNode
{
    /// <summary>Does the event fit?</summary>
    public abstract bool Matches(in QuerySubject seen);
}

/// <summary>All of them.</summary>
internal sealed class AndNode(QueryNode[] terms) : QueryNode
{
    public QueryNode[] Terms { get; } = terms;

    public override bool Matches(in QuerySubject seen)
    {
        foreach (var term in Terms)
        {
            if (!term.Matches(in seen))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>One of them.</summary>
internal sealed class OrNode(QueryNode[] terms) : QueryNode
{
    public override bool Matches(in QuerySubject seen)
    {
        foreach (var term in terms)
        {
            if (term.Matches(in seen))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The opposite.</summary>
internal sealed class NotNode(QueryNode inner) : QueryNode
{
    public override bool Matches(in QuerySubject seen) => !inner.Matches(in seen);
}

/// <summary>A value alone: neither nil nor false.</summary>
internal sealed class TruthNode(QueryOperand operand) : QueryNode
{
    public override bool Matches(in QuerySubject seen) => operand.Of(in seen).IsTrue;
}

/// <summary><c>=</c> and <c>!=</c>.</summary>
internal sealed class EqualNode(QueryOperand left, QueryOperand right, bool negated) : QueryNode
{
    // a field is itself, also when it holds NaN, which equals nothing else
    private readonly bool _isSame = left.Field is { } a && right.Field is { } b && a == b;

    public bool Negated => negated;

    /// <summary>Does it say that a field has a text?</summary>
    public bool Requires(out QueryField field, out string value)
    {
        var (named, literal) = left.Field is not null ? (left, right) : (right, left);
        field = named.Field.GetValueOrDefault();
        value = literal.Field is null ? literal.Literal.Text ?? "" : "";
        return named.Field is not null && literal.Field is null && literal.Literal.Text is not null;
    }

    public override bool Matches(in QuerySubject seen) =>
        (_isSame || QueryValue.AreEqual(left.Of(in seen), right.Of(in seen))) != negated;
}

/// <summary>An order of numbers; what is no number fits none.</summary>
internal sealed class CompareNode(QueryOperand operand, QueryTokenKind order, QueryValue bound) : QueryNode
{
    public override bool Matches(in QuerySubject seen) => QueryValue.Compare(operand.Of(in seen), bound) is { } compared && order switch
    {
        QueryTokenKind.Less => compared < 0,
        QueryTokenKind.LessEqual => compared <= 0,
        QueryTokenKind.Greater => compared > 0,
        _ => compared >= 0,
    };
}

/// <summary><c>=~</c>; only texts fit.</summary>
internal sealed class LikeNode(QueryOperand operand, LikePattern pattern) : QueryNode
{
    public override bool Matches(in QuerySubject seen) => operand.Of(in seen).Text is { } text && pattern.Fits(text);
}

/// <summary><c>~=</c>; only texts fit.</summary>
internal sealed class RegexNode(QueryOperand operand, Regex pattern) : QueryNode
{
    public override bool Matches(in QuerySubject seen) => operand.Of(in seen).Text is { } text && JavaPattern.Finds(pattern, text);
}

/// <summary><c>tagged</c>: is the text one of the tags?</summary>
internal sealed class TaggedNode(string tag) : QueryNode
{
    public override bool Matches(in QuerySubject seen) => seen.IsTagged(tag);
}

/// <summary>A value or a field.</summary>
internal sealed class QueryOperand
{
    private readonly QueryValue _literal;

    private QueryOperand(QueryField? field, QueryValue literal)
    {
        Field = field;
        _literal = literal;
    }

    /// <summary>The field; null for a value.</summary>
    public QueryField? Field { get; }

    /// <summary>The value, when it is no field.</summary>
    public QueryValue Literal => _literal;

    public static QueryOperand Of(QueryField field) => new(field, default);

    public static QueryOperand Of(QueryValue literal) => new(null, literal);

    /// <summary>What it is for an event.</summary>
    public QueryValue Of(in QuerySubject seen) => Field is { } field ? seen.Of(field) : _literal;
}
