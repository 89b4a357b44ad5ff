using System.Globalization;
using System.Text.Json;
using Reeve.Core.Time;

namespace Reeve.Core.Documents;

/// <summary>Reads the numbers of JSON, which a text may spell in many ways.</summary>
public static class JsonNumbers
{
    /// <summary>A whole number; one that is spelled <c>3.0</c> or <c>1e3</c> is whole too.</summary>
    public static bool TryWhole(JsonElement value, out long number)
    {
        number = 0;
        if (value.ValueKind != JsonValueKind.Number)
        {
            return false;
        }

        if (value.TryGetInt64(out number))
        {
            return true;
        }

        // beyond 28 digits a decimal rounds; what is left of a fraction there is no slip of a person
        if (value.TryGetDecimal(out var exact) && decimal.Truncate(exact) == exact && exact is >= long.MinValue and <= long.MaxValue)
        {
            number = (long)exact;
            return true;
        }

        return false;
    }

    /// <summary>A number that is finite.</summary>
    public static bool TryNumber(JsonElement value, out double number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out number) && double.IsFinite(number);
    }

    /// <summary>A duration: a text such as <c>30s</c>, or a number of seconds.</summary>
    public static bool TryDuration(JsonElement value, out TimeSpan duration)
    {
        duration = default;
        return value.ValueKind switch
        {
            JsonValueKind.String => Durations.TryParse(value.GetString()!, out duration),
            JsonValueKind.Number => TryNumber(value, out var seconds) && Durations.TryFromSeconds(seconds, out duration),
            _ => false,
        };
    }

    /// <summary>A number as JSON spells it.</summary>
    public static string Spell(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
