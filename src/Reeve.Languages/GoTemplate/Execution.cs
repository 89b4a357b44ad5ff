using System.Text;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;

namespace Reeve.Languages.GoTemplate;

/// <summary>One rendering.</summary>
internal sealed class Execution(
    Dictionary<string, Block> named, IReadOnlyDictionary<string, Func<object?[], object?>>? functions, EvaluationBudget budget)
{
    private const int DeepestInclude = 100;

    private readonly List<Variable> _variables = [];
    private int _includes;

    public StringBuilder Output { get; } = new();

    public void Render(Block block, object? dot)
    {
        _variables.Add(new("$", dot));
        Walk(block, dot);
    }

    // true when a loop is left or goes on with its next item
    private Jump? Walk(Node node, object? dot)
    {
        budget.Step();
        var seen = _variables.Count;
        switch (node)
        {
            case Plain plain:
                Write(plain.Text);
                break;
            case Action action:
                var value = Value(action.Value, dot);
                if (action.Value.Variables.Count == 0)
                {
                    Write(Texts.Print(value));
                }

                break;
            case Block block:
                foreach (var part in block.Parts)
                {
                    if (Walk(part, dot) is { } jump)
                    {
                        Forget(seen);
                        return jump;
                    }
                }

                Forget(seen);
                break;
            case Choice choice:
                var condition = Value(choice.Condition, dot);
                var next = Functions.IsTrue(condition) ? choice.Then : choice.Else;
                var left = next is null ? null : Walk(next, choice.IsWith && next == choice.Then ? condition : dot);
                Forget(seen);
                return left;
            case Range range:
                return Each(range, dot, seen);
            case Jump jump:
                return jump;
            case Include include:
                Call(include, dot);
                break;
        }

        return null;
    }

    private Jump? Each(Range range, object? dot, int seen)
    {
        var of = Value(range.Of with { Variables = [] }, dot);
        var isEmpty = true;
        foreach (var (key, item) in Items(of, range.At))
        {
            budget.Step();
            isEmpty = false;
            var names = range.Of.Variables;
            if (names.Count > 0)
            {
                Set(names[^1], item, range.Of.Declares, true);
            }

            if (names.Count > 1)
            {
                Set(names[0], key, range.Of.Declares);
            }

            var jump = Walk(range.Body, item);
            Forget(seen);
            if (jump is { IsBreak: true })
            {
                break;
            }
        }

        if (isEmpty)
        {
            // behind `else` the variables are what was gone through
            foreach (var name in range.Of.Variables)
            {
                Set(name, of, range.Of.Declares);
            }
        }

        var left = isEmpty && range.Else is not null ? Walk(range.Else, dot) : null;
        Forget(seen);
        return left;
    }

    private static IEnumerable<(object? Key, object? Item)> Items(object? of, int at) => of switch
    {
        null => [],
        List<object?> list => list.Select((item, i) => ((object?)(long)i, item)),
        RowList rows => rows.Select((item, i) => ((object?)(long)i, item)),
        OrderedDictionary<string, object?> map =>
            map.Order(Comparer<KeyValuePair<string, object?>>.Create((a, b) => CodePoints.Compare(a.Key,
                b.Key))).Select(p => ((object?)p.Key, p.Value)),
        long count => Enumerable.Range(0, (int)Math.Clamp(count, 0, int.MaxValue)).Select(i => ((object?)(long)i, (object?)(long)i)),
        _ => throw new ExpressionFault(at + 1, $"range can't iterate over {Texts.Print(of)}"),
    };

    private void Call(Include include, object? dot)
    {
        if (!named.TryGetValue(include.Name, out var block))
        {
            throw new ExpressionFault(include.At + 1, $"template `{include.Name}` not defined");
        }

        if (++_includes > DeepestInclude)
        {
            throw new ExpressionFault(include.At + 1, $"templates call each other more than {DeepestInclude} deep");
        }

        var value = include.Value is null ? null : Value(include.Value, dot);
        var outer = _variables.ToList();
        _variables.Clear();
        _variables.Add(new("$", value));
        Walk(block, value);
        _variables.Clear();
        _variables.AddRange(outer);
        _includes--;
    }

    private void Forget(int from) => _variables.RemoveRange(from, _variables.Count - from);

    private void Set(string name, object? value, bool declares, bool isItem = false)
    {
        if (declares)
        {
            _variables.Add(new(name, value, isItem));
            return;
        }

        var at = _variables.FindLastIndex(v => v.Name == name);
        _variables[at] = new(name, value, isItem);
    }

    private object? Value(Pipeline pipeline, object? dot)
    {
        object? value = null;
        for (var i = 0; i < pipeline.Commands.Count; i++)
        {
            value = Value(pipeline.Commands[i], dot, i > 0, value);
        }

        foreach (var name in pipeline.Variables)
        {
            Set(name, value, pipeline.Declares);
        }

        return value;
    }

    private object? Value(Command command, object? dot, bool hasLast, object? last)
    {
        budget.Step();
        var first = command.Operands[0];
        if (first.Source == Source.Function)
        {
            return Through(Invoke(command, dot, hasLast, last), first);
        }

        if (command.Operands.Count > 1 || hasLast)
        {
            throw new ExpressionFault(command.At + 1, "can't give an argument to what is no function");
        }

        return first.Source == Source.Nil ? throw new ExpressionFault(command.At + 1, "nil is not a command") : Value(first, dot);
    }

    private object? Invoke(Command command, object? dot, bool hasLast, object? last)
    {
        var name = (string)command.Operands[0].Value!;
        var arguments = command.Operands.Skip(1);
        try
        {
            // `and` and `or` stop at the first that decides
            if (name is "and" or "or")
            {
                return Decide(name == "and", arguments.Select(a => (Func<object?>)(() => Value(a, dot))).Concat(hasLast ? [() => last]
                    : []));
            }

            object?[] values = [.. arguments.Select(a => Value(a, dot)), .. hasLast ? (object?[])[last] : []];
            if (functions is null || !functions.TryGetValue(name, out var own))
            {
                return Functions.Call(name, values, budget);
            }

            return values.Length == 0 ? own(values)
                : throw new ExpressionFault(0, $"wrong number of arguments: want 0, got {values.Length}");
        }
        catch (ExpressionFault fault) when (fault.Error.Column == 0)
        {
            throw new ExpressionFault(command.At + 1, $"error calling {name}: {fault.Message}");
        }
    }

    private static object? Decide(bool isAnd, IEnumerable<Func<object?>> arguments)
    {
        object? value = null;
        var isAny = false;
        foreach (var argument in arguments)
        {
            isAny = true;
            value = argument();
            if (Functions.IsTrue(value) != isAnd)
            {
                return value;
            }
        }

        return isAny ? value : throw new ExpressionFault(0, "an argument is missing");
    }

    private object? Value(Operand operand, object? dot)
    {
        switch (operand.Source)
        {
            case Source.Constant:
                return Through(operand.Value, operand);
            case Source.Nil:
                return null;
            case Source.Dot:
                return Through(dot, operand);
            case Source.Variable:
                var variable = _variables.FindLast(v => v.Name == (string)operand.Value!);
                return variable.Value is null && !variable.IsItem ? null : Through(variable.Value, operand);
            case Source.Function:
                return Through(Invoke(new Command(operand.At, [operand]), dot, false, null), operand);
            default:
                var inner = Value((Pipeline)operand.Value!, dot);
                return inner is null ? null : Through(inner, operand);
        }
    }

    // a name that is not there is no value, and neither are its fields; a field of a null that is there is an error
    private static object? Through(object? value, Operand operand)
    {
        foreach (var field in operand.Fields)
        {
            switch (value)
            {
                case OrderedDictionary<string, object?> map when map.TryGetValue(field, out value):
                    break;
                case OrderedDictionary<string, object?>:
                    return null;
                case null:
                    throw new ExpressionFault(operand.At + 1, $"nil has no field `{field}`");
                default:
                    throw new ExpressionFault(operand.At + 1, $"can't take field `{field}` of {Texts.TypeOf(value)}");
            }
        }

        return value;
    }

    private void Write(string text)
    {
        budget.Make(text.Length);
        Output.Append(text);
    }

    /// <summary>A variable; an item of a list that is null is one, what a pipeline yields is nothing instead.</summary>
    private readonly record struct Variable(string Name, object? Value, bool IsItem = false);
}
