using System.Globalization;

namespace Reeve.Cli.Rego;

/// <summary>Times as users write them: <c>500ms</c>, <c>5s</c>, <c>2m</c>.</summary>
internal static class Durations
{
    private static readonly string[] _units = ["ms", "s", "m", "h"];

    public static TimeSpan Read(string verb, string text)
    {
        var unit = _units.FirstOrDefault(u => text.EndsWith(u, StringComparison.Ordinal)) ?? "";
        var isNumber = double.TryParse(text[..^unit.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return isNumber && number is > 0 and < 1e6 && unit.Length > 0
            ? TimeSpan.FromMilliseconds(number * (unit switch { "ms" => 1, "s" => 1_000, "m" => 60_000, _ => 3_600_000 }))
            : throw new VerbException($"{verb}: `{text}` is no time; write it as in `500ms`, `5s` or `2m`", ExitCode.WrongInput);
    }
}
