namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>The rules for selected fields and for directives.</summary>
internal sealed class FieldRules(Schema schema, OverlapRule overlaps, Effort effort)
{
    private const int DeepestIntrospection = 3;

    public static void CheckRepeated(List<Directive> directives)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directive in directives)
        {
            if (!seen.Add(directive.Name) && directive.Definition is not { Repeatable: true })
            {
                throw new GraphQlException($"The directive \"@{directive.Name}\" can only be used once at this location.", directive.Place);
            }
        }
    }

    public void Check(Field field, bool inOperation)
    {
        if (field.Parent is { } parent && field.Definition is null)
        {
            throw new GraphQlException($"Cannot query field \"{field.Name}\" on type \"{parent.Name}\".", field.Place);
        }

        if (field.Parent is not null && field.Arguments.Find(given => field.Definition?.ArgumentNamed(given.Name) is null) is { } unknown)
        {
            throw new GraphQlException(
                $"Unknown argument \"{unknown.Name}\" on field \"{field.Parent.Name}.{field.Name}\".", field.Place);
        }

        if (field.Name is "__schema" or "__type" && IsDeep(field, new(StringComparer.Ordinal), 0))
        {
            throw new GraphQlException("Maximum introspection depth exceeded", field.Place);
        }

        if (inOperation)
        {
            // what a fragment selects is compared once, where an operation uses it
            overlaps.Check(field.Selections);
        }

        if (field.Definition is { } definition)
        {
            CheckRequired($"Field \"{field.Name}\"", definition.Arguments, field.Arguments, field.Place);
            CheckLeaf(field, definition);
        }

        CheckUnique(field.Arguments);
    }

    public void Check(Directive directive)
    {
        effort.Step();
        if (directive.Definition is not { } definition)
        {
            throw new GraphQlException($"Unknown directive \"@{directive.Name}\".", directive.Place);
        }

        if (directive.Arguments.Find(given => definition.ArgumentNamed(given.Name) is null) is { } unknown)
        {
            throw new GraphQlException($"Unknown argument \"{unknown.Name}\" on directive \"@{directive.Name}\".", directive.Place);
        }

        if (!definition.Locations.Contains(directive.Location))
        {
            throw new GraphQlException($"Directive \"@{directive.Name}\" may not be used on {directive.Location}.", directive.Place);
        }

        CheckRequired($"Directive \"@{directive.Name}\"", definition.Arguments, directive.Arguments, directive.Place);
        CheckUnique(directive.Arguments);
    }

    private static void CheckRequired(string what, List<ArgumentDefinition> arguments, List<Argument> given, Place place)
    {
        if (arguments.Find(argument => argument is { Type.NonNull: true, Default: null }
            && !given.Exists(one => one.Name == argument.Name)) is { } missing)
        {
            throw new GraphQlException(
                $"{what} argument \"{missing.Name}\" of type \"{missing.Type.Written}\" is required, but it was not provided.", place);
        }
    }

    private static void CheckUnique(List<Argument> arguments)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (arguments.Find(argument => !names.Add(argument.Name)) is { } again)
        {
            throw new GraphQlException($"There can be only one argument named \"{again.Name}\".", again.Place);
        }
    }

    private void CheckLeaf(Field field, FieldDefinition definition)
    {
        if (schema.TypeNamed(definition.Type.Innermost) is not { } type)
        {
            return;
        }

        if (type.IsLeaf && field.Selections.Count > 0)
        {
            throw new GraphQlException(
                $"Field \"{field.Name}\" must not have a selection since type \"{type.Name}\" has no subfields.", field.Place);
        }

        if (!type.IsLeaf && field.Selections.Count == 0)
        {
            throw new GraphQlException(
                $"Field \"{field.Name}\" of type \"{definition.Type.Written}\" must have a selection of subfields.", field.Place);
        }
    }

    /// <summary>Counts the lists of types that an introspection nests, which make its answer grow by leaps.</summary>
    private bool IsDeep(Field field, HashSet<string> within, int depth)
    {
        effort.Enter(field.Place);
        depth += field.Name is "fields" or "interfaces" or "possibleTypes" or "inputFields" ? 1 : 0;
        var deep = depth >= DeepestIntrospection || IsDeep(field.Selections, within, depth);
        effort.Leave();
        return deep;
    }

    private bool IsDeep(List<Selection> selections, HashSet<string> within, int depth)
    {
        foreach (var selection in selections)
        {
            var deep = false;
            switch (selection)
            {
                case Field field:
                    deep = IsDeep(field, within, depth);
                    break;
                case InlineFragment inline:
                    effort.Enter(inline.Place);
                    deep = IsDeep(inline.Selections, within, depth);
                    effort.Leave();
                    break;
                case FragmentSpread { Definition: { } fragment } spread when within.Add(spread.Name):
                    effort.Enter(spread.Place);
                    deep = IsDeep(fragment.Selections, within, depth);
                    effort.Leave();
                    within.Remove(spread.Name);
                    break;
            }

            if (deep)
            {
                return true;
            }
        }

        return false;
    }
}
