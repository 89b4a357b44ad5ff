using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Partial;

/// <summary>
/// Evaluates a query as far as it can be while a part of its documents is unknown. What is known is evaluated as ever, rules that look at
/// what is unknown are put in the place of their names, and the statements that are left make new queries.
/// </summary>
internal sealed partial class PartialEvaluator
{
    private const int MostSteps = 200_000;
    private const int Deepest = 200;

    private readonly RegoProgram _program;
    private readonly PartialOptions _options;
    private readonly Unknowns _unknowns;
    private readonly SupportRules _support;
    private readonly CancellationToken _cancellation;
    private int _steps;
    private int _depth;
    private int _fresh;

    public PartialEvaluator(RegoProgram program, PartialOptions options, IReadOnlyList<RefTerm> unknowns, CancellationToken cancellation)
    {
        (_program, _options, _cancellation) = (program, options, cancellation);
        _unknowns = new Unknowns(program.Compilation, unknowns);
        _support = new SupportRules(program.Compilation, _unknowns, Complete);
    }

    public SupportRules Support => _support;

    /// <summary>The bodies that are left of one; an empty one holds always.</summary>
    public List<IReadOnlyList<Expression>> Complete(IReadOnlyList<Expression> body)
    {
        var left = new List<IReadOnlyList<Expression>>();
        Run(body, 0, Branch.Empty, branch => left.Add(Finished(branch)));
        return left;
    }

    /// <summary>The bodies that are left of one, each with what a term has become.</summary>
    public List<(IReadOnlyList<Expression> Body, Term Value)> Complete(IReadOnlyList<Expression> body, Term value)
    {
        var left = new List<(IReadOnlyList<Expression>, Term)>();
        Run(body, 0, Branch.Empty, branch => left.Add((Finished(branch), branch.Plug(value))));
        return left;
    }

    private static List<Expression> Finished(Branch branch)
    {
        List<Expression> left = [.. branch.Left.Select(branch.Plug)];
        var seen = left.Where(s => !s.Negated).SelectMany(TermSearch.All).OfType<RefTerm>()
            .SelectMany(r => Enumerable.Range(1, r.Parts.Count).Select(n => TermText.Of(new RefTerm([.. r.Parts.Take(n)], r.Location))))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var asked in branch.Asked.Select(branch.Plug).OfType<RefTerm>())
        {
            if (seen.Add(TermText.Of(asked)))
            {
                left.Add(Call("eq", asked.Location, new VarTerm($"%asked{seen.Count}", asked.Location), asked));
            }
        }

        return left;
    }

    private void Run(IReadOnlyList<Expression> body, int at, Branch branch, Action<Branch> found)
    {
        if (++_steps > MostSteps || _depth > Deepest || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Ends("the query has too many ways to be evaluated in part");
        }

        _cancellation.ThrowIfCancellationRequested();
        if (at == body.Count)
        {
            found(branch);
            return;
        }

        void Next(Branch next) => Run(body, at + 1, next, found);
        var statement = branch.Plug(body[at]);
        if (!IsOpen(statement, branch))
        {
            if (statement is { Negated: false, With.Count: 0, Term: CallTerm { Callee: VarTerm { Name: "eq" }, Arguments: [var a, var b] } }
                && !TermSearch.All(statement).Any(t => t is RefTerm or ComprehensionTerm))
            {
                Unify(a, b, branch, Next);
            }
            else
            {
                Known(statement, branch, Next);
            }
        }
        else if (statement.With.Count > 0 || statement.Every is not null || HasComprehension(statement))
        {
            Next(branch.Leave(_support.Refer(statement)));
        }
        else if (statement.Negated)
        {
            Negated(statement, branch, Next);
        }
        else
        {
            Step(statement, branch, Next);
        }
    }

    private bool IsOpen(Expression statement, Branch branch)
    {
        if (TermSearch.Variables(statement).Any(branch.Open.Contains))
        {
            return true;
        }

        return _unknowns.In(statement) && !HasOtherInput(statement);
    }

    // what a `with` puts in the place of the input is known
    private bool HasOtherInput(Expression statement) =>
        _unknowns.OnlyInput
        && statement.With.Any(w => w.Target is VarTerm { Name: "input" } or RefTerm { Parts: [VarTerm { Name: "input" }] })
        && !statement.With.Any(w => _unknowns.In(w.Value));

    private static bool HasComprehension(Expression statement) => TermSearch.All(statement).Any(t => t is ComprehensionTerm);

    private void Step(Expression statement, Branch branch, Action<Branch> next)
    {
        switch (statement.Term)
        {
            case CallTerm { Callee: VarTerm { Name: "eq" }, Arguments: [var a, var b] }:
                Equal(a, b, branch, next);
                break;
            case CallTerm { Callee: VarTerm { Name: "equal" }, Arguments: [var a, var b] }:
                Equal(a, b, branch, next);
                break;
            case CallTerm { Callee: RefTerm callee } call:
                Arguments(call.Arguments, branch, (arguments, b) => Function(callee, arguments, b, next));
                break;
            case CallTerm call:
                Arguments(call.Arguments, branch, (arguments, b) => Settled(new CallTerm(call.Callee, arguments, call.Location), b, next));
                break;
            case RefTerm path when IsRule(path):
                Rule(path, null, branch, next);
                break;
            case { } term:
                Value(term, branch, (value, b) => Settled(value, b, next));
                break;
        }
    }

    // what has become of a statement may be known by now
    private void Settled(Term term, Branch branch, Action<Branch> next)
    {
        var statement = new Expression { Location = term.Location, Term = term };
        if (IsOpen(statement, branch))
        {
            next(branch.Leave(statement));
        }
        else
        {
            Known(statement, branch, next);
        }
    }

    private void Equal(Term a, Term b, Branch branch, Action<Branch> next)
    {
        if (a is RefTerm left && IsRule(left))
        {
            Rule(left, b, branch, next);
        }
        else if (b is RefTerm right && IsRule(right))
        {
            Rule(right, a, branch, next);
        }
        else
        {
            Value(a, branch, (x, one) => Value(b, one, (y, two) => Unify(x, y, two, next)));
        }
    }

    private void Arguments(IReadOnlyList<Term> arguments, Branch branch, Action<IReadOnlyList<Term>, Branch> next)
    {
        void From(int at, List<Term> done, Branch b)
        {
            if (at == arguments.Count)
            {
                next(done, b);
            }
            else
            {
                Value(arguments[at], b, (value, then) => From(at + 1, [.. done, value], then));
            }
        }

        From(0, [], branch);
    }

    /// <summary>A term in which references to what is known have become values, and those to rules what the rules give.</summary>
    private void Value(Term term, Branch branch, Action<Term, Branch> next)
    {
        term = branch.Plug(term);
        switch (term)
        {
            case RefTerm path when IsRule(path):
                var held = Fresh(path.Location);
                Rule(path, held, branch, then => next(then.Plug(held), then));
                break;
            case RefTerm path when !_unknowns.IsNamed(path) && path.Head is not VarTerm { Name: not ("data" or "input") }:
                Lookup(path, branch, next);
                break;
            case ArrayTerm array:
                Arguments(array.Items, branch, (items, then) => next(new ArrayTerm(items, array.Location), then));
                break;
            case SetTerm set:
                Arguments(set.Items, branch, (items, then) => next(new SetTerm(items, set.Location), then));
                break;
            case ObjectTerm map:
                Arguments([.. map.Pairs.SelectMany(p => new[] { p.Key, p.Value })], branch, (all, then) => next(
                    new ObjectTerm([.. all.Chunk(2).Select(p => KeyValuePair.Create(p[0], p[1]))], map.Location), then));
                break;
            default:
                next(term, branch);
                break;
        }
    }

    // a known document: its steps that are unknown are tried out
    private void Lookup(RefTerm path, Branch branch, Action<Term, Branch> next)
    {
        var after = new List<Expression>();
        var parts = path.Parts.Select((part, at) =>
        {
            if (at == 0 || !IsOpen(new Expression { Location = part.Location, Term = part }, branch))
            {
                return part;
            }

            var key = Fresh(part.Location);
            after.Add(Call("eq", part.Location, key, part));
            return key;
        }).ToArray();
        var held = Fresh(path.Location);
        var asked = Call("eq", path.Location, held, new RefTerm(parts, path.Location));
        Known(asked, branch, known => Run(after, 0, known, then => next(then.Plug(held), then)));
    }

    private void Unify(Term a, Term b, Branch branch, Action<Branch> next)
    {
        (a, b) = (branch.Plug(a), branch.Plug(b));
        if (a is VarTerm free && !branch.Open.Contains(free.Name))
        {
            Bind(free, b, branch, next);
        }
        else if (b is VarTerm other && !branch.Open.Contains(other.Name))
        {
            Bind(other, a, branch, next);
        }
        else if (Items(a) is { } left && Items(b) is { } right)
        {
            if (left.Count == right.Count)
            {
                Run([.. left.Zip(right, (x, y) => Call("eq", a.Location, x, y))], 0, branch, next);
            }
        }
        else if (Members(a) is { } one && Members(b) is { } two)
        {
            if (one.Count == two.Count && one.Keys.All(two.ContainsKey))
            {
                Run([.. one.Select(p => Call("eq", a.Location, p.Value, two[p.Key]))], 0, branch, next);
            }
        }
        else
        {
            Settled(new CallTerm(new VarTerm("eq", a.Location), [a, b], a.Location), branch, next);
        }
    }

    private void Bind(VarTerm name, Term term, Branch branch, Action<Branch> next)
    {
        if (term is VarTerm same && same.Name == name.Name)
        {
            next(branch);
        }
        else if (TermSearch.Variables(term).Contains(name.Name))
        {
            next(branch.Leave(Call("eq", name.Location, name, term)));
        }
        else
        {
            next(branch.Bind(name.Name, term));
        }
    }

    private static List<Term>? Items(Term term) => term switch
    {
        ArrayTerm array => [.. array.Items],
        ScalarTerm { Value: ArrayValue array } => [.. array.Select(v => new ScalarTerm(v, term.Location))],
        _ => null,
    };

    private static Dictionary<Value, Term>? Members(Term term) => term switch
    {
        ObjectTerm map when map.Pairs.All(p => p.Key is ScalarTerm) =>
            map.Pairs.GroupBy(p => ((ScalarTerm)p.Key).Value).ToDictionary(g => g.Key, g => g.Last().Value),
        ScalarTerm { Value: ObjectValue map } => map.ToDictionary(p => p.Key, p => (Term)new ScalarTerm(p.Value, term.Location)),
        _ => null,
    };

    private bool IsRule(RefTerm path) => !_unknowns.IsNamed(path) && _unknowns.IsByRules(path);

    private VarTerm Fresh(Location location) => new($"%p{_fresh++}", location);

    internal static Expression Call(string name, Location location, params Term[] arguments) => new()
    {
        Location = location,
        Term = new CallTerm(new VarTerm(name, location), arguments, location),
    };

    internal static PartialException Ends(string reason) => new(new RegoError(RegoError.CompileError, reason, "", 1, 1));
}
