using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary><c>a + b</c>, <c>a == b</c>: all combinations, the right one outside.</summary>
internal sealed class Binary(string mark, Node left, Node right) : Node
{
    public override IEnumerable<Node> Parts => [left, right];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        var plain = at with { Path = null };
        foreach (var b in right.Each(plain, env, run))
        {
            foreach (var a in left.Each(plain, env, run))
            {
                yield return at.Made(Operators.Apply(mark, a.Value, b.Value, run));
            }
        }
    }
}

/// <summary><c>-a</c></summary>
internal sealed class Negate(Node operand) : Node
{
    public override IEnumerable<Node> Parts => [operand];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run) =>
        operand.Each(at with { Path = null }, env, run).Select(i => at.Made(
            i.Value is double number ? -number : throw new JqFault($"{Operators.Describe(i.Value)} cannot be negated")));
}

/// <summary><c>a and b</c>, <c>a or b</c></summary>
internal sealed class Logic(bool isAnd, Node left, Node right) : Node
{
    public override IEnumerable<Node> Parts => [left, right];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        var plain = at with { Path = null };
        foreach (var a in left.Each(plain, env, run))
        {
            if (Operators.IsTrue(a.Value) != isAnd)
            {
                yield return at.Made(!isAnd);
                continue;
            }

            foreach (var b in right.Each(plain, env, run))
            {
                yield return at.Made(Operators.IsTrue(b.Value));
            }
        }
    }
}

/// <summary><c>a // b</c></summary>
internal sealed class Alternative(Node left, Node right) : Node
{
    public override IEnumerable<Node> Parts => [left, right];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        var found = false;
        using var items = left.Later(at, env, run).GetEnumerator();
        while (true)
        {
            try
            {
                if (!items.MoveNext())
                {
                    break;
                }
            }
            catch (JqFault)
            {
                break;
            }

            if (Operators.IsTrue(items.Current.Value))
            {
                found = true;
                yield return items.Current;
            }
        }

        if (!found)
        {
            foreach (var item in right.Each(at, env, run))
            {
                yield return item;
            }
        }
    }
}

/// <summary><c>if a then b else c end</c></summary>
internal sealed class If(Node condition, Node then, Node otherwise) : Node
{
    public override IEnumerable<Node> Parts => [condition, then, otherwise];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run) =>
        condition.Each(at with { Path = null }, env, run)
            .SelectMany(c => (Operators.IsTrue(c.Value) ? then : otherwise).Each(at, env, run));
}

/// <summary><c>try a catch b</c>, <c>a?</c></summary>
internal sealed class Try(Node body, Node? handler) : Node
{
    public override IEnumerable<Node> Parts => handler is null ? [body] : [body, handler];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        JqFault? caught = null;
        using (var items = body.Later(at, env, run).GetEnumerator())
        {
            while (true)
            {
                try
                {
                    if (!items.MoveNext())
                    {
                        break;
                    }
                }
                catch (JqFault fault)
                {
                    caught = fault;
                    break;
                }

                yield return items.Current;
            }
        }

        if (caught is not null && handler is not null)
        {
            foreach (var item in handler.Each(new Item(caught.Value, at.Path is null ? null : Trail.Nowhere), env, run))
            {
                yield return item;
            }
        }
    }
}

/// <summary><c>reduce a as $x (b; c)</c></summary>
internal sealed class Reduce(Node source, Pattern pattern, Node init, Node update) : Node
{
    public override IEnumerable<Node> Parts => [source, init, update, .. pattern.Parts];

    public Pattern Pattern => pattern;

    public (Node Init, Node Update) Inner => (init, update);

    public Node Source => source;

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        foreach (var start in init.Each(at, env, run))
        {
            var state = start;
            foreach (var item in source.Each(at with { Path = null }, env, run))
            {
                foreach (var bound in pattern.Bind(item.Value, env, run))
                {
                    var last = state.Made(null);
                    foreach (var next in update.Each(state, bound, run))
                    {
                        last = next;
                    }

                    state = last;
                }
            }

            yield return state;
        }
    }
}

/// <summary><c>foreach a as $x (b; c; d)</c></summary>
internal sealed class Foreach(Node source, Pattern pattern, Node init, Node update, Node? extract) : Node
{
    public override IEnumerable<Node> Parts => extract is null ? [source, init, update] : [source, init, update, extract];

    public Pattern Pattern => pattern;

    public Node Source => source;

    public (Node Init, Node Update, Node? Extract) Inner => (init, update, extract);

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        foreach (var start in init.Each(at, env, run))
        {
            var state = start;
            foreach (var item in source.Each(at with { Path = null }, env, run))
            {
                foreach (var bound in pattern.Bind(item.Value, env, run))
                {
                    foreach (var next in update.Each(state, bound, run))
                    {
                        state = next;
                        foreach (var output in extract?.Each(next, bound, run) ?? [next])
                        {
                            yield return output;
                        }
                    }
                }
            }
        }
    }
}

/// <summary><c>a as $x | b</c>, with alternatives <c>?//</c></summary>
internal sealed class Bind(Node source, IReadOnlyList<Pattern> patterns, Node body) : Node
{
    public override IEnumerable<Node> Parts => [source, body];

    public IReadOnlyList<Pattern> Patterns => patterns;

    public Node Source => source;

    public Node Body => body;

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        foreach (var item in source.Each(at with { Path = null }, env, run))
        {
            for (var i = 0; i < patterns.Count; i++)
            {
                // the variables of all alternatives are there in each of them
                var outer = patterns.Count == 1 ? env
                    : patterns.SelectMany(p => p.Names).Distinct().Aggregate(env, (e, n) => e.With(n, (object?)null));
                var isLast = i == patterns.Count - 1;
                var failed = false;
                using var outputs = Outputs(patterns[i], item.Value, at, outer, run).GetEnumerator();
                while (true)
                {
                    try
                    {
                        if (!outputs.MoveNext())
                        {
                            break;
                        }
                    }
                    catch (JqFault) when (!isLast)
                    {
                        failed = true;
                        break;
                    }

                    yield return outputs.Current;
                }

                if (!failed)
                {
                    break;
                }
            }
        }
    }

    // nothing happens before the first output is asked for
    private IEnumerable<Item> Outputs(Pattern pattern, object? value, Item at, Env env, Run run)
    {
        foreach (var bound in pattern.Bind(value, env, run))
        {
            foreach (var output in body.Each(at, bound, run))
            {
                yield return output;
            }
        }
    }
}

/// <summary><c>label $x | a</c></summary>
internal sealed class Label(string name, Node body) : Node
{
    public override IEnumerable<Node> Parts => [body];

    public string Name => name;

    public Node Body => body;

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        var mark = new object();
        using var items = body.Later(at, env.With("*" + name, mark), run).GetEnumerator();
        while (true)
        {
            try
            {
                if (!items.MoveNext())
                {
                    yield break;
                }
            }
            catch (BreakFault fault) when (fault.Label == mark)
            {
                yield break;
            }

            yield return items.Current;
        }
    }
}

/// <summary><c>break $x</c></summary>
internal sealed class Break(string name, int column) : Node
{
    public string Name => name;

    public int Column => column;

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run) => throw new BreakFault(env.Find("$*" + name)!.Value!);
}

/// <summary><c>def f: a; b</c></summary>
internal sealed class Define(FunctionDefinition definition, Node rest) : Node
{
    public override IEnumerable<Node> Parts => [definition.Body, rest];

    public FunctionDefinition Definition => definition;

    public Node Rest => rest;

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run) => rest.Each(at, env.With(definition), run);
}

/// <summary><c>f(a; b)</c></summary>
internal sealed class Call(string name, IReadOnlyList<Node> arguments, int column) : Node
{
    private readonly string _key = $"{name}/{arguments.Count}";

    public override IEnumerable<Node> Parts => arguments;

    public string Key => _key;

    public string Name => name;

    public int Column => column;

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        if (env.Find(_key) is { } found)
        {
            return found.Body is { } closure
                ? closure.Body.Each(at, closure.Env, run)
                : Invoke(found.Definition!, found, 0, at, env, run);
        }

        if (Builtins.Native.TryGetValue(_key, out var native))
        {
            return native(at, arguments, env, run);
        }

        return Prelude.Definitions.TryGetValue(_key, out var definition)
            ? Invoke(definition, Env.Root, 0, at, env, run)
            : throw new ExpressionFault(column, $"{_key} is not defined");
    }

    // `def f($x)` is called once for each value of its argument
    private IEnumerable<Item> Invoke(FunctionDefinition definition, Env inner, int from, Item at, Env env, Run run)
    {
        for (var i = from; i < definition.Parameters.Length; i++)
        {
            var parameter = definition.Parameters[i];
            if (parameter[0] != '$')
            {
                inner = inner.With(parameter + "/0", new Closure(arguments[i], env));
                continue;
            }

            var (next, scope) = (i + 1, inner);
            return arguments[i].Each(at with { Path = null }, env, run).SelectMany(value => Invoke(
                definition, scope.With(parameter[1..], value.Value).With(parameter[1..] + "/0", new Closure(new Literal(value.Value), env)),
                next, at, env, run));
        }

        return definition.Body.Each(at, inner, run);
    }
}

/// <summary><c>a = b</c>, <c>a |= b</c>, <c>a += b</c></summary>
internal sealed class Assign(string mark, Node path, Node value) : Node
{
    public override IEnumerable<Node> Parts => [path, value];

    protected override IEnumerable<Item> Yield(Item at, Env env, Run run)
    {
        if (mark == "|=")
        {
            yield return at.Made(Update(at.Value, env, run));
            yield break;
        }

        foreach (var given in value.Each(at with { Path = null }, env, run))
        {
            var result = at.Value;
            foreach (var found in Paths(at.Value, env, run))
            {
                var now = mark == "=" ? given.Value : Operators.Change(mark, Access.GetPath(result, found), given.Value, run);
                result = Access.SetPath(result, found, 0, now, run);
            }

            yield return at.Made(result);
        }
    }

    // the first value counts; where there is none the path goes
    private object? Update(object? root, Env env, Run run)
    {
        var gone = new List<object?>();
        foreach (var found in Paths(root, env, run))
        {
            var first = value.Each(new Item(Access.GetPath(root, found), null), env, run).Select(i => (Item?)i).FirstOrDefault();
            if (first is { } item)
            {
                root = Access.SetPath(root, found, 0, item.Value, run);
            }
            else
            {
                gone.Add(found);
            }
        }

        return gone.Count == 0 ? root : Access.DeletePaths(root, gone, run);
    }

    private List<List<object?>> Paths(object? root, Env env, Run run) =>
        [.. path.Each(new Item(root, Trail.Start), env, run).Select(Access.KeysOf)];
}
