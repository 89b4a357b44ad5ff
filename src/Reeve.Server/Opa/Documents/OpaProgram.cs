using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Server.Opa.Documents;

/// <summary>
/// All policies compiled together, and the questions that were asked of them, made ready. Shared by all snapshots with these policies.
/// </summary>
internal sealed class OpaProgram
{
    // an asker who makes up paths must not fill the memory
    private const int MostKept = 2048;

    private readonly ConcurrentDictionary<string, PreparedQuery> _queries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PreparedDocument> _documents = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, bool> _ruled = new(StringComparer.Ordinal);

    private OpaProgram(RegoProgram program) => Program = program;

    public RegoProgram Program { get; }

    public static OpaProgram Compile(IReadOnlyList<RegoModule> modules) =>
        TryCompile(modules, out var program, out var errors) ? program : throw new InvalidOperationException(errors[0].ToString());

    public static bool TryCompile(
        IEnumerable<RegoModule> modules, [NotNullWhen(true)] out OpaProgram? program, out IReadOnlyList<RegoError> errors)
    {
        var outcome = RegoProgram.Compile([.. modules], new CompileOptions());
        program = outcome.Program is null ? null : new OpaProgram(outcome.Program);
        errors = outcome.Errors;
        return program is not null;
    }

    /// <summary>A query made ready; or why it is none.</summary>
    public PreparedQuery? Query(string text, out IReadOnlyList<RegoError> errors, out bool wasReady)
    {
        errors = [];
        wasReady = _queries.TryGetValue(text, out var ready);
        if (wasReady)
        {
            return ready;
        }

        var outcome = Program.Prepare(text, new QueryOptions());
        errors = outcome.Errors;
        return outcome.Query is { } query ? Keep(_queries, text, query) : null;
    }

    /// <summary>The document at a path, as it stands in the URL, made ready.</summary>
    public PreparedDocument Document(string path, out bool wasReady)
    {
        wasReady = _documents.TryGetValue(path, out var ready);
        if (wasReady)
        {
            return ready!;
        }

        var parts = OpaPath.Parse(path);
        _ = QueryOf(parts);
        return Keep(_documents, path, Program.Document(parts.Select(ValueOf).ToList()));
    }

    /// <summary>Does any policy say something at a path? Asked often, for few paths.</summary>
    public bool HasRulesAt(ImmutableArray<string> path, OpaSnapshot snapshot) => _ruled.GetOrAdd(
        string.Join('/', path), static (_, asked) => asked.snapshot.Policies.Values.Any(p => IsAt(p.Module, asked.path)), (path, snapshot));

    /// <summary>The reference that a path means: a part that is a whole number is one.</summary>
    public static string QueryOf(ImmutableArray<string> parts) => "data" + string.Concat(parts.Select(StepOf));

    public static bool IsAt(RegoModule module, ImmutableArray<string> path) =>
        path.Length > module.Package.Count && module.Package.SequenceEqual(path.Take(module.Package.Count))
        && module.Rules.Any(r => r.Name == path[module.Package.Count]);

    private static string StepOf(string part)
    {
        if (part.Contains('"', StringComparison.Ordinal))
        {
            throw Http.OpaProblem.Invalid($"invalid path: invalid ref term '{part}'");
        }

        return $"[{ValueOf(part)}]";
    }

    // a part that is a whole number is one
    private static Value ValueOf(string part) =>
        int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
            ? NumberValue.Of(n)
            : StringValue.Of(part);

    private static T Keep<T>(ConcurrentDictionary<string, T> kept, string key, T query)
    {
        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }

        kept[key] = query;
        return query;
    }
}
