using System.Globalization;
using System.Text.RegularExpressions;
using Reeve.Cli.Flexera;
using Reeve.Flexera.Testing;
using Reeve.Languages.Data;
using Reeve.Languages.JavaScript.Workers;
using Reeve.Languages.PolicyTemplates;

namespace Reeve.Cli.Testing;

/// <summary>Cases beside policy templates: <c>T.test.yaml</c> beside <c>T.pt</c>.</summary>
internal sealed class FlexeraTestSuite : ITestSuite
{
    private static readonly TimeSpan _longestPattern = TimeSpan.FromSeconds(1);

    public bool IsAt(IReadOnlyList<string> paths) => Files(paths).Any();

    public async Task<int> RunAsync(TestRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        using var scripts = RunInput.Scripts(TimeSpan.FromMinutes(5));
        var told = new List<object?>();
        var (passed, failed) = (0, 0);
        foreach (var file in Files(request.Paths))
        {
            var (template, cases) = await ReadAsync(file, cancellationToken);
            foreach (var one in cases)
            {
                var name = $"{Path.GetRelativePath(".", file)}: {one.Name}";
                if (!IsWanted(name, request.Run))
                {
                    continue;
                }

                var differences = await TemplateCaseRun.RunAsync(template, one, scripts, TimeProvider.System, cancellationToken);
                (passed, failed) = differences.Count == 0 ? (passed + 1, failed) : (passed, failed + 1);
                told.Add(new OrderedDictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["name"] = name,
                    ["passed"] = differences.Count == 0,
                    ["differences"] = differences.Select(d => (object?)d).ToList(),
                });
                Tell(name, differences, request, terminal);
            }
        }

        terminal.Out.WriteLine(request.Json ? JsonData.Write(told)
            : string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"));
        return failed > 0 ? ExitCode.Found : ExitCode.Fine;
    }

    private static void Tell(string name, IReadOnlyList<string> differences, TestRequest request, Terminal terminal)
    {
        if (request.Json || (differences.Count == 0 && !request.Verbose))
        {
            return;
        }

        terminal.Out.WriteLine($"{(differences.Count == 0 ? "passed" : "failed")}  {name}");
        foreach (var difference in differences)
        {
            terminal.Out.WriteLine($"        {difference}");
        }
    }

    private static async Task<(PolicyTemplate Template, IReadOnlyList<TemplateCase> Cases)> ReadAsync(
        string file, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(file, cancellationToken);
        var read = TemplateCaseFile.TryRead(file, text, out var error)
            ?? throw new VerbException($"test: `{file}`: {error}", ExitCode.WrongInput);
        if (read.Cases.FirstOrDefault(c => c.Replay is not null && !Directory.Exists(c.Replay)) is { } missing)
        {
            throw new VerbException($"test: `{file}`: {missing.Name}: there is no folder `{missing.Replay}`", ExitCode.WrongInput);
        }

        return (await RunInput.TemplateAsync(read.Template, cancellationToken), read.Cases);
    }

    private static IEnumerable<string> Files(IReadOnlyList<string> paths) => paths.SelectMany(path => Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*" + TemplateCaseFile.Ending, SearchOption.AllDirectories)
            : path.EndsWith(TemplateCaseFile.Ending, StringComparison.Ordinal) ? [path] : [])
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static bool IsWanted(string name, string? pattern)
    {
        try
        {
            return pattern is null || Regex.IsMatch(name, pattern, RegexOptions.None, _longestPattern);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            throw new VerbException($"test: `{pattern}` is no regular expression", ExitCode.WrongInput);
        }
    }
}
