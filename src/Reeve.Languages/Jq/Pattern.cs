namespace Reeve.Languages.Jq;

/// <summary>What <c>as</c> binds: a variable, or the parts of a list or a map.</summary>
internal abstract class Pattern
{
    public abstract IEnumerable<string> Names { get; }

    public virtual IEnumerable<Node> Parts => [];

    public abstract IEnumerable<Env> Bind(object? value, Env env, Run run);
}

/// <summary><c>$x</c></summary>
internal sealed class VariablePattern(string name) : Pattern
{
    public override IEnumerable<string> Names => [name];

    public override IEnumerable<Env> Bind(object? value, Env env, Run run) => [env.With(name, value)];
}

/// <summary><c>[$a, $b]</c></summary>
internal sealed class ListPattern(IReadOnlyList<Pattern> items) : Pattern
{
    public override IEnumerable<string> Names => items.SelectMany(i => i.Names);

    public override IEnumerable<Node> Parts => items.SelectMany(i => i.Parts);

    public override IEnumerable<Env> Bind(object? value, Env env, Run run)
    {
        if (value is not (null or List<object?>))
        {
            throw new JqFault($"Cannot index {Operators.TypeOf(value)} with number");
        }

        IEnumerable<Env> bound = [env];
        for (var i = 0; i < items.Count; i++)
        {
            var (pattern, item) = (items[i], value is List<object?> list && i < list.Count ? list[i] : null);
            bound = bound.SelectMany(e => pattern.Bind(item, e, run));
        }

        return bound;
    }
}

/// <summary><c>{a: $x, $y, (expression): [$z]}</c></summary>
internal sealed class MapPattern(IReadOnlyList<(string? Variable, Node Key, Pattern? Value)> fields) : Pattern
{
    public override IEnumerable<string> Names =>
        fields.SelectMany(f => (f.Variable is null ? [] : (string[])[f.Variable]).Concat(f.Value?.Names ?? []));

    public override IEnumerable<Node> Parts => fields.SelectMany(f => (f.Value?.Parts ?? []).Prepend(f.Key));

    public override IEnumerable<Env> Bind(object? value, Env env, Run run)
    {
        IEnumerable<Env> bound = [env];
        foreach (var (variable, key, inner) in fields)
        {
            bound = bound.SelectMany(e => key.Each(new Item(value, null), e, run).SelectMany(name =>
            {
                var found = Access.Get(new Item(value, null), name.Value as string
                    ?? throw new JqFault($"Cannot index {Operators.TypeOf(value)} with {Operators.TypeOf(name.Value)}")).Value;
                var next = variable is null ? e : e.With(variable, found);
                return inner is null ? [next] : inner.Bind(found, next, run);
            }));
        }

        return bound;
    }
}
