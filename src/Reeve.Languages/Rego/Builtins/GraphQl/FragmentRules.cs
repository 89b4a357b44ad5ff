namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>The rules for fragments, with names and in place, and for where they are spread.</summary>
internal sealed class FragmentRules(Schema schema, QueryDocument document, OverlapRule overlaps, Effort effort)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _visited = new(StringComparer.Ordinal);
    private bool _operationsAreDone;

    public void Check(InlineFragment inline)
    {
        if (inline.TypeCondition.Length > 0)
        {
            var type = schema.TypeNamed(inline.TypeCondition)
                ?? throw new GraphQlException($"Unknown type \"{inline.TypeCondition}\".", inline.Place);
            if (!type.IsComposite)
            {
                throw new GraphQlException($"Fragment cannot condition on non composite type \"{type.Name}\".", inline.Place);
            }
        }

        overlaps.Check(inline.Selections);
        if (!CanBe(inline.Parent, inline.TypeCondition))
        {
            throw new GraphQlException(
                $"Fragment cannot be spread here as objects of type \"{inline.Parent!.Name}\" can never be of type " +
                $"\"{inline.TypeCondition}\".",
                inline.Place);
        }
    }

    public void Check(FragmentSpread spread)
    {
        if (spread.Definition is not { } fragment)
        {
            throw new GraphQlException($"Unknown fragment \"{spread.Name}\".", spread.Place);
        }

        if (!_operationsAreDone)
        {
            _used.Add(spread.Name);
        }

        if (!CanBe(spread.Parent, fragment.TypeCondition))
        {
            throw new GraphQlException(
                $"Fragment \"{spread.Name}\" cannot be spread here as objects of type \"{spread.Parent!.Name}\" can never be of type " +
                $"\"{fragment.TypeCondition}\".",
                spread.Place);
        }
    }

    public void Check(Fragment fragment)
    {
        _operationsAreDone = true;
        var type = fragment.Definition ?? throw new GraphQlException($"Unknown type \"{fragment.TypeCondition}\".", fragment.Place);
        if (!type.IsComposite)
        {
            throw new GraphQlException(
                $"Fragment \"{fragment.Name}\" cannot condition on non composite type \"{type.Name}\".", fragment.Place);
        }

        CheckCycles(fragment, [], new(StringComparer.Ordinal));
        if (!_used.Contains(fragment.Name))
        {
            throw new GraphQlException($"Fragment \"{fragment.Name}\" is never used.", fragment.Place);
        }

        overlaps.Check(fragment.Selections);
        if (!_named.Add(fragment.Name))
        {
            throw new GraphQlException($"There can be only one fragment named \"{fragment.Name}\".", fragment.Place);
        }
    }

    /// <summary>True unless both types are known, composite, and share no type of values.</summary>
    private bool CanBe(Definition? parent, string condition)
    {
        if (parent is not { IsComposite: true } || schema.TypeNamed(condition) is not { IsComposite: true } type)
        {
            return true;
        }

        var possible = schema.Possible(type.Name);
        return parent.Kind == "OBJECT"
            ? schema.IsPossible(type.Name, parent.Name)
            : possible.Any(one => schema.IsPossible(parent.Name, one.Name));
    }

    private void CheckCycles(Fragment fragment, List<string> path, Dictionary<string, int> onPath)
    {
        if (!_visited.Add(fragment.Name))
        {
            return;
        }

        effort.Enter(fragment.Place);
        onPath[fragment.Name] = path.Count;
        foreach (var spread in Spreads(fragment.Selections))
        {
            if (onPath.TryGetValue(spread.Name, out var start))
            {
                var via = path[start..];
                throw new GraphQlException(
                    $"Cannot spread fragment \"{spread.Name}\" within itself" +
                    (via.Count > 0 ? $" via {string.Join(", ", via.Select(name => $"\"{name}\""))}." : "."),
                    spread.Place);
            }

            if (document.FragmentNamed(spread.Name) is { } next)
            {
                path.Add(spread.Name);
                CheckCycles(next, path, onPath);
                path.RemoveAt(path.Count - 1);
            }
        }

        onPath.Remove(fragment.Name);
        effort.Leave();
    }

    private List<FragmentSpread> Spreads(List<Selection> selections)
    {
        var spreads = new List<FragmentSpread>();
        var waiting = new Stack<List<Selection>>([selections]);
        while (waiting.TryPop(out var next))
        {
            foreach (var selection in next)
            {
                effort.Step();
                switch (selection)
                {
                    case FragmentSpread spread:
                        spreads.Add(spread);
                        break;
                    case Field field:
                        waiting.Push(field.Selections);
                        break;
                    case InlineFragment inline:
                        waiting.Push(inline.Selections);
                        break;
                }
            }
        }

        return spreads;
    }
}
