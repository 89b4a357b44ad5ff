using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Cli.Rego;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Cli.Testing;

/// <summary>Tests written in Rego, run and told as <c>opa test</c> does.</summary>
internal sealed class RegoTestSuite : ITestSuite
{
    private static readonly TimeSpan LongestPattern = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UsualTime = TimeSpan.FromSeconds(5);

    public bool IsAt(TestRequest request) => request.Paths.Any(path => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.rego", SearchOption.AllDirectories).Any()
        : path.EndsWith(".rego", StringComparison.Ordinal) || path.EndsWith(".tar.gz", StringComparison.Ordinal));

    public Task<int> RunAsync(TestRequest request, Terminal terminal, CancellationToken cancellationToken) =>
        Task.FromResult(Run(request, terminal, cancellationToken));

    private static int Run(TestRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        var files = new RegoFiles(request.V0 ? RegoVersion.V0 : RegoVersion.V1) { Ignored = request.Ignored };
        foreach (var path in request.Paths)
        {
            if (request.Bundles)
            {
                files.LoadBundle(path);
            }
            else
            {
                files.Load(path);
            }
        }

        var found = new RegoTestModules(files.Modules.OrderBy(m => m.File, StringComparer.Ordinal));
        var compiled = files.Errors.Count > 0 ? null : RegoProgram.Compile(found.Modules, new CompileOptions());
        if (compiled?.Program is null)
        {
            var errors = compiled?.Errors ?? files.Errors;
            terminal.Error.Write(new ErrorTexts(files.Texts).All(errors) + "\n");
            return ExitCode.WrongInput;
        }

        var reached = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        var results = found.Tests.Where(t => IsWanted(t, request.Run))
            .Select(test => Run(test, compiled.Program, files.Data, request, reached, cancellationToken)).ToList();
        var isWrong = results.Any(r => !r.Passed && !(r.Skipped && request.MaySkip));
        if (request.Coverage)
        {
            return Cover(new Coverage(files.Modules, reached), results, request, terminal);
        }

        if (request.Json)
        {
            RegoTestReport.Json(results, terminal.Out);
        }
        else
        {
            RegoTestReport.Pretty(results, request.Verbose, terminal.Out);
        }

        return isWrong ? ExitCode.Found : ExitCode.Fine;
    }

    private static int Cover(Coverage coverage, List<RegoTestResult> results, TestRequest request, Terminal terminal)
    {
        if (results.Exists(r => r.Failed || r.Error is not null))
        {
            RegoTestReport.Pretty(results, request.Verbose, terminal.Out);
            return ExitCode.Found;
        }

        if (coverage.Percent < request.Threshold)
        {
            terminal.Error.Write(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"Code coverage threshold not met: got {coverage.Percent:0.00} instead of {request.Threshold:0.00}\n"));
            return ExitCode.Found;
        }

        terminal.Out.Write(GoJson.Indented(coverage.Write) + "\n");
        return ExitCode.Fine;
    }

    private static bool IsWanted(RegoTest test, string? pattern)
    {
        try
        {
            return pattern is null || Regex.IsMatch(test.FullName, pattern, RegexOptions.CultureInvariant, LongestPattern);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            throw new VerbException($"test: `--run {pattern}`: {e.Message.TrimEnd('.')}", ExitCode.WrongInput);
        }
    }

    private static RegoTestResult Run(
        RegoTest test, RegoProgram program, Value data, TestRequest request, Dictionary<string, HashSet<int>> reached,
        CancellationToken cancellationToken)
    {
        if (test.IsSkipped)
        {
            return new RegoTestResult(test) { Skipped = true };
        }

        var output = new StringBuilder();
        var cases = new SortedDictionary<string, TestCase>(StringComparer.Ordinal);
        var query = program.Prepare(test.Query, new QueryOptions()).Query!;
        var tracer = request.Coverage ? new EvalTracer(keepsEvents: false) : null;
        var begun = Stopwatch.GetTimestamp();
        var outcome = Evaluate(tracer, (_, text) =>
        {
            if (text.StartsWith(RegoTestModules.CaseMark, StringComparison.Ordinal))
            {
                var names = text.Split($" {RegoTestModules.NameMark} ")[1..];
                TestCase.Add(cases, names, passed: false);
            }
            else
            {
                output.Append(text).Append('\n');
            }
        });
        var took = (long)Stopwatch.GetElapsedTime(begun).TotalNanoseconds;
        var answer = outcome.Rows.Count == 0 ? null : outcome.Rows[0].Statements[0].Value;
        foreach (var (file, rows) in tracer?.Reached ?? [])
        {
            reached.TryAdd(file, []);
            reached[file].UnionWith(rows);
        }

        if (test.Depth > 0)
        {
            Passed(answer, [], test.Depth, cases);
        }

        var failed = outcome.Error is null
            && (test.Depth > 0 ? cases.Count == 0 || cases.Values.Any(c => c.Failed) : answer is not BooleanValue { Boolean: true });
        return new RegoTestResult(test)
        {
            Failed = failed,
            Error = outcome.Error is { } error ? ErrorTexts.None.One(error) : null,
            Nanoseconds = took,
            Output = output.ToString(),
            Cases = cases,
            FailedAt = failed ? LastFailure() : null,
        };

        QueryOutcome Evaluate(IEvaluationTracer? watching, Action<Location, string> print) => query.Evaluate(
            new EvaluationInput
            {
                Data = data,
                Tracer = watching,
                Print = print,
                Limits = EvaluationLimits.Default with { Time = request.Timeout ?? UsualTime },
            },
            cancellationToken);

        // only a test that failed is run again to see where
        TraceEvent? LastFailure()
        {
            var watching = new EvalTracer(keepsEvents: false);
            Evaluate(watching, (_, _) => { });
            return watching.LastFailure;
        }
    }

    private static void Passed(Value? answer, IReadOnlyList<string> path, int depth, SortedDictionary<string, TestCase> cases)
    {
        if (depth == 0 && answer is BooleanValue { Boolean: true })
        {
            TestCase.Add(cases, path, passed: true);
        }
        else if (depth > 0 && answer is ObjectValue members)
        {
            foreach (var (key, value) in members)
            {
                Passed(value, [.. path, key is StringValue text ? text.Text : ValueJson.ToText(key)], depth - 1, cases);
            }
        }
    }
}
