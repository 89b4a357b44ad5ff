using Reeve.Flexera.Credentials;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.Data;
using Reeve.Languages.PolicyTemplates;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

public sealed class CaseTests
{
    private const string Head = "name \"case\"\nrs_pt_ver 20180301\ntype \"policy\"\nshort_description \"a case\"\n";

    private static readonly Dictionary<string, OrderedDictionary<string, object?>> _cases =
        CaseFile.All().ToDictionary(c => c.Name, c => c.Case);

    public static TheoryData<string> Names => [.. _cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Evaluates_as_the_case_says(string name)
    {
        var one = _cases[name];
        await using var server = await HttpSink.StartAsync();
        var answers = new CaseServer(one.GetValueOrDefault("server") as OrderedDictionary<string, object?> ?? []);
        server.Reply(answers.Answer);
        var (template, errors) = PolicyTemplate.Compile(Whole((string)one["template"]!));
        Assert.True(template is not null, string.Join('\n', errors));
        var said = one.GetValueOrDefault("params") as OrderedDictionary<string, object?> ?? [];
        var report = await TemplateRun.RunAsync(template, new RunOptions
        {
            Time = TimeProvider.System,
            Scripts = Scripts.Pool,
            Now = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero),
            Parameters = said.ToDictionary(p => p.Key, p => p.Value as string ?? JsonData.Write(p.Value)),
            Credentials = CredentialFile.TryRead(one.GetValueOrDefault("credentials") as string ?? "{}", out var error)
                ?? throw new InvalidOperationException(error),
            HttpTo = server.Url,
            Datasource = one.GetValueOrDefault("datasource") as string,
            Compat = one.GetValueOrDefault("compat") is true,
            AllowedHosts = (one.GetValueOrDefault("hosts") as List<object?> ?? []).ConvertAll(h => (string)h!),
        }, CancellationToken.None);
        var given = (OrderedDictionary<string, object?>)report.ToData(false);
        CompareErrors(one, report);
        foreach (var part in (string[])["datasources", "incidents", "requests"])
        {
            if (one.TryGetValue(part, out var expected))
            {
                Assert.True(Holds(expected, given[part], part == "datasources"),
                    $"{part}\nexpected {CaseFile.Show(expected)}\n     got {CaseFile.Show(given[part])}");
            }
        }

        if (one.TryGetValue("received", out var received))
        {
            var got = answers.Received(server.Requests);
            Assert.True(Holds(received, got, false), $"received\nexpected {CaseFile.Show(received)}\n     got {CaseFile.Show(got)}");
        }
    }

    private static void CompareErrors(OrderedDictionary<string, object?> one, RunReport report)
    {
        var expected = one.GetValueOrDefault("errors") as List<object?> ?? [];
        var got = string.Join('\n', report.Errors.Select(e => e.Message));
        Assert.True(expected.Count == report.Errors.Count, $"{expected.Count} errors expected, got: {got}");
        foreach (var text in expected)
        {
            Assert.Contains((string)text!, got, StringComparison.Ordinal);
        }
    }

    // a policy that holds makes every datasource a needed one
    private static string Whole(string text)
    {
        var head = text.Contains("rs_pt_ver", StringComparison.Ordinal) ? "" : Head;
        if (text.Contains("policy \"", StringComparison.Ordinal))
        {
            return head + text;
        }

        var names = text.Split('\n').Where(l => l.StartsWith("datasource \"", StringComparison.Ordinal)).Select(l => l.Split('"')[1]);
        var validates = names.Select(n => $"  validate ${n} do\n    detail_template \"\"\n    check eq(0, 0)\n  end\n");
        return $"{head}{text}\npolicy \"all\" do\n{string.Concat(validates)}end\n";
    }

    // objects are compared by the members that the case names, unless they are a datasource's
    private static bool Holds(object? expected, object? got, bool exact) => (expected, got) switch
    {
        (OrderedDictionary<string, object?> a, OrderedDictionary<string, object?> b) when !exact =>
            a.All(p => b.TryGetValue(p.Key, out var there) && Holds(p.Value, there, p.Key is "violations" or "fields")),
        (List<object?> a, List<object?> b) when !exact => a.Count == b.Count && a.Zip(b).All(p => Holds(p.First, p.Second, false)),
        _ => JsonData.AreEqual(expected, got),
    };
}
