using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Reeve.Core.Policies.Properties;

namespace Reeve.Senlin.Policies.Sizes;

/// <summary>
/// A number as Senlin's language has it: whole without bound, or with a fraction, and the kind is kept. The inputs of actions are taken
/// raw, so a count may be any of them.
/// </summary>
internal readonly record struct Amount : IComparable<Amount>
{
    // a JSON number may have a million digits; nothing of this size counts nodes
    private const int MostDigits = 40;
    private readonly BigInteger _whole;
    private readonly double _real;

    private Amount(BigInteger whole, double real, bool isWhole)
    {
        _whole = whole;
        _real = real;
        IsWhole = isWhole;
    }

    /// <summary>Was it written, or computed, without a point?</summary>
    public bool IsWhole { get; }

    /// <summary>The number as a double.</summary>
    public double Real => IsWhole ? (double)_whole : _real;

    public static implicit operator Amount(int number) => new(number, 0, true);

    public static Amount Of(BigInteger number) => new(number, 0, true);

    public static Amount Of(double number) => new(0, number, false);

    /// <summary>The whole number before the point of a double; one beyond all counting ends at a bound that nothing reaches.</summary>
    public static Amount Whole(double number) =>
        Of(new BigInteger(double.IsNaN(number) ? 0 : Math.Truncate(Math.Clamp(number, -1e30, 1e30))));

    public static Amount operator +(Amount left, Amount right) =>
        left.IsWhole && right.IsWhole ? Of(left._whole + right._whole) : Of(left.Real + right.Real);

    public static Amount operator -(Amount left, Amount right) => left + -right;

    public static Amount operator -(Amount value) => value.IsWhole ? Of(-value._whole) : Of(-value._real);

    public static Amount operator *(Amount left, Amount right) =>
        left.IsWhole && right.IsWhole ? Of(left._whole * right._whole) : Of(left.Real * right.Real);

    public static bool operator <(Amount left, Amount right) => left.CompareTo(right) < 0;

    public static bool operator >(Amount left, Amount right) => left.CompareTo(right) > 0;

    public static bool operator <=(Amount left, Amount right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Amount left, Amount right) => left.CompareTo(right) >= 0;

    public static Amount Min(Amount left, Amount right) => right < left ? right : left;

    public static Amount Abs(Amount value) => value < 0 ? -value : value;

    /// <summary>Reads what counts as a number there: a number, or a flag as 1 and 0.</summary>
    public static bool TryRead(JsonElement value, out Amount amount)
    {
        amount = 0;
        switch (value.ValueKind)
        {
            case JsonValueKind.True:
                amount = 1;
                return true;
            case JsonValueKind.False:
                return true;
            case JsonValueKind.Number:
                var raw = value.GetRawText();
                if (raw.AsSpan().IndexOfAny(".eE") < 0)
                {
                    if (raw.Length > MostDigits)
                    {
                        return false;
                    }

                    amount = Of(BigInteger.Parse(raw, CultureInfo.InvariantCulture));
                    return true;
                }

                amount = Of(value.GetDouble());
                return double.IsFinite(amount._real);
            default:
                return false;
        }
    }

    /// <summary>
    /// A count that is spelled like a whole number and above zero: a whole number, or a text that spells one the way it is printed.
    /// </summary>
    public static bool TryPositive(JsonElement value, out Amount amount)
    {
        amount = 0;
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString() is { Length: > 0 and <= MostDigits } text && text[0] != '0' && text.All(char.IsAsciiDigit)
                && Set(Of(BigInteger.Parse(text, CultureInfo.InvariantCulture)), out amount);
        }

        return value.ValueKind == JsonValueKind.Number && TryRead(value, out var number) && number.IsWhole && number > 0
            && Set(number, out amount);
    }

    /// <summary>The whole number before the point.</summary>
    public Amount Truncated() => IsWhole ? this : Whole(_real);

    /// <summary>The number as an int, when it is a whole one of that size.</summary>
    public bool TryInt(out int number)
    {
        number = IsWhole && BigInteger.Abs(_whole) <= int.MaxValue ? (int)_whole : 0;
        return IsWhole && BigInteger.Abs(_whole) <= int.MaxValue;
    }

    public int CompareTo(Amount other) =>
        IsWhole && other.IsWhole ? _whole.CompareTo(other._whole) : Real.CompareTo(other.Real);

    /// <summary>The number in JSON.</summary>
    public void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(IsWhole ? ToString() : JsonSerializerText(_real));

    /// <summary>The number as Senlin prints it.</summary>
    public override string ToString() => IsWhole ? _whole.ToString(CultureInfo.InvariantCulture) : PythonText.Real(_real);

    private static string JsonSerializerText(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static bool Set(Amount value, out Amount amount)
    {
        amount = value;
        return true;
    }
}
