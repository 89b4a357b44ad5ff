using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Calls and unifications.</summary>
internal sealed partial class CodeGenerator
{
    private void Call(Expression statement, CallTerm call)
    {
        var name = call.Callee is VarTerm builtin ? builtin.Name : "";
        if (call.Arguments.Count == 2 && (name is "eq" or "equal"))
        {
            Equality(statement, call.Arguments[0], call.Arguments[1], name == "eq");
            return;
        }

        if (name == BodyRewriter.PrintCall)
        {
            var operands = ((ArrayTerm)call.Arguments[0]).Items.Select(Operand).ToArray();
            _steps.Add(new PrintStep(operands, call.Location));
            return;
        }

        var arity = compilation.Arity(call);
        var nodes = Operands(call.Arguments.Take(arity).ToList());
        var result = call.Arguments.Count > arity ? call.Arguments[arity] : null;
        if (!statement.Negated)
        {
            Apply(call, name, nodes, result);
            return;
        }

        // what the operands need is looked up outside of the negation, as OPA does: undefined operands make the statement undefined
        var held = nodes.Select(Held).ToArray();
        _steps.Add(new NotStep(Inner(() => Apply(call, name, held, result), () => StopSink.Instance)));
    }

    private Node Held(Node node)
    {
        if (node is ConstantNode or SlotNode)
        {
            return node;
        }

        var slot = Temporary();
        _steps.Add(new AssignStep(slot, node));
        return new SlotNode(slot);
    }

    /// <summary>The operands of a call; those that bind variables first, when others need them.</summary>
    private Node[] Operands(List<Term> terms)
    {
        var nodes = new Node?[terms.Count];
        bool moved;
        do
        {
            moved = false;
            for (var at = 0; at < nodes.Length; at++)
            {
                if (nodes[at] is null && IsReady(terms[at]))
                {
                    nodes[at] = Operand(terms[at]);
                    moved = true;
                }
            }
        }
        while (moved);
        return [.. nodes.Select(node => node ?? throw new InvalidOperationException("an operand is not bound"))];
    }

    private void Apply(CallTerm call, string name, Node[] operands, Term? result)
    {
        if (result is null && operands.Length == 2 && Relations.TryGetValue(name, out var relation))
        {
            _steps.Add(new CompareStep(relation, operands[0], operands[1]));
            return;
        }

        if (name.Length > 0 && compilation.IsRelation(name))
        {
            var slot = Temporary();
            _steps.Add(new RelationStep(compilation.Builtin(name)!, operands, slot, call.Location));
            if (result is not null)
            {
                Match(result, new SlotNode(slot));
            }

            return;
        }

        Node node = name == BodyRewriter.TemplateCall ? new TemplateNode(operands[0], call.Location)
            : name.Length > 0 ? new BuiltinNode(compilation.Builtin(name)!, operands, call.Location)
            : new FunctionNode(codes[compilation.Find(((RefTerm)call.Callee).Parts)!], operands, call.Location);
        if (result is null)
        {
            _steps.Add(new TruthStep(node));
        }
        else
        {
            Match(result, node);
        }
    }

    private static readonly Dictionary<string, Relation> Relations = new()
    {
        ["neq"] = Relation.NotEqual,
        ["lt"] = Relation.Less,
        ["gt"] = Relation.Greater,
        ["lte"] = Relation.LessOrEqual,
        ["gte"] = Relation.GreaterOrEqual,
    };

    private void Equality(Expression statement, Term left, Term right, bool binds)
    {
        if (!statement.Negated)
        {
            if (!binds)
            {
                var nodes = Operands([left, right]);
                Equal(nodes[0], nodes[1], statement);
                return;
            }

            Unify(left, right, statement);
            return;
        }

        // only what is inside of arrays and objects is looked up outside of the negation
        left = Outside(left);
        right = Outside(right);
        _steps.Add(new NotStep(Inner(() => Unify(left, right, null), () => StopSink.Instance)));
    }

    private Term Outside(Term term) => term switch
    {
        ArrayTerm array => new ArrayTerm([.. array.Items.Select(OutsideItem)], array.Location),
        SetTerm set => new SetTerm([.. set.Items.Select(OutsideItem)], set.Location),
        ObjectTerm map => new ObjectTerm(
            [.. map.Pairs.Select(pair => KeyValuePair.Create(OutsideItem(pair.Key), OutsideItem(pair.Value)))], map.Location),
        _ => term,
    };

    private Term OutsideItem(Term term)
    {
        if (term is not (RefTerm or ComprehensionTerm))
        {
            return Outside(term);
        }

        var name = $"%%{_count}";
        var slot = Slot(name);
        _steps.Add(new AssignStep(slot, Operand(term)));
        _bound.Add(name);
        return new VarTerm(name, term.Location);
    }

    private void Equal(Node left, Node right, Expression? statement)
    {
        if (left is ConstantNode && right is not ConstantNode)
        {
            (left, right) = (right, left);
        }

        if (right is ConstantNode constant)
        {
            _steps.Add(new EqualConstantStep(left, constant.Value));
            if (statement is { With.Count: 0 } && left is InputPathNode path)
            {
                Conditions.Add(new(string.Join('\u0001', path.Path.Select(step => step.ToString())), path, constant.Value));
            }
            else if (statement is { With.Count: 0 } && left is SlotNode slot && slot.Slot <= arguments)
            {
                Conditions.Add(new($"#{slot.Slot - 1}", slot, constant.Value));
            }

            return;
        }

        _steps.Add(new EqualStep(left, right));
    }

    private void Unify(Term a, Term b, Expression? statement)
    {
        var pending = new List<(Term A, Term B)> { (a, b) };
        while (pending.Count > 0)
        {
            var moved = false;
            for (var at = 0; at < pending.Count && !moved; at++)
            {
                var (left, right) = pending[at];
                if (!One(left, right, statement, pending, at))
                {
                    continue;
                }

                moved = true;
            }

            if (!moved)
            {
                throw new InvalidOperationException("a unification is not bound");
            }
        }
    }

    /// <summary>Deals with one pair when enough is bound, and takes it off the list.</summary>
    private bool One(Term left, Term right, Expression? statement, List<(Term A, Term B)> pending, int at)
    {
        var (leftReady, rightReady) = (IsReady(left), IsReady(right));
        if (leftReady && rightReady)
        {
            pending.RemoveAt(at);
            var first = Operand(left);
            Equal(first, Operand(right), pending.Count == 0 ? statement : null);
        }
        else if (rightReady)
        {
            pending.RemoveAt(at);
            Match(left, Operand(right));
        }
        else if (leftReady)
        {
            pending.RemoveAt(at);
            Match(right, Operand(left));
        }
        else if (left is ArrayTerm x && right is ArrayTerm y)
        {
            pending.RemoveAt(at);
            if (x.Items.Count != y.Items.Count)
            {
                _steps.Add(new NeverStep());
                BindAll(left);
                BindAll(right);
                return true;
            }

            pending.AddRange(x.Items.Zip(y.Items));
        }
        else if (left is ObjectTerm m && right is ObjectTerm n)
        {
            pending.RemoveAt(at);
            Pairs(m, n, pending);
        }
        else
        {
            return false;
        }

        return true;
    }

    private void Pairs(ObjectTerm m, ObjectTerm n, List<(Term A, Term B)> pending)
    {
        if (m.Pairs.Count != n.Pairs.Count)
        {
            _steps.Add(new NeverStep());
            BindAll(m);
            BindAll(n);
            return;
        }

        foreach (var (key, value) in m.Pairs)
        {
            var other = n.Pairs.FirstOrDefault(
                pair => key is ScalarTerm a && pair.Key is ScalarTerm b ? a.Value.Equals(b.Value) : key.ToString() == pair.Key.ToString());
            if (other.Key is null)
            {
                _steps.Add(new NeverStep());
                BindAll(m);
                BindAll(n);
                return;
            }

            pending.Add((value, other.Value));
        }
    }

    /// <summary>
    /// After a statement that never holds: what would have been bound counts as bound, so that the rest can be generated.
    /// </summary>
    private void BindAll(Term term) => TermVariables.Of(term, TermVariables.Skip.Closures, variable =>
    {
        Slot(variable.Name);
        _bound.Add(variable.Name);
    });

    /// <summary>Binds the variables of a pattern to the parts of a value, and compares the rest.</summary>
    private void Match(Term pattern, Node value)
    {
        if (pattern is VarTerm variable && !_bound.Contains(variable.Name) && variable.Name is not ("input" or "data"))
        {
            _steps.Add(new AssignStep(Slot(variable.Name), value));
            _bound.Add(variable.Name);
            return;
        }

        if (IsReady(pattern))
        {
            Equal(value, Operand(pattern), null);
            return;
        }

        var slot = value is SlotNode held ? held.Slot : Temporary();
        if (value is not SlotNode)
        {
            _steps.Add(new AssignStep(slot, value));
        }

        if (pattern is ArrayTerm array)
        {
            _steps.Add(new ArrayShapeStep(slot, array.Items.Count));
            for (var at = 0; at < array.Items.Count; at++)
            {
                Match(array.Items[at], new ElementNode(slot, at));
            }
        }
        else if (pattern is ObjectTerm map)
        {
            _steps.Add(new ObjectShapeStep(slot, map.Pairs.Count));
            foreach (var (key, item) in map.Pairs)
            {
                Match(item, new GetNode(new SlotNode(slot), Operand(key)));
            }
        }
        else
        {
            throw new InvalidOperationException("a pattern is not bound");
        }
    }
}
