using Reeve.Languages.Data;

namespace Reeve.Languages.JmesPath;

/// <summary>A part of an expression.</summary>
internal abstract class Node(int depth)
{
    public const int Deepest = 500;

    /// <summary>How many nodes stand below one another: evaluation goes as deep.</summary>
    public int Depth { get; } = depth <= Deepest ? depth : throw new ExpressionFault(0,
        $"the expression is nested more than {Deepest} deep");

    public object? Find(object? at, EvaluationBudget budget)
    {
        budget.Step();
        return Evaluate(at, budget);
    }

    protected abstract object? Evaluate(object? at, EvaluationBudget budget);

    /// <summary>Null, false, and what is empty.</summary>
    public static bool IsFalse(object? value) =>
        value is null or false or "" or List<object?> { Count: 0 } or OrderedDictionary<string, object?> { Count: 0 };
}

/// <summary><c>@</c></summary>
internal sealed class Current() : Node(1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget) => at;
}

/// <summary><c>name</c></summary>
internal sealed class Field(string name) : Node(1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget) =>
        at is OrderedDictionary<string, object?> map && map.TryGetValue(name, out var value) ? value : null;
}

/// <summary>A value written out.</summary>
internal sealed class Literal(object? value) : Node(1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget) => value;
}

/// <summary><c>[0]</c></summary>
internal sealed class Index(long index) : Node(1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget)
    {
        if (at is not List<object?> list)
        {
            return null;
        }

        var i = index < 0 ? index + list.Count : index;
        return i >= 0 && i < list.Count ? list[(int)i] : null;
    }
}

/// <summary><c>left.right</c>, <c>left | right</c></summary>
internal sealed class Then(Node left, Node right) : Node(Math.Max(left.Depth, right.Depth) + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget) => right.Find(left.Find(at, budget), budget);
}

/// <summary><c>a || b</c></summary>
internal sealed class Or(Node left, Node right) : Node(Math.Max(left.Depth, right.Depth) + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget) =>
        left.Find(at, budget) is var found && IsFalse(found) ? right.Find(at, budget) : found;
}

/// <summary><c>a &amp;&amp; b</c></summary>
internal sealed class And(Node left, Node right) : Node(Math.Max(left.Depth, right.Depth) + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget) =>
        left.Find(at, budget) is var found && IsFalse(found) ? found : right.Find(at, budget);
}

/// <summary><c>!a</c></summary>
internal sealed class Not(Node operand) : Node(operand.Depth + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget) => IsFalse(operand.Find(at, budget));
}

/// <summary><c>a == b</c>, <c>a &lt; b</c>; an order exists between numbers only.</summary>
internal sealed class Comparison(string mark, Node left, Node right) : Node(Math.Max(left.Depth, right.Depth) + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget)
    {
        var (one, other) = (left.Find(at, budget), right.Find(at, budget));
        switch (mark)
        {
            case "==":
                return JsonData.AreEqual(one, other);
            case "!=":
                return !JsonData.AreEqual(one, other);
        }

        if (one is not double a || other is not double b)
        {
            return null;
        }

        return mark switch
        {
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            _ => a >= b,
        };
    }
}

/// <summary><c>[a, b]</c></summary>
internal sealed class MultiList(List<Node> items) : Node(items.Max(i => i.Depth) + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget)
    {
        if (at is null)
        {
            return null;
        }

        budget.Make(items.Count);
        var list = new List<object?>(items.Count);
        foreach (var item in items)
        {
            list.Add(item.Find(at, budget));
        }

        return list;
    }
}

/// <summary><c>{a: b}</c></summary>
internal sealed class MultiMap(List<KeyValuePair<string, Node>> items) : Node(items.Max(i => i.Value.Depth) + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget)
    {
        if (at is null)
        {
            return null;
        }

        budget.Make(items.Count);
        var map = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, item) in items)
        {
            map[name] = item.Find(at, budget);
        }

        return map;
    }
}

/// <summary><c>&amp;expression</c>, a value that only functions take.</summary>
internal sealed class Reference(Node of) : Node(of.Depth + 1)
{
    public Node Of => of;

    protected override object? Evaluate(object? at, EvaluationBudget budget) => this;
}

/// <summary><c>name(a, b)</c></summary>
internal sealed class Call(Function function, List<Node> arguments, int column)
    : Node(arguments.Count == 0 ? 1 : arguments.Max(a => a.Depth) + 1)
{
    protected override object? Evaluate(object? at, EvaluationBudget budget)
    {
        var values = new object?[arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Find(at, budget);
        }

        return function.Run(values, budget, column);
    }
}
