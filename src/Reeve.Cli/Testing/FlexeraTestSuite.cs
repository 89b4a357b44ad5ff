using System.Globalization;
using System.IO.Enumeration;
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
    private static readonly TimeSpan _usualTime = TimeSpan.FromMinutes(5);

    public bool IsAt(TestRequest request) => Files(request.Paths, request.Ignored).Any();

    public async Task<int> RunAsync(TestRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        var longest = request.Timeout ?? _usualTime;
        using var scripts = RunInput.Scripts(longest);
        var told = new List<object?>();
        var covers = new SortedDictionary<string, TemplateCoverage>(StringComparer.Ordinal);
        var (passed, failed) = (0, 0);
        foreach (var file in Files(request.Paths, request.Ignored))
        {
            var (read, template) = await ReadAsync(file, cancellationToken);
            var cover = covers.TryGetValue(read.Template, out var known) ? known : covers[read.Template] = new TemplateCoverage(template);
            foreach (var one in read.Cases)
            {
                var name = $"{Path.GetRelativePath(".", file)}: {one.Name}";
                if (!IsWanted(name, request.Run))
                {
                    continue;
                }

                var (report, differences) =
                    await TemplateCaseRun.RunAsync(template, one, scripts, TimeProvider.System, longest, cancellationToken);
                cover.Add(report);
                (passed, failed) = differences.Count == 0 ? (passed + 1, failed) : (passed, failed + 1);
                told.Add(Map(("name", name), ("passed", differences.Count == 0), ("differences", differences.ToList<object?>())));
                Tell(name, differences, request, terminal);
            }
        }

        if (request.Json)
        {
            terminal.Out.WriteLine(JsonData.Write(
                request.Coverage ? Map(("tests", told), ("coverage", covers.Select(c => (object?)Of(c.Key, c.Value)).ToList())) : told));
        }
        else
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed"));
        }

        return request.Coverage && !IsCovered(covers, request, terminal) || failed > 0 ? ExitCode.Found : ExitCode.Fine;
    }

    private static bool IsCovered(SortedDictionary<string, TemplateCoverage> covers, TestRequest request, Terminal terminal)
    {
        var percent = Percent(covers.Values.Sum(c => c.Reached), covers.Values.Sum(c => c.Total));
        if (!request.Json)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"coverage {percent:0.0} %"));
            foreach (var (file, cover) in covers)
            {
                foreach (var (line, what) in cover.Missed)
                {
                    terminal.Out.WriteLine($"  {Path.GetRelativePath(".", file)}:{line}: {what}");
                }
            }
        }

        if (percent >= request.Threshold)
        {
            return true;
        }

        terminal.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"test: the cases reach {percent:0.0} %, and {request.Threshold} % are asked for"));
        return false;
    }

    private static double Percent(int reached, int total) => total == 0 ? 100 : 100d * reached / total;

    private static OrderedDictionary<string, object?> Of(string file, TemplateCoverage cover) => Map(
        ("template", Path.GetRelativePath(".", file)), ("percent", Math.Round(Percent(cover.Reached, cover.Total), 1)),
        ("missed", cover.Missed.Select(m => (object?)Map(("line", (double)m.Line), ("what", m.What))).ToList()));

    private static OrderedDictionary<string, object?> Map(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var map = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            map[name] = value;
        }

        return map;
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

    private static async Task<(TemplateCaseFile Cases, PolicyTemplate Template)> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(file, cancellationToken);
        var read = TemplateCaseFile.TryRead(file, text, out var error)
            ?? throw new VerbException($"test: `{file}`: {error}", ExitCode.WrongInput);
        if (read.Cases.FirstOrDefault(c => c.Replay is not null && !Directory.Exists(c.Replay)) is { } missing)
        {
            throw new VerbException($"test: `{file}`: {missing.Name}: there is no folder `{missing.Replay}`", ExitCode.WrongInput);
        }

        return (read, await RunInput.TemplateAsync(read.Template, cancellationToken));
    }

    // a pattern is of a name anywhere on the way, as for tests in Rego
    private static IEnumerable<string> Files(IReadOnlyList<string> paths, IReadOnlyList<string> ignored) => paths
        .SelectMany(path => Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*" + TemplateCaseFile.Ending, SearchOption.AllDirectories).Where(
                file => !Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar).Any(part => ignored.Any(
                    pattern => FileSystemName.MatchesSimpleExpression(pattern.Trim('/'), part, ignoreCase: false))))
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
