namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>
/// Fields that end up under one name in a response must ask for the same: the same field with the same arguments, and of types that can
/// be merged, all the way down and across fragments. Fields of two different object types never meet, so only their types are compared.
/// </summary>
internal sealed class OverlapRule(Schema schema, Effort effort)
{
    /// <summary>Pairs of fragments that were compared, and whether only as far as fields that never meet.</summary>
    private readonly Dictionary<(string, string), bool> _pairs = [];

    private HashSet<string> _compared = new(StringComparer.Ordinal);

    public void Check(List<Selection> selections)
    {
        if (selections.Count == 0)
        {
            return;
        }

        var (fields, spreads) = Collect(selections);
        foreach (var same in fields.Values)
        {
            for (var one = 0; one < same.Count; one++)
            {
                for (var other = one + 1; other < same.Count; other++)
                {
                    Compare(apart: false, same[one], same[other]);
                }
            }
        }

        _compared = new(StringComparer.Ordinal);
        for (var one = 0; one < spreads.Count; one++)
        {
            Compare(apart: false, fields, spreads[one]);
            for (var other = one + 1; other < spreads.Count; other++)
            {
                Compare(apart: false, spreads[one], spreads[other]);
            }
        }
    }

    private void Compare(bool apart, Dictionary<string, List<Field>> fields, FragmentSpread spread)
    {
        if (!_compared.Add(spread.Name) || spread.Definition is not { } fragment)
        {
            return;
        }

        effort.Enter(spread.Place);
        var (others, spreads) = Collect(fragment.Selections);
        if (!IsSame(fields, others))
        {
            Compare(apart, fields, others);
            foreach (var inner in spreads.Where(inner => inner.Name != spread.Name))
            {
                Compare(apart, fields, inner);
            }
        }

        effort.Leave();
    }

    private void Compare(bool apart, FragmentSpread one, FragmentSpread other)
    {
        if (one.Name == other.Name || (_pairs.TryGetValue((one.Name, other.Name), out var before) && (apart || !before)))
        {
            return;
        }

        _pairs[(one.Name, other.Name)] = _pairs[(other.Name, one.Name)] = apart;
        if (one.Definition is not { } first || other.Definition is not { } second)
        {
            return;
        }

        effort.Enter(one.Place);
        var (fields, spreads) = Collect(first.Selections);
        var (others, otherSpreads) = Collect(second.Selections);
        Compare(apart, fields, others);
        otherSpreads.ForEach(inner => Compare(apart, one, inner));
        spreads.ForEach(inner => Compare(apart, inner, other));
        effort.Leave();
    }

    private void Compare(bool apart, Dictionary<string, List<Field>> fields, Dictionary<string, List<Field>> others)
    {
        foreach (var (name, ones) in fields)
        {
            foreach (var other in others.GetValueOrDefault(name) ?? [])
            {
                ones.ForEach(one => Compare(apart, one, other));
            }
        }
    }

    private void Compare(bool apart, Field one, Field other)
    {
        effort.Enter(other.Place);
        if (one.Parent is { } parent && other.Parent is { } otherParent)
        {
            apart = apart || (parent.Name != otherParent.Name && parent.Kind == "OBJECT" && otherParent.Kind == "OBJECT"
                && one.Definition is not null && other.Definition is not null);
            if (!apart && one.Name != other.Name)
            {
                throw Conflict(other, $"\"{one.Name}\" and \"{other.Name}\" are different fields");
            }

            if (!apart && !HaveSameArguments(one, other))
            {
                throw Conflict(other, "they have differing arguments");
            }

            if (one.Definition is { Type: { } type } && other.Definition is { Type: { } otherType } && Differ(type, otherType))
            {
                throw Conflict(other, $"they return conflicting types \"{type.Written}\" and \"{otherType.Written}\"");
            }

            CompareSelections(apart, one.Selections, other.Selections);
        }

        effort.Leave();
    }

    private void CompareSelections(bool apart, List<Selection> ones, List<Selection> others)
    {
        var (fields, spreads) = Collect(ones);
        var (otherFields, otherSpreads) = Collect(others);
        Compare(apart, fields, otherFields);
        foreach (var spread in otherSpreads)
        {
            _compared = new(StringComparer.Ordinal);
            Compare(apart, fields, spread);
        }

        foreach (var spread in spreads)
        {
            _compared = new(StringComparer.Ordinal);
            Compare(apart, otherFields, spread);
        }

        spreads.ForEach(spread => otherSpreads.ForEach(other => Compare(apart, spread, other)));
    }

    private (Dictionary<string, List<Field>> Fields, List<FragmentSpread> Spreads) Collect(List<Selection> selections)
    {
        var fields = new Dictionary<string, List<Field>>(StringComparer.Ordinal);
        var spreads = new List<FragmentSpread>();
        Collect(selections, fields, spreads);
        return (fields, spreads);
    }

    private void Collect(List<Selection> selections, Dictionary<string, List<Field>> fields, List<FragmentSpread> spreads)
    {
        foreach (var selection in selections)
        {
            effort.Enter(selection.Place);
            switch (selection)
            {
                case Field field when fields.TryGetValue(field.ResponseName, out var same):
                    same.Add(field);
                    break;
                case Field field:
                    fields[field.ResponseName] = [field];
                    break;
                case InlineFragment inline:
                    Collect(inline.Selections, fields, spreads);
                    break;
                case FragmentSpread spread:
                    spreads.Add(spread);
                    break;
            }

            effort.Leave();
        }
    }

    private static bool IsSame(Dictionary<string, List<Field>> fields, Dictionary<string, List<Field>> others) =>
        fields.Count == others.Count && fields.All(pair =>
            others.TryGetValue(pair.Key, out var same) && pair.Value.SequenceEqual(same, ReferenceEqualityComparer.Instance));

    /// <summary>As in OPA, lists and objects are the same whatever is in them.</summary>
    private static bool HaveSameArguments(Field one, Field other) => one.Arguments.Count == other.Arguments.Count
        && one.Arguments.TrueForAll(argument => other.Arguments.Exists(same => argument.Name == same.Name
            && argument.Value.Kind == same.Value.Kind && argument.Value.Raw == same.Value.Raw));

    private bool Differ(TypeReference one, TypeReference other)
    {
        if (one.Element is { } element && other.Element is { } otherElement)
        {
            return Differ(element, otherElement);
        }

        return one.Element is not null || other.Element is not null || one.NonNull != other.NonNull
            || (one.Name != other.Name
                && schema.TypeNamed(one.Name) is { IsLeaf: true } && schema.TypeNamed(other.Name) is { IsLeaf: true });
    }

    private static GraphQlException Conflict(Field field, string reason) => new(
        $"Fields \"{field.ResponseName}\" conflict because {reason}. Use different aliases on the fields to fetch both if this was " +
        "intentional.",
        field.Place);
}
