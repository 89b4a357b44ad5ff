using System.Runtime.CompilerServices;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Values and references.</summary>
internal sealed partial class CodeGenerator
{
    /// <summary>True when the term can be evaluated now; the steps of a reference may still bind variables.</summary>
    private bool IsReady(Term term)
    {
        switch (term)
        {
            case VarTerm variable:
                return variable.Name is "input" or "data" || _bound.Contains(variable.Name);
            case ArrayTerm array:
                return array.Items.All(IsReady);
            case SetTerm set:
                return set.Items.All(IsReady);
            case ObjectTerm map:
                return map.Pairs.All(pair => IsReady(pair.Key) && IsReady(pair.Value));
            case RefTerm path:
                return IsReady(path.Head);
            default:
                return true;
        }
    }

    /// <summary>Evaluates a term; references that iterate become steps before.</summary>
    private Node Operand(Term term)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (term)
        {
            case ScalarTerm scalar:
                return new ConstantNode(scalar.Value);
            case VarTerm { Name: "input" }:
                return new InputNode();
            case VarTerm { Name: "data" }:
                return new DocumentNode(codes[compilation.Root]);
            case VarTerm variable:
                return new SlotNode(Slot(variable.Name));
            case ArrayTerm array:
                return Array(Operands([.. array.Items]));
            case SetTerm set:
                return Set(Operands([.. set.Items]));
            case ObjectTerm map:
                return Map(Operands([.. map.Pairs.Select(pair => pair.Key), .. map.Pairs.Select(pair => pair.Value)]));
            case RefTerm path:
                return Reference(path);
            case ComprehensionTerm comprehension:
                return Comprehension(comprehension);
            default:
                throw new InvalidOperationException("a call was not lifted");
        }
    }

    private static Node Array(Node[] items) =>
        System.Array.TrueForAll(items, item => item is ConstantNode)
            ? new ConstantNode(ArrayValue.Own([.. items.Select(item => ((ConstantNode)item).Value)]))
            : new ArrayNode(items);

    private static Node Set(Node[] items) =>
        System.Array.TrueForAll(items, item => item is ConstantNode)
            ? new ConstantNode(new SetNode(items).Eval(null!, default)!)
            : new SetNode(items);

    private static Node Map(Node[] nodes)
    {
        var map = new ObjectNode(nodes[..(nodes.Length / 2)], nodes[(nodes.Length / 2)..]);
        return System.Array.TrueForAll(nodes, item => item is ConstantNode) ? new ConstantNode(map.Eval(null!, default)!) : map;
    }

    private Node Comprehension(ComprehensionTerm comprehension)
    {
        var body = Inner(
            () => Body(comprehension.Body),
            () => comprehension.Kind switch
            {
                ComprehensionKind.Array => new ArraySink(Operand(comprehension.Head)),
                ComprehensionKind.Set => new SetSink(Operand(comprehension.Head)),
                _ => new ObjectSink(Operand(comprehension.Head), Operand(comprehension.Value!), comprehension.Location),
            });
        return comprehension.Kind switch
        {
            ComprehensionKind.Array => new ArrayComprehensionNode(body),
            ComprehensionKind.Set => new SetComprehensionNode(body),
            _ => new ObjectComprehensionNode(body),
        };
    }

    private Node Reference(RefTerm path)
    {
        Node at;
        var next = 1;
        switch (path.Head)
        {
            case VarTerm { Name: "input" }:
                var steps = ConstantSteps(path, 1);
                next += steps.Length;
                at = steps.Length == 0 ? new InputNode() : new InputPathNode(steps);
                break;
            case VarTerm { Name: "data" }:
                at = Document(path, ref next);
                break;
            default:
                at = Operand(path.Head);
                break;
        }

        for (; next < path.Parts.Count; next++)
        {
            at = Into(at, path.Parts[next]);
        }

        return at;
    }

    private static Value[] ConstantSteps(RefTerm path, int from)
    {
        var steps = new List<Value>();
        while (from < path.Parts.Count && path.Parts[from] is ScalarTerm constant)
        {
            steps.Add(constant.Value);
            from++;
        }

        return [.. steps];
    }

    private Node Into(Node from, Term step)
    {
        if (step is ScalarTerm constant)
        {
            return new GetConstantNode(from, constant.Value);
        }

        if (IsFullyBound(step))
        {
            return new GetNode(from, Operand(step));
        }

        var value = Temporary();
        if (step is VarTerm variable)
        {
            _steps.Add(new IterateStep(from, variable.IsWildcard ? -1 : Slot(variable.Name), value));
            if (!variable.IsWildcard)
            {
                _bound.Add(variable.Name);
            }

            return new SlotNode(value);
        }

        var key = Temporary();
        _steps.Add(new IterateStep(from, key, value));
        Match(step, new SlotNode(key));
        return new SlotNode(value);
    }

    private bool IsFullyBound(Term term)
    {
        var bound = true;
        TermVariables.Of(term, TermVariables.Skip.Closures, variable => bound &= _bound.Contains(variable.Name));
        return bound;
    }

    /// <summary>The start of a reference under <c>data</c>: rules, documents with rules below, or base documents.</summary>
    private Node Document(RefTerm path, ref int next)
    {
        var node = compilation.Root;
        while (next < path.Parts.Count && !node.HasRules && path.Parts[next] is ScalarTerm key)
        {
            if (node.Child(key.Value) is not { } child)
            {
                var steps = ConstantSteps(path, next);
                next += steps.Length;
                return new BaseNode([.. node.Path, .. steps]);
            }

            node = child;
            next++;
        }

        var compiled = codes[node];
        if (node.HasRules)
        {
            if (node is { IsPartial: true, IsPartialSet: false } && ConstantSteps(path, next) is { Length: > 0 } inside)
            {
                next += inside.Length;
                return new DocumentPartNode(compiled, inside);
            }

            return new DocumentNode(compiled);
        }

        if (next == path.Parts.Count)
        {
            return new DocumentNode(compiled);
        }

        return Walk(compiled, path, ref next);
    }

    private SlotNode Walk(CompiledNode start, RefTerm path, ref int next)
    {
        var parts = new List<PathPart>();
        var patterns = new List<(Term Pattern, int Slot)>();
        for (; next < path.Parts.Count; next++)
        {
            var step = path.Parts[next];
            if (IsFullyBound(step))
            {
                parts.Add(new(Operand(step), -1));
            }
            else if (step is VarTerm variable)
            {
                parts.Add(new(null, Slot(variable.Name)));
                _bound.Add(variable.Name);
            }
            else
            {
                var slot = Temporary();
                parts.Add(new(null, slot));
                patterns.Add((step, slot));
            }
        }

        var result = Temporary();
        _steps.Add(new TreeStep(start, [.. parts], result));
        foreach (var (pattern, slot) in patterns)
        {
            Match(pattern, new SlotNode(slot));
        }

        return new SlotNode(result);
    }
}
