using System.Globalization;
using System.Numerics;

namespace Reeve.Languages.JavaScript.Running;

/// <summary>Numbers with a fixed count of digits after the point.</summary>
internal static class DecimalText
{
    // more than any tie needs: a tie at 20 digits ends at the 21st
    private const int Exact = 40;

    /// <summary>
    /// The exact value of a finite number, rounded to so many digits (0 to 20); the larger one of two that are equally near (ECMAScript 5
    /// §15.7.4.5).
    /// </summary>
    public static string Of(double number, int digits)
    {
        var exact = Math.Abs(number).ToString("F" + Exact, CultureInfo.InvariantCulture);
        var point = exact.Length - Exact - 1;
        var kept = exact[..point] + exact[(point + 1)..(point + 1 + digits)];
        if (exact[point + 1 + digits] >= '5')
        {
            var larger = BigInteger.Parse(kept, CultureInfo.InvariantCulture) + 1;
            kept = larger.ToString(CultureInfo.InvariantCulture).PadLeft(kept.Length, '0');
        }

        var sign = double.IsNegative(number) ? "-" : "";
        return digits == 0 ? sign + kept : $"{sign}{kept[..^digits]}.{kept[^digits..]}";
    }
}
