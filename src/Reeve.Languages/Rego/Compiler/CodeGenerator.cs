using System.Text.RegularExpressions;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>
/// Turns the ordered statements of one rule or query into steps. What is bound when is known here, so that a step either binds a slot or
/// compares: nothing is looked up or undone when it runs.
/// </summary>
internal sealed partial class CodeGenerator(Compilation compilation, CodeSet codes, int arguments, bool traced)
{
    private readonly Dictionary<string, int> _slots = [];
    private HashSet<string> _bound = [];
    private List<Step> _steps = [];
    private int _count = arguments + 1;

    public int FrameSize => _count;

    public IReadOnlyDictionary<string, int> Slots => _slots;

    public HashSet<string> Bound => _bound;

    /// <summary>What must hold for the rule, known without running it; for the index.</summary>
    public List<IndexBuilder.Condition> Conditions { get; } = [];

    /// <summary>Binds or compares the parameters of a function, whose values are in the slots from 1 on.</summary>
    public void Parameters(IReadOnlyList<Term> parameters)
    {
        for (var at = 0; at < parameters.Count; at++)
        {
            if (parameters[at] is VarTerm variable && !_bound.Contains(variable.Name))
            {
                _slots[variable.Name] = at + 1;
                _bound.Add(variable.Name);
            }
            else if (parameters[at] is ScalarTerm constant)
            {
                Conditions.Add(new($"#{at}", new SlotNode(at + 1), constant.Value));
                _steps.Add(new EqualConstantStep(new SlotNode(at + 1), constant.Value));
            }
        }

        for (var at = 0; at < parameters.Count; at++)
        {
            if (parameters[at] is not (VarTerm or ScalarTerm) || (parameters[at] is VarTerm again && _slots[again.Name] != at + 1))
            {
                Match(parameters[at], new SlotNode(at + 1));
            }
        }
    }

    public void Body(IReadOnlyList<Expression> body)
    {
        foreach (var statement in body)
        {
            Statement(statement);
        }
    }

    public Step[] TakeSteps()
    {
        var steps = _steps.ToArray();
        _steps = [];
        return steps;
    }

    /// <summary>The value of a term whose variables are bound.</summary>
    public Node Value(Term term) => Operand(term);

    private int Slot(string name)
    {
        if (!_slots.TryGetValue(name, out var slot))
        {
            _slots[name] = slot = _count++;
        }

        return slot;
    }

    private int Temporary() => _count++;

    /// <summary>Steps of a body of its own over the same frame; what it binds is not bound outside.</summary>
    private Code Inner(Action generate, Func<Sink> sink)
    {
        var (outerSteps, outerBound) = (_steps, _bound);
        _steps = [];
        _bound = [.. outerBound];
        var code = new Code();
        generate();
        code.Sink = sink();
        code.Steps = [.. _steps];
        (_steps, _bound) = (outerSteps, outerBound);
        return code;
    }

    private void Statement(Expression statement)
    {
        var begin = traced && !statement.Generated && statement.Text.Length > 0
            ? new TraceBeginStep(statement.Text, statement.Location)
            : null;
        if (begin is not null)
        {
            _steps.Add(begin);
        }

        if (statement.With.Count > 0)
        {
            _steps.Add(new WithStep([.. statement.With.Select(Replace)], statement.Location));
        }

        if (statement.Every is { } every)
        {
            Every(statement, every);
        }
        else if (statement.Term is CallTerm call)
        {
            Call(statement, call);
        }
        else if (statement.Negated)
        {
            var term = statement.Term!;
            _steps.Add(new NotStep(Inner(() => Truth(term), () => StopSink.Instance)));
        }
        else
        {
            Truth(statement.Term!);
        }

        if (statement.With.Count > 0)
        {
            _steps.Add(new WithEndStep());
        }

        if (begin is not null)
        {
            begin.Locals = Locals(statement);
            _steps.Add(new TraceEndStep(statement.Text, statement.Location));
        }
    }

    // those that the text names, under the names that were written there; of two of a name the inner one
    private (string Name, int Slot)[] Locals(Expression statement)
    {
        var locals = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (unique, slot) in _slots)
        {
            var name = unique.Split('%')[0];
            if (name.Length > 0 && name[0] != '$' && _bound.Contains(unique)
                && Regex.IsMatch(statement.Text, $@"(?<![\w.]){Regex.Escape(name)}(?!\w)"))
            {
                locals[name] = Math.Max(slot, locals.GetValueOrDefault(name));
            }
        }

        return [.. locals.Select(l => (l.Key, l.Value))];
    }

    private void Truth(Term term)
    {
        var node = Operand(term);
        if (term is not (ArrayTerm or ObjectTerm or SetTerm or ComprehensionTerm) || node is not ConstantNode)
        {
            _steps.Add(new TruthStep(node));
        }
    }

    private void Every(Expression statement, EveryStatement every)
    {
        var domain = Slot(((VarTerm)every.Domain).Name);
        var (key, value) = ((VarTerm)every.Key!, (VarTerm)every.Value);
        var body = Inner(
            () =>
            {
                _bound.Add(key.Name);
                _bound.Add(value.Name);
                Body(every.Body);
            },
            () => StopSink.Instance);
        Step step = new EveryStep(domain, Slot(key.Name), Slot(value.Name), body);
        if (statement.Negated)
        {
            step = new NotStep(new Code { Steps = [step] });
        }

        _steps.Add(step);
    }

    private Replacement Replace(WithModifier with)
    {
        if (with.Target is VarTerm { Name: not ("input" or "data") } builtin)
        {
            return ReplaceFunction(builtin.Name, with.Value);
        }

        var isInput = with.Target is VarTerm { Name: "input" } or RefTerm { Head: VarTerm { Name: "input" } };
        var path = with.Target is RefTerm target ? target.Parts.Skip(1).Select(part => ((ScalarTerm)part).Value).ToArray() : [];
        if (!isInput && compilation.FindNode(path) is { IsFunction: true } function)
        {
            return ReplaceFunction(function.Name, with.Value);
        }

        return new(isInput, path, null, Operand(with.Value), null, null);
    }

    private Replacement ReplaceFunction(string name, Term value)
    {
        if (value is FunctionTerm builtin)
        {
            return new(false, null, name, null, null, compilation.Builtin(builtin.Name));
        }

        return value is RefTerm { Head: VarTerm { Name: "data" } } path && compilation.Find(path.Parts) is { IsFunction: true } function
            ? new(false, null, name, null, codes[function], null)
            : new(false, null, name, Operand(value), null, null);
    }
}
