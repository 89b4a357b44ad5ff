using System.CommandLine;
using System.Text.RegularExpressions;
using Reeve.Cli.Rego;
using Reeve.Cli.Testing;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve test PATH…</c>: runs the tests that lie beside policies.</summary>
internal static class TestVerb
{
    private static readonly ITestSuite[] Suites = [new RegoTestSuite(), new FlexeraTestSuite()];

    public static Command Make(Terminal terminal)
    {
        var paths = new Argument<string[]>("path") { Description = "files, or folders with tests", Arity = ArgumentArity.OneOrMore };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "tell of the tests that passed too" };
        var run = new Option<string?>("--run", "-r") { Description = "only tests whose name matches", HelpName = "REGEX" };
        var form = new Option<string>("--format", "-f", "--output", "-o")
        {
            Description = "pretty or json",
            HelpName = "FORM",
            DefaultValueFactory = _ => "pretty",
        };
        form.AcceptOnlyFromAmong("pretty", "table", "json");
        var coverage = new Option<bool>("--coverage", "-c")
        {
            Description = "tell which rows of the policies the tests reach, of templates which parts",
        };
        var threshold = new Option<double>("--threshold") { Description = "the least share that they must reach", HelpName = "PERCENT" };
        var maySkip = new Option<bool>("--exit-zero-on-skipped", "-z") { Description = "end with 0 when tests are skipped" };
        var timeout = new Option<string?>("--timeout")
        {
            Description = "how long a test may take; default: 5s, of a policy template 5m",
            HelpName = "TIME",
        };
        var bundles = new Option<bool>("--bundle", "-b") { Description = "the paths are bundles" };
        var ignored = new Option<string[]>("--ignore")
        {
            Description = "a pattern of names that are left out",
            DefaultValueFactory = _ => [],
        };
        var v0 = new Option<bool>("--v0-compatible") { Description = "read policies in the language before OPA 1.0" };
        var values = new Option<bool>("--var-values") { Description = "tell what variables were where a test failed (so it is)" };
        var command = new Command("test", "run the tests that lie beside policies; ends with 1 when one fails or is skipped")
        {
            paths, verbose, run, form, coverage, threshold, maySkip, timeout, bundles, ignored, v0, values,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var least = parsed.GetValue(threshold);
            if (least is not (>= 0 and <= 100))
            {
                throw Wrong($"`--threshold {least}`: give 0 to 100");
            }

            var request = new TestRequest(parsed.GetValue(paths)!)
            {
                Run = parsed.GetValue(run),
                Verbose = parsed.GetValue(verbose),
                Json = parsed.GetValue(form) == "json",
                Coverage = parsed.GetValue(coverage) || least > 0,
                Threshold = least,
                MaySkip = parsed.GetValue(maySkip),
                Timeout = parsed.GetValue(timeout) is { } longest ? Durations.Read("test", longest) : null,
                Bundles = parsed.GetValue(bundles),
                Ignored = parsed.GetValue(ignored)!,
                V0 = parsed.GetValue(v0),
            };
            return await RunAsync(request, terminal, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(TestRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            _ = request.Run is null ? null : new Regex(request.Run, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            throw Wrong($"`--run {request.Run}`: {e.Message.TrimEnd('.')}");
        }

        if (request.Paths.FirstOrDefault(p => !Directory.Exists(p) && !File.Exists(p)) is { } missing)
        {
            throw Wrong($"`{missing}`: there is no such file");
        }

        var there = Suites.Where(s => s.IsAt(request)).ToList();
        if (there.Count == 0)
        {
            throw Wrong("there are no tests at these paths; there are tests in Rego (`*.rego`) and cases of policy templates "
                + "(`T.test.yaml` beside `T.pt`)");
        }

        var worst = ExitCode.Fine;
        foreach (var suite in there)
        {
            worst = Math.Max(worst, await suite.RunAsync(request, terminal, cancellationToken));
        }

        return worst;
    }

    private static VerbException Wrong(string message) => new($"test: {message}", ExitCode.WrongInput);
}
