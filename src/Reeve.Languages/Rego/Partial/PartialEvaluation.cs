using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Partial;

/// <summary>Evaluates queries in part: <c>/v1/compile</c>, <c>eval --partial</c>.</summary>
public static class PartialEvaluation
{
    /// <summary>What is left of a query over a program while what the options name is unknown. Any query has an answer or errors.</summary>
    public static PartialOutcome Run(RegoProgram program, string query, PartialOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var unknowns = options.Unknowns.Select(Unknown).ToList();
            var body = Read(program.Compilation, query, options.Query, out var errors);
            if (body is null)
            {
                return new([], [], errors);
            }

            var evaluator = new PartialEvaluator(program, options, unknowns, cancellationToken);
            var queries = new List<PartialQuery>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var left in evaluator.Complete(body))
            {
                var names = new LegalNames();
                string[] made = [.. left.Select(s => TermText.Of(names.Rewriter.Statement(s))).Distinct()];
                if (seen.Add(string.Join('\n', made)))
                {
                    queries.Add(new(made, made.Length == 0 ? [] : Reread(string.Join('\n', made))));
                }
            }

            return new(queries, [.. evaluator.Support.Modules.Select((text, at) => Reread(text, at))], []);
        }
        catch (PartialException wrong)
        {
            return new([], [], [wrong.Error]);
        }
        catch (InsufficientExecutionStackException)
        {
            return new([], [], [new(RegoError.CompileError, "the query is nested too deeply", options.Query.File, 1, 1)]);
        }
    }

    // what goes out is read again, so that it surely can be read
    private static IReadOnlyList<Expression> Reread(string text)
    {
        var (body, errors) = Parser.ParseQuery(text, "", RegoVersion.V1);
        return body ?? throw new PartialException(errors[0]);
    }

    private static PartialModule Reread(string text, int number)
    {
        var outcome = RegoModule.Parse(text, $"partial{number}", RegoVersion.V1);
        return outcome.Module is { } module ? new(text, module) : throw new PartialException(outcome.Errors[0]);
    }

    private static RefTerm Unknown(string text)
    {
        var (body, _) = Parser.ParseQuery(text, "", RegoVersion.V1);
        var term = body is [{ Term: { } only, Negated: false, With.Count: 0 }] ? only : null;
        return term switch
        {
            VarTerm { Name: "input" or "data" } => new RefTerm([term], term.Location),
            RefTerm { Head: VarTerm { Name: "input" or "data" } } path when path.Parts.Skip(1).All(p => p is ScalarTerm) => path,
            _ => throw new PartialException(new(RegoError.ParseError, $"`{text}` is no reference to `input` or `data`", "", 1, 1)),
        };
    }

    private static List<Expression>? Read(
        Compilation compilation, string query, QueryOptions options, out IReadOnlyList<RegoError> errors)
    {
        var (body, problems) = Parser.ParseQuery(query, options.File, options.Version);
        if (body is null)
        {
            errors = problems;
            return null;
        }

        var imports = new List<RegoImport>();
        foreach (var import in options.Imports)
        {
            var outcome = RegoModule.Parse($"package query\nimport {import}", options.File, options.Version);
            if (outcome.Module is null)
            {
                errors = outcome.Errors;
                return null;
            }

            imports.AddRange(outcome.Module.Imports);
        }

        var found = new ErrorList(10);
        var names = Names.Of(options.Package, options.Package.Count == 0 ? [] : compilation.RuleNames(options.Package), imports);
        var rewritten = new BodyRewriter(compilation, names, found, options.Strict).Body(body, new NameScope(null));
        var ordered = new SafetyOrder(compilation.Arity, found).Order(rewritten, []);
        errors = found.All;
        return found.Any ? null : ordered;
    }
}
