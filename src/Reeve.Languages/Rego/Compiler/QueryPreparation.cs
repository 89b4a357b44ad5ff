using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Compiles queries: as a body, with each statement's value kept.</summary>
internal static class QueryPreparation
{
    public static PreparationOutcome Prepare(RegoProgram program, string query, QueryOptions options)
    {
        try
        {
            return Compile(program, query, options);
        }
        catch (InsufficientExecutionStackException)
        {
            return new(null, [new(RegoError.CompileError, "the query is nested too deeply", options.File, 1, 1)]);
        }
    }

    private static PreparationOutcome Compile(RegoProgram program, string query, QueryOptions options)
    {
        var (body, problems) = Parser.ParseQuery(query, options.File, options.Version);
        if (body is null)
        {
            return new(null, problems);
        }

        var imports = new List<RegoImport>();
        foreach (var import in options.Imports)
        {
            var outcome = RegoModule.Parse($"package query\nimport {import}", options.File, options.Version);
            if (outcome.Module is null)
            {
                return new(null, outcome.Errors);
            }

            imports.AddRange(outcome.Module.Imports);
        }

        var compilation = program.Compilation;
        var errors = new ErrorList(10);
        var names = Names.Of(options.Package, options.Package.Count == 0 ? [] : compilation.RuleNames(options.Package), imports);
        var (captured, statements) = Capture(body);
        var rewriter = new BodyRewriter(compilation, names, errors, options.Strict);
        var scope = new NameScope(null);
        var rewritten = rewriter.Body(captured, scope);
        var ordered = new SafetyOrder(compilation.Arity, errors).Order(rewritten, []);
        if (!errors.Any && compilation.Options.CheckTypes)
        {
            new TypeChecker(compilation, errors).Body(ordered, []);
        }

        return errors.Any
            ? new(null, errors.All)
            : new(new PreparedQuery(program, traced => Generate(program, ordered, statements, traced)), []);
    }

    private static QueryCode Generate(
        RegoProgram program, List<Expression> body, List<(string? Name, Expression Statement)> statements, bool traced)
    {
        var generator = new CodeGenerator(program.Compilation, traced ? program.TracedCodes : program.Codes, 0, traced);
        generator.Body(body);
        var names = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in generator.Bound)
        {
            if (name[0] is not ('%' or '$'))
            {
                names[name.Split('%')[0]] = generator.Slots[name];
            }
        }

        var values = statements
            .Where(one => one.Statement.Some is not { Domain: null })
            .Select(one => (one.Name is null ? -1 : generator.Slots[one.Name], one.Statement.Text, one.Statement.Location))
            .ToArray();
        var sink = new RowSink([.. names.Keys], [.. names.Values], values);
        var code = new Code { Sink = sink, Steps = generator.TakeSteps() };
        return new(code, generator.FrameSize, [.. names.Keys], [.. names.Values], values);
    }

    /// <summary>Gives each term and call a variable for its value; when it is the only statement it may then be false.</summary>
    private static (List<Expression> Body, List<(string? Name, Expression Statement)> Statements) Capture(IReadOnlyList<Expression> body)
    {
        var check = body.Count > 1 || body.Any(Iterates);
        var into = new List<Expression>();
        var truths = new List<Expression>();
        var statements = new List<(string? Name, Expression Statement)>();
        foreach (var statement in body)
        {
            var isEquality = statement.Term is CallTerm { Callee: VarTerm { Name: "eq" or "assign" or "print" } };
            if (statement.Negated || statement.Term is null || isEquality || IsFullCall(statement.Term))
            {
                into.Add(statement);
                statements.Add((null, statement));
                continue;
            }

            var name = $"%c{statements.Count}";
            var location = statement.Term.Location;
            var held = new VarTerm(name, location);
            into.Add(new()
            {
                Location = statement.Location,
                Term = new CallTerm(new VarTerm("eq", location), [held, statement.Term], location),
                With = statement.With,
                Text = statement.Text,
            });
            statements.Add((name, statement));
            if (check)
            {
                truths.Add(new() { Location = statement.Location, Term = held, Generated = true });
            }
        }

        into.AddRange(truths);
        return (into, statements);
    }

    /// <summary>A call of a built-in with its result as the last operand is a statement already.</summary>
    private static bool IsFullCall(Term term) => term is CallTerm call && TermText.Name(call.Callee) is var name &&
        Builtins.BuiltinTable.Find(name) is { } builtin && call.Arguments.Count > builtin.Arity;

    private static bool Iterates(Expression statement)
    {
        if (statement.Some is not null || statement.Every is not null)
        {
            return true;
        }

        var found = false;
        Visit(statement.Term!);
        return found;

        void Visit(Term term)
        {
            switch (term)
            {
                case RefTerm path:
                    found |= path.Parts.Skip(1).Any(part => part is VarTerm);
                    foreach (var part in path.Parts)
                    {
                        Visit(part);
                    }

                    break;
                case CallTerm call:
                    found |= Builtins.BuiltinTable.Find(TermText.Name(call.Callee)) is { Relation: true };
                    foreach (var argument in call.Arguments)
                    {
                        Visit(argument);
                    }

                    break;
                case ArrayTerm array:
                    foreach (var item in array.Items)
                    {
                        Visit(item);
                    }

                    break;
            }
        }
    }
}
