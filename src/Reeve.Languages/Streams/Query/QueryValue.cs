using System.Numerics;

namespace Reeve.Languages.Streams.Query;

/// <summary>The types of value that a query meets.</summary>
internal enum QueryType : byte
{
    Nil,
    Boolean,
    Text,
    Long,
    Double,
    Big,
    Ratio,
    Other,
}

/// <summary>A value of a query or a field, unboxed where it can be. Equality and order are those of Clojure.</summary>
internal readonly struct QueryValue
{
    private readonly double _double;
    private readonly long _long;
    private readonly object? _object;

    private QueryValue(QueryType type, long whole = 0, double floating = 0, object? other = null)
    {
        Type = type;
        _long = whole;
        _double = floating;
        _object = other;
    }

    /// <summary>Absent, or nil.</summary>
    public static QueryValue Nil => default;

    /// <summary>Its type.</summary>
    public QueryType Type { get; }

    /// <summary>The text, when it is one.</summary>
    public string? Text => Type == QueryType.Text ? (string)_object! : null;

    /// <summary>Nil and false are not; everything else is, 0 and the empty text too.</summary>
    public bool IsTrue => Type switch
    {
        QueryType.Nil => false,
        QueryType.Boolean => _long != 0,
        _ => true,
    };

    private bool IsNumber => Type is QueryType.Long or QueryType.Double or QueryType.Big or QueryType.Ratio;

    public static QueryValue Of(bool value) => new(QueryType.Boolean, value ? 1 : 0);

    public static QueryValue Of(long value) => new(QueryType.Long, value);

    public static QueryValue Of(double value) => new(QueryType.Double, floating: value);

    public static QueryValue Of(BigInteger value) =>
        value >= long.MinValue && value <= long.MaxValue ? Of((long)value) : new(QueryType.Big, other: value);

    public static QueryValue OfRatio(BigInteger numerator, BigInteger denominator) =>
        new(QueryType.Ratio, other: new Ratio(numerator, denominator));

    public static QueryValue Of(string? value) => value is null ? default : new(QueryType.Text, other: value);

    public static QueryValue OfOther(object value) => new(QueryType.Other, other: value);

    /// <summary>Clojure's <c>=</c>: numbers are equal within their category only, so 1 is 1N and not 1.0; NaN equals nothing.</summary>
    public static bool AreEqual(in QueryValue left, in QueryValue right) => left.Type == right.Type && left.Type switch
    {
        QueryType.Nil => true,
        QueryType.Boolean or QueryType.Long => left._long == right._long,
        QueryType.Double => left._double == right._double,
        QueryType.Text => string.Equals((string)left._object!, (string)right._object!, StringComparison.Ordinal),
        _ => left._object!.Equals(right._object),
    };

    /// <summary>Compares two numbers; null when one is no number, or NaN.</summary>
    public static int? Compare(in QueryValue left, in QueryValue right)
    {
        if (!left.IsNumber || !right.IsNumber)
        {
            return null;
        }

        if (left.Type == QueryType.Double || right.Type == QueryType.Double)
        {
            var (a, b) = (left.AsDouble(), right.AsDouble());
            return a < b ? -1 : a > b ? 1 : a == b ? 0 : null;
        }

        if (left.Type == QueryType.Long && right.Type == QueryType.Long)
        {
            return left._long.CompareTo(right._long);
        }

        var (x, y) = (left.AsRatio(), right.AsRatio());
        return (x.Numerator * y.Denominator).CompareTo(y.Numerator * x.Denominator);
    }

    private double AsDouble() => Type switch
    {
        QueryType.Double => _double,
        QueryType.Long => _long,
        QueryType.Big => (double)(BigInteger)_object!,
        _ => ((Ratio)_object!).ToDouble(),
    };

    private Ratio AsRatio() => Type switch
    {
        QueryType.Long => new Ratio(_long, BigInteger.One),
        QueryType.Big => new Ratio((BigInteger)_object!, BigInteger.One),
        _ => (Ratio)_object!,
    };

    // in lowest terms, as whoever makes one hands it in
    private sealed record Ratio(BigInteger Numerator, BigInteger Denominator)
    {
        public double ToDouble() => (double)Numerator / (double)Denominator;
    }
}
