using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>A part of a program: for each input it yields any number of outputs.</summary>
internal abstract class Node
{
    public IEnumerable<Item> Each(Item at, Env env, Run run)
    {
        run.Step();
        return Yield(at, env, run);
    }

    /// <summary>The same, and nothing happens before the first output is asked for: for what catches faults.</summary>
    public IEnumerable<Item> Later(Item at, Env env, Run run)
    {
        foreach (var item in Each(at, env, run))
        {
            yield return item;
        }
    }

    /// <summary>With <c>?</c> behind it: the step that it names may fail, what stands before that may not.</summary>
    public virtual Node Optional() => new Try(this, null);

    /// <summary>The parts below, for what has to see all names.</summary>
    public virtual IEnumerable<Node> Parts => [];

    protected abstract IEnumerable<Item> Yield(Item at, Env env, Run run);
}

/// <summary>A part that makes one value of its input.</summary>
internal abstract class SimpleNode : Node
{
    protected abstract object? Make(object? at, Env env, Run run);

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        yield return at.Made(Make(at.Value, env, run));
    }
}

/// <summary><c>.</c></summary>
internal sealed class Identity : Node
{
    protected override IEnumerable<Item> Yield(Item at, Env env, Run run) => [at];
}

/// <summary><c>..</c></summary>
internal sealed class Everything : Node
{
    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        var next = new Stack<Item>([at]);
        while (next.TryPop(out var item))
        {
            run.Step();
            yield return item;
            foreach (var inner in Access.Iterate(item, true).Reverse())
            {
                next.Push(inner);
            }
        }
    }
}

/// <summary>A value written out.</summary>
internal sealed class Literal(object? value) : SimpleNode
{
    public object? Value => value;

    protected override object? Make(object? at, Env env, Run run) => value;
}

/// <summary><c>$x</c></summary>
internal sealed class Variable(string name, int column) : SimpleNode
{
    public string Name => name;

    public int Column => column;

    protected override object? Make(object? at, Env env, Run run) =>
        env.Find("$" + name) is { } found ? found.Value
        : name switch
        {
            "ENV" => new OrderedDictionary<string, object?>(StringComparer.Ordinal),
            _ => throw new ExpressionFault(column, $"`${name}` is not defined"),
        };
}

/// <summary><c>a[b]</c>, <c>a.b</c></summary>
internal sealed class IndexBy(Node of, Node key, bool isQuiet = false) : Node
{
    public override IEnumerable<Node> Parts => [of, key];

    public override Node Optional() => new IndexBy(of, key, true);

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        foreach (var item in of.Each(at, env, run))
        {
            foreach (var by in key.Each(at with { Path = null }, env, run))
            {
                if (!isQuiet || Access.CanGet(item, by.Value))
                {
                    yield return Access.Get(item, by.Value);
                }
            }
        }
    }
}

/// <summary><c>a[from:to]</c></summary>
internal sealed class SliceOf(Node of, Node? from, Node? to, bool isQuiet = false) : Node
{
    public override IEnumerable<Node> Parts => [of, .. (Node?[])[from, to] is var all ? all.OfType<Node>() : []];

    public override Node Optional() => new SliceOf(of, from, to, true);

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        foreach (var item in of.Each(at, env, run))
        {
            foreach (var end in (to ?? new Literal(null)).Each(at with { Path = null }, env, run))
            {
                foreach (var begin in (from ?? new Literal(null)).Each(at with { Path = null }, env, run))
                {
                    var slice = Access.SliceKey(begin.Value, end.Value);
                    if (!isQuiet || Access.CanGet(item, slice))
                    {
                        yield return Access.Get(item, slice);
                    }
                }
            }
        }
    }
}

/// <summary><c>a[]</c></summary>
internal sealed class IterateOver(Node of, bool isQuiet = false) : Node
{
    public override IEnumerable<Node> Parts => [of];

    public override Node Optional() => new IterateOver(of, true);

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run) =>
        of.Each(at, env, run).SelectMany(item => Access.Iterate(item, isQuiet));
}

/// <summary><c>a | b</c></summary>
internal sealed class Pipe(Node left, Node right) : Node
{
    public override IEnumerable<Node> Parts => [left, right];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        foreach (var item in left.Each(at, env, run))
        {
            foreach (var output in right.Each(item, env, run))
            {
                yield return output;
            }
        }
    }
}

/// <summary><c>a, b</c></summary>
internal sealed class Comma(Node left, Node right) : Node
{
    public override IEnumerable<Node> Parts => [left, right];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        foreach (var item in left.Each(at, env, run))
        {
            yield return item;
        }

        foreach (var item in right.Each(at, env, run))
        {
            yield return item;
        }
    }
}

/// <summary><c>[a]</c></summary>
internal sealed class MakeList(Node? items) : SimpleNode
{
    public override IEnumerable<Node> Parts => items is null ? [] : [items];

    protected override object? Make(object? at, Env env, Run run)
    {
        var list = new List<object?>();
        foreach (var item in items?.Each(new Item(at, null), env, run) ?? [])
        {
            run.Budget.Make(1);
            list.Add(item.Value);
        }

        return list;
    }
}

/// <summary><c>{a: b}</c>: all combinations of what keys and values yield.</summary>
internal sealed class MakeMap(IReadOnlyList<KeyValuePair<Node, Node>> fields) : Node
{
    public override IEnumerable<Node> Parts => fields.SelectMany(f => (Node[])[f.Key, f.Value]);

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run) => From(0, [], at, env, run);

    private IEnumerable<Item> From(int field, KeyValuePair<string, object?>[] made, Item at, Env env, Run run)
    {
        if (field == fields.Count)
        {
            run.Budget.Make(made.Length);
            var map = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
            foreach (var (name, value) in made)
            {
                map[name] = value;
            }

            yield return at.Made(map);
            yield break;
        }

        var plain = at with { Path = null };
        foreach (var key in fields[field].Key.Each(plain, env, run))
        {
            var name = key.Value as string
                ?? throw new JqFault($"Object keys must be strings, not {Operators.Describe(key.Value)}");
            foreach (var value in fields[field].Value.Each(plain, env, run))
            {
                foreach (var item in From(field + 1, [.. made, new(name, value.Value)], at, env, run))
                {
                    yield return item;
                }
            }
        }
    }
}

/// <summary>A string with <c>\(…)</c> inside, each part written by a format.</summary>
internal sealed class MakeText(IReadOnlyList<Node> parts, string format) : Node
{
    public override IEnumerable<Node> Parts => parts;

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run) => From(0, "", at, env, run);

    private IEnumerable<Item> From(int part, string made, Item at, Env env, Run run)
    {
        if (part == parts.Count)
        {
            yield return at.Made(made);
            yield break;
        }

        foreach (var value in parts[part].Each(at with { Path = null }, env, run))
        {
            var text = parts[part] is Literal { Value: string plain } ? plain : Formats.Write(format, value.Value);
            run.Budget.Make(made.Length + text.Length);
            foreach (var item in From(part + 1, made + text, at, env, run))
            {
                yield return item;
            }
        }
    }
}

/// <summary><c>@base64</c></summary>
internal sealed class Format(string name) : SimpleNode
{
    protected override object? Make(object? at, Env env, Run run) => Formats.Write(name, at);
}
