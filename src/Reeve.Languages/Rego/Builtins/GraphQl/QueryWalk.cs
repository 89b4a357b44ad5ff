namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>
/// Goes through a query document against a schema: says of each node what it is defined as and has the rules look at it, children
/// first. Fragments are walked where operations use them, once for each operation, and then by themselves.
/// </summary>
internal sealed class QueryWalk
{
    private readonly Schema _schema;
    private readonly QueryDocument _document;
    private readonly Effort _effort;
    private readonly FieldRules _fields;
    private readonly FragmentRules _fragments;
    private readonly OperationRules _operations;
    private readonly ValueRules _values;
    private readonly HashSet<string> _walked = new(StringComparer.Ordinal);
    private Operation? _operation;

    private QueryWalk(Schema schema, QueryDocument document, Effort effort)
    {
        (_schema, _document, _effort) = (schema, document, effort);
        var overlaps = new OverlapRule(schema, effort);
        _fields = new(schema, overlaps, effort);
        _fragments = new(schema, document, overlaps, effort);
        _operations = new(schema, document, overlaps, effort);
        _values = new();
    }

    /// <summary>Throws for the first rule that does not hold.</summary>
    public static void Check(Schema schema, QueryDocument document, Effort effort) => new QueryWalk(schema, document, effort).Walk();

    private void Walk()
    {
        foreach (var operation in _document.Operations)
        {
            _walked.Clear();
            Walk(operation);
        }

        foreach (var fragment in _document.Fragments)
        {
            _walked.Clear();
            fragment.Definition = _schema.TypeNamed(fragment.TypeCondition);
            Walk(fragment.Directives, "FRAGMENT_DEFINITION");
            Walk(fragment.Definition, fragment.Selections, fragment.Place);
            _fragments.Check(fragment);
        }
    }

    private void Walk(Operation operation)
    {
        _operation = operation;
        foreach (var variable in operation.Variables)
        {
            _effort.Step();
            variable.Definition = _schema.TypeNamed(variable.Type.Innermost)
                ?? throw new GraphQlException($"Unknown type \"{variable.Type.Innermost}\".", variable.Place);
            if (variable.Default is { } value)
            {
                (value.ExpectedType, value.Definition) = (variable.Type, variable.Definition);
            }
        }

        foreach (var variable in operation.Variables)
        {
            if (variable.Default is { } value)
            {
                Walk(value);
            }

            Walk(variable.Directives, "VARIABLE_DEFINITION");
        }

        Walk(operation.Directives, operation.Kind switch
        {
            "mutation" => "MUTATION",
            "subscription" => "SUBSCRIPTION",
            _ => "QUERY",
        });
        Walk(_schema.Root(operation.Kind), operation.Selections, operation.Place);
        _operations.Check(operation);
        _operation = null;
    }

    private void Walk(List<Directive> directives, string location)
    {
        foreach (var directive in directives)
        {
            directive.Definition = _schema.Directives.GetValueOrDefault(directive.Name);
            directive.Location = location;
            foreach (var argument in directive.Arguments)
            {
                Walk(directive.Definition?.ArgumentNamed(argument.Name), argument);
            }

            _fields.Check(directive);
        }

        FieldRules.CheckRepeated(directives);
    }

    private void Walk(ArgumentDefinition? definition, Argument argument)
    {
        if (definition is not null)
        {
            argument.Value.ExpectedType = definition.Type;
            argument.Value.ExpectedTypeHasDefault = definition.Default is { Kind: not GraphValueKind.Null };
            argument.Value.Definition = _schema.TypeNamed(definition.Type.Innermost);
        }

        Walk(argument.Value);
    }

    private void Walk(GraphValue value)
    {
        _effort.Enter(value.Place);
        if (value.Kind == GraphValueKind.Variable && _operation is not null)
        {
            value.Variable = _operation.VariableNamed(value.Raw);
            if (value.Variable is { } variable)
            {
                variable.Used = true;
            }
        }

        foreach (var member in value.Members)
        {
            if (value.Kind == GraphValueKind.Object && value.Definition?.FieldNamed(member.Name) is { } field)
            {
                member.Value.ExpectedType = field.Type;
                member.Value.ExpectedTypeHasDefault = field.Default is { Kind: not GraphValueKind.Null };
                member.Value.Definition = _schema.TypeNamed(field.Type.Innermost);
            }
            else if (value.Kind == GraphValueKind.List && value.ExpectedType?.Element is { } element)
            {
                (member.Value.ExpectedType, member.Value.Definition) = (element, value.Definition);
            }

            if (value.Kind is GraphValueKind.Object or GraphValueKind.List)
            {
                Walk(member.Value);
            }
        }

        _effort.Leave();
        _values.Check(value, _operation);
    }

    private void Walk(Definition? parent, List<Selection> selections, Place place)
    {
        _effort.Enter(place);
        foreach (var selection in selections)
        {
            _effort.Step();
            selection.Parent = parent;
            switch (selection)
            {
                case Field field:
                    Walk(field);
                    break;
                case InlineFragment inline:
                    var type = inline.TypeCondition.Length > 0 ? _schema.TypeNamed(inline.TypeCondition) : parent;
                    Walk(inline.Directives, "INLINE_FRAGMENT");
                    Walk(type, inline.Selections, inline.Place);
                    _fragments.Check(inline);
                    break;
                case FragmentSpread spread:
                    Walk(spread);
                    break;
            }
        }

        _effort.Leave();
    }

    private void Walk(Field field)
    {
        field.Definition = field.Name == "__typename"
            ? new() { Name = field.Name, Type = TypeReference.Named("String") }
            : field.Parent?.FieldNamed(field.Name);
        foreach (var argument in field.Arguments)
        {
            Walk(field.Definition?.ArgumentNamed(argument.Name), argument);
        }

        Walk(field.Directives, "FIELD");
        Walk(field.Definition is { } definition ? _schema.TypeNamed(definition.Type.Innermost) : null, field.Selections, field.Place);
        _fields.Check(field, _operation is not null);
    }

    private void Walk(FragmentSpread spread)
    {
        spread.Definition = _document.FragmentNamed(spread.Name);
        Walk(spread.Directives, "FRAGMENT_SPREAD");
        if (spread.Definition is { } fragment && _walked.Add(fragment.Name))
        {
            Walk(_schema.TypeNamed(fragment.TypeCondition), fragment.Selections, spread.Place);
        }

        _fragments.Check(spread);
    }
}
