using System.Collections.Concurrent;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Modules compiled together; can be used by many threads at once, with any base documents.</summary>
public sealed class RegoProgram
{
    private readonly Compilation _compilation;
    private readonly CodeSet _codes;
    private readonly Lazy<CodeSet> _traced;
    private readonly ConcurrentDictionary<string, PreparedDocument> _documents = new(StringComparer.Ordinal);

    private RegoProgram(Compilation compilation, IReadOnlyList<RegoModule> modules)
    {
        _compilation = compilation;
        _codes = CodeSet.Generate(compilation, false);
        _traced = new(() => CodeSet.Generate(compilation, true));
        Pool = new ContextPool(_codes.Tree);
        Modules = modules;
    }

    /// <summary>The modules it was made of.</summary>
    public IReadOnlyList<RegoModule> Modules { get; }

    internal ContextPool Pool { get; }

    internal CodeSet Codes => _codes;

    internal CodeSet TracedCodes => _traced.Value;

    internal Compilation Compilation => _compilation;

    /// <summary>Compiles modules; any modules are answered with a program or with errors.</summary>
    public static CompileOutcome Compile(IReadOnlyList<RegoModule> modules, CompileOptions options)
    {
        try
        {
            var (compilation, errors) = Compilation.Run(modules, options);
            return errors.Count > 0 ? new(null, errors) : new(new RegoProgram(compilation, modules), []);
        }
        catch (InsufficientExecutionStackException)
        {
            return new(null, [new(RegoError.CompileError, "the modules are nested too deeply", "", 0, 0)]);
        }
    }

    /// <summary>Compiles a query over the program.</summary>
    public PreparationOutcome Prepare(string query, QueryOptions? options = null) =>
        QueryPreparation.Prepare(this, query, options ?? new());

    /// <summary>
    /// The document at a path such as <c>a/b</c> or <c>a.b</c>, with or without <c>data</c> in front; made once per path.
    /// </summary>
    public PreparedDocument Document(string path) => _documents.TryGetValue(path, out var known)
        ? known
        : _documents.Count < 10_000 ? _documents.GetOrAdd(path, Find) : Find(path);

    /// <summary>The document at a path given by its steps.</summary>
    public PreparedDocument Document(IReadOnlyList<string> path) => new(this, [.. path.Select(StringValue.Of)]);

    /// <summary>The document at a path whose steps may be of any type, such as the index of an array.</summary>
    public PreparedDocument Document(IReadOnlyList<Value> path) => new(this, [.. path]);

    /// <summary>The value of one document: the short way for decisions.</summary>
    public Decision Decide(string path, EvaluationInput input, CancellationToken cancellationToken) =>
        Document(path).Evaluate(input, cancellationToken);

    private PreparedDocument Find(string path)
    {
        var steps = path.Split(['/', '.'], StringSplitOptions.RemoveEmptyEntries);
        return Document(steps is ["data", ..] && !path.StartsWith('/') && path.Contains('.', StringComparison.Ordinal) ? steps[1..]
            : steps is ["data"] ? [] : steps);
    }
}
