using System.Diagnostics;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Partial;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Cli.Rego;

/// <summary>A query on files, and how it is evaluated.</summary>
internal sealed record EvalRequest
{
    public required string Query { get; init; }

    public required RegoFiles Files { get; init; }

    public Value? Input { get; init; }

    public RegoVersion Version { get; init; } = RegoVersion.V1;

    public string? Package { get; init; }

    public IReadOnlyList<string> Imports { get; init; } = [];

    public bool Strict { get; init; }

    public bool StrictBuiltinErrors { get; init; }

    public bool ShowBuiltinErrors { get; init; }

    public bool AllowNetwork { get; init; }

    public bool Metrics { get; init; }

    public bool Coverage { get; init; }

    public string? Explain { get; init; }

    public int? Profile { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>The times that were taken so far.</summary>
    public List<(string Name, long Value)> Times { get; init; } = [];

    public EvalResult Evaluate(Terminal terminal, CancellationToken cancellationToken)
    {
        var texts = new ErrorTexts(new Dictionary<string, string>(Files.Texts) { [""] = Query });
        if (Files.Errors.Count > 0)
        {
            return Wrong(Files.Errors, texts);
        }

        var begun = Stopwatch.GetTimestamp();
        var compiled = RegoProgram.Compile(Files.Modules, new CompileOptions { Strict = Strict });
        Note(Times, "timer_rego_module_compile_ns", ref begun);
        if (compiled.Program is null)
        {
            return Wrong(compiled.Errors, texts);
        }

        var prepared = compiled.Program.Prepare(Query, QueryOptions());
        Note(Times, "timer_rego_query_compile_ns", ref begun);
        if (prepared.Query is null)
        {
            return Wrong(prepared.Errors, texts);
        }

        var tracer = Explain is not null || Profile is not null || Coverage ? new EvalTracer(Explain is not null) : null;
        var outcome = prepared.Query.Evaluate(InputOf(terminal) with { Tracer = tracer }, cancellationToken);
        Note(Times, "timer_rego_query_eval_ns", ref begun);
        IEnumerable<RegoError> errors = outcome.Error is { } error ? [error] : [];
        return new EvalResult(outcome.Rows, [.. errors, .. ShowBuiltinErrors ? outcome.Metrics.BuiltinErrors ?? [] : []], texts)
        {
            Failed = outcome.Error is not null,
            Metrics = Metrics ? Times : null,
            Tracer = tracer,
            Explain = Explain,
            Profile = Profile,
            Coverage = Coverage ? new Coverage(Files.Modules, tracer!.Reached) : null,
        };
    }

    /// <summary>What is left of the query while what is named is unknown.</summary>
    public PartialOutcome EvaluateInPart(IReadOnlyList<string> unknowns, Terminal terminal, CancellationToken cancellationToken)
    {
        if (Files.Errors.Count > 0)
        {
            return new([], [], Files.Errors);
        }

        var compiled = RegoProgram.Compile(Files.Modules, new CompileOptions { Strict = Strict });
        if (compiled.Program is null)
        {
            return new([], [], compiled.Errors);
        }

        var options = new PartialOptions { Unknowns = unknowns, Input = InputOf(terminal), Query = QueryOptions() };
        return PartialEvaluation.Run(compiled.Program, Query, options, cancellationToken);
    }

    private QueryOptions QueryOptions() => new()
    {
        Version = Version,
        Package = Package?.Split('.').SkipWhile((p, at) => at == 0 && p == "data").ToList() ?? [],
        Imports = [.. Imports.Select(i => i.StartsWith("import ", StringComparison.Ordinal) ? i["import ".Length..] : i)],
        Strict = Strict,
    };

    private EvaluationInput InputOf(Terminal terminal) => new()
    {
        Input = Input,
        Data = Files.Data,
        StrictBuiltinErrors = StrictBuiltinErrors,
        Environment = Variables(),
        AllowNetwork = AllowNetwork,
        Print = (_, text) => terminal.Error.Write(text + "\n"),
        Limits = Timeout is { } most ? EvaluationLimits.Default with { Time = most } : EvaluationLimits.Default,
    };

    public static void Note(List<(string, long)> times, string name, ref long begun)
    {
        times.Add((name, Stopwatch.GetElapsedTime(begun).Ticks * TimeSpan.NanosecondsPerTick));
        begun = Stopwatch.GetTimestamp();
    }

    private static EvalResult Wrong(IReadOnlyList<RegoError> errors, ErrorTexts texts) => new([], errors, texts) { Failed = true };

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal);
}
