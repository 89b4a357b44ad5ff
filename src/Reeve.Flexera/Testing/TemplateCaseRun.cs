using Reeve.Flexera.Evaluation;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.JavaScript;
using Reeve.Languages.PolicyTemplates;

namespace Reeve.Flexera.Testing;

/// <summary>Runs the cases of a template, without any network.</summary>
public static class TemplateCaseRun
{
    /// <summary>Runs one, for as long as <paramref name="longest"/> allows.</summary>
    public static async Task<TemplateCaseResult> RunAsync(
        PolicyTemplate template, TemplateCase one, IScriptRunner scripts, TimeProvider time, TimeSpan longest,
        CancellationToken cancellationToken)
    {
        var others = one.Words.Where(w => w.Key is not ("rs_org_id" or "rs_project_id")).ToDictionary();
        using var report = await TemplateRun.RunAsync(
            template,
            new RunOptions
            {
                Time = time,
                Scripts = scripts,
                Parameters = one.Parameters,
                Now = one.Now,
                ReplayFrom = one.Replay,
                Answers = one.Replay is null ? one.Answers : null,
                Compat = one.Compat,
                Longest = longest,
                Words = new WordValues { Others = others, OrgId = Number(one, "rs_org_id"), ProjectId = Number(one, "rs_project_id") },
            },
            cancellationToken);
        return new TemplateCaseResult(report, Differences(one.Expected, report));
    }

    private static long Number(TemplateCase one, string word) =>
        long.TryParse(one.Words.GetValueOrDefault(word), out var number) ? number : 1;

    private static List<string> Differences(OrderedDictionary<string, object?> expected, RunReport report)
    {
        var given = (OrderedDictionary<string, object?>)report.ToData(false);
        var differences = new List<string>();
        var errors = (expected.GetValueOrDefault("errors") as List<object?> ?? []).OfType<string>().ToList();
        foreach (var error in report.Errors.Where(e => !errors.Exists(t => e.Message.Contains(t, StringComparison.Ordinal))))
        {
            differences.Add($"errors: not expected: {error.Message}");
        }

        foreach (var text in errors.Where(t => !report.Errors.Any(e => e.Message.Contains(t, StringComparison.Ordinal))))
        {
            differences.Add($"errors: there is none with `{text}`");
        }

        foreach (var part in (string[])["datasources", "incidents", "requests"])
        {
            if (expected.TryGetValue(part, out var wanted))
            {
                Compare(part, wanted, given[part], differences);
            }
        }

        foreach (var name in expected.Keys.Where(k => k is not ("errors" or "datasources" or "incidents" or "requests")))
        {
            differences.Add($"`{name}` is nothing that can be expected");
        }

        return differences;
    }

    // of an object the members that the case names; lists whole
    private static void Compare(string place, object? wanted, object? given, List<string> differences)
    {
        given = given is RowList rows ? rows.Whole : given;
        switch (wanted, given)
        {
            case (OrderedDictionary<string, object?> a, OrderedDictionary<string, object?> b):
                foreach (var (name, value) in a)
                {
                    Compare($"{place}.{name}", value, b.GetValueOrDefault(name), differences);
                }

                break;
            case (List<object?> a, List<object?> b) when a.Count == b.Count:
                for (var i = 0; i < a.Count; i++)
                {
                    Compare($"{place}[{i}]", a[i], b[i], differences);
                }

                break;
            case (List<object?> a, List<object?> b):
                differences.Add($"{place}: {a.Count} expected, {b.Count} given: {Short(given)}");
                break;
            default:
                if (!JsonData.AreEqual(wanted, given))
                {
                    differences.Add($"{place}: expected {Short(wanted)}, given {Short(given)}");
                }

                break;
        }
    }

    private static string Short(object? value)
    {
        var text = JsonData.Write(value);
        return text.Length > 300 ? text[..300] + "…" : text;
    }
}
