using System.Globalization;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;

namespace Reeve.Flexera.Testing;

/// <summary>Cases beside a template: <c>T.test.yaml</c> holds those of <c>T.pt</c>.</summary>
/// <param name="Template">The name of the template's file.</param>
/// <param name="Cases">In the order of the text.</param>
public sealed record TemplateCaseFile(string Template, IReadOnlyList<TemplateCase> Cases)
{
    /// <summary>How the names of such files end.</summary>
    public const string Ending = ".test.yaml";

    private static readonly string[] _fields = ["name", "params", "words", "now", "compat", "replay", "answers", "expect"];

    /// <summary>Reads one; null, and then <paramref name="error"/> says why.</summary>
    public static TemplateCaseFile? TryRead(string file, string text, out string error)
    {
        if (!YamlData.TryRead(text, out var value, out error))
        {
            return null;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var named = Path.Combine(folder, Path.GetFileName(file)[..^Ending.Length] + ".pt");
        var cases = value switch
        {
            List<object?> list => list,
            OrderedDictionary<string, object?> map => map.GetValueOrDefault("cases") as List<object?>,
            _ => null,
        };
        if (value is OrderedDictionary<string, object?> whole && whole.GetValueOrDefault("template") is string other)
        {
            named = Path.Combine(folder, other);
        }

        if (cases is null)
        {
            error = "a list of cases is needed, or a map with `cases`";
            return null;
        }

        var read = new List<TemplateCase>();
        foreach (var one in cases)
        {
            if (Case(one, folder, read.Count, out error) is not { } made)
            {
                return null;
            }

            read.Add(made);
        }

        return new TemplateCaseFile(named, read);
    }

    private static TemplateCase? Case(object? value, string folder, int index, out string error)
    {
        error = "";
        var place = $"case {index + 1}";
        if (value is not OrderedDictionary<string, object?> map)
        {
            error = $"{place}: a map is needed";
            return null;
        }

        if (map.Keys.FirstOrDefault(k => !_fields.Contains(k)) is { } unknown)
        {
            error = $"{place}: there is no field `{unknown}`{Core.Errors.DidYouMean.Hint(unknown, _fields)}";
            return null;
        }

        DateTimeOffset? now = null;
        if (map.GetValueOrDefault("now") is { } said)
        {
            if (!DateTimeOffset.TryParse(
                Values.Text(said), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var at))
            {
                error = $"{place}: `now`: `{Values.Text(said)}` is no time";
                return null;
            }

            now = at;
        }

        return new TemplateCase
        {
            Name = map.GetValueOrDefault("name") as string ?? place,
            Parameters = Texts(map.GetValueOrDefault("params")),
            Words = Texts(map.GetValueOrDefault("words")),
            Now = now,
            Compat = map.GetValueOrDefault("compat") is true,
            Replay = map.GetValueOrDefault("replay") is string replay ? Path.Combine(folder, replay) : null,
            Answers = map.GetValueOrDefault("answers") as OrderedDictionary<string, object?> ?? [],
            Expected = map.GetValueOrDefault("expect") as OrderedDictionary<string, object?> ?? [],
        };
    }

    private static Dictionary<string, string> Texts(object? value) => (value as OrderedDictionary<string, object?> ?? [])
        .ToDictionary(p => p.Key, p => p.Value is string text ? text : JsonData.Write(p.Value), StringComparer.Ordinal);
}
