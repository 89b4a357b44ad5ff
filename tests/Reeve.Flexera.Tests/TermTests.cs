using System.Text;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.Data;
using Reeve.Languages.PolicyTemplates;

namespace Reeve.Flexera.Tests;

/// <summary>Golden data, `Cases/functions.txt`: terms, and what each yields.</summary>
public sealed class TermTests
{
    private const string Mark = " -> ";

    [Fact]
    public async Task Every_function_yields_what_its_line_says()
    {
        var lines = (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Cases", "functions.txt")))
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => (Line: l, Mark: l.LastIndexOf(Mark, StringComparison.Ordinal)))
            .Select(l => (Term: l.Line[..l.Mark], Expected: l.Line[(l.Mark + Mark.Length)..]))
            .ToList();
        Assert.True(lines.Count > 200);
        var (template, errors) = PolicyTemplate.Compile(Template(lines.ConvertAll(l => l.Term)));
        Assert.True(template is not null, string.Join('\n', errors));
        var report = await TemplateRun.RunAsync(template, new RunOptions
        {
            Time = TimeProvider.System,
            Scripts = Scripts.Pool,
            Now = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
            Credentials = CredentialFile.TryRead("{}", out _)!,
        }, CancellationToken.None);
        var data = (OrderedDictionary<string, object?>)((OrderedDictionary<string, object?>)report.ToData(false))["datasources"]!;
        var wrong = lines.Select((line, i) => (line, Got: Said(i, data, report)))
            .Where(l => !Same(l.line.Expected, l.Got)).Select(l => $"{l.line.Term}{Mark}{l.Got}, not {l.line.Expected}");
        Assert.Empty(wrong);
    }

    private static bool Same(string expected, string got) =>
        expected == got || (JsonData.TryParse(expected, out var one, out _) && JsonData.TryParse(got, out var other, out _)
            && JsonData.AreEqual(one, other));

    private static string Said(int index, OrderedDictionary<string, object?> data, RunReport report) =>
        data.GetValueOrDefault($"d{index}") is OrderedDictionary<string, object?> there ? JsonData.Write(there["v"])
        : report.Errors.FirstOrDefault(e => e.Datasource == $"d{index}") is { } error
            ? "! " + error.Message[$"datasource `d{index}`: ".Length..]
        : "nothing";

    // a datasource for each, so that one without a value hides no other
    private static string Template(List<string> terms)
    {
        var text = new StringBuilder("name \"case\"\nrs_pt_ver 20180301\ntype \"policy\"\nshort_description \"a case\"\n");
        for (var i = 0; i < terms.Count; i++)
        {
            text.Append($"datasource \"d{i}\" do\n  field \"v\", {terms[i]}\nend\n");
        }

        text.Append("policy \"all\" do\n");
        for (var i = 0; i < terms.Count; i++)
        {
            text.Append($"  validate $d{i} do\n    detail_template \"\"\n    check true\n  end\n");
        }

        return text.Append("end\n").ToString();
    }
}
