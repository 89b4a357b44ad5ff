namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>The rules for operations and their variables.</summary>
internal sealed class OperationRules(Schema schema, QueryDocument document, OverlapRule overlaps, Effort effort)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public void Check(Operation operation)
    {
        if (schema.Root(operation.Kind) is null)
        {
            throw new GraphQlException($"Schema does not support operation type \"{operation.Kind}\"", operation.Place);
        }

        if (operation.Name.Length == 0 && document.Operations.Count > 1)
        {
            throw new GraphQlException("This anonymous operation must be the only defined operation.", operation.Place);
        }

        if (operation.Variables.Find(variable => !variable.Used) is { } unused)
        {
            throw new GraphQlException(
                $"Variable \"${unused.Name}\" is never used{(operation.Name.Length > 0 ? $" in operation \"{operation.Name}\"" : "")}.",
                unused.Place);
        }

        overlaps.Check(operation.Selections);
        if (operation.Kind == "subscription")
        {
            CheckSubscription(operation);
        }

        if (!_seen.Add(operation.Name))
        {
            throw new GraphQlException($"There can be only one operation named \"{operation.Name}\".", operation.Place);
        }

        CheckVariables(operation);
    }

    private static void CheckVariables(Operation operation)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (operation.Variables.Find(variable => !names.Add(variable.Name)) is { } again)
        {
            throw new GraphQlException($"There can be only one variable named \"${again.Name}\".", again.Place);
        }

        if (operation.Variables.Find(variable => variable.Definition is { IsInput: false }) is { } output)
        {
            throw new GraphQlException(
                $"Variable \"${output.Name}\" cannot be non-input type \"{output.Type.Written}\".", output.Place);
        }
    }

    private void CheckSubscription(Operation operation)
    {
        var fields = new List<Field>();
        Collect(operation.Selections, fields, new(StringComparer.Ordinal));
        fields = [.. fields.DistinctBy(field => field.Name, StringComparer.Ordinal)];
        var name = operation.Name.Length > 0 ? $"Subscription \"{operation.Name}\"" : "Anonymous Subscription";
        if (fields.Count > 1)
        {
            throw new GraphQlException($"{name} must select only one top level field.", fields[1].Place);
        }

        if (fields.Find(field => field.Name.StartsWith("__", StringComparison.Ordinal)) is { } introspection)
        {
            throw new GraphQlException($"{name} must not select an introspection top level field.", introspection.Place);
        }
    }

    private void Collect(List<Selection> selections, List<Field> into, HashSet<string> within)
    {
        foreach (var selection in selections)
        {
            effort.Enter(selection.Place);
            switch (selection)
            {
                case Field field:
                    into.Add(field);
                    break;
                case InlineFragment inline:
                    Collect(inline.Selections, into, within);
                    break;
                case FragmentSpread { Definition: { } fragment } when within.Add(fragment.Name):
                    Collect(fragment.Selections, into, within);
                    break;
            }

            effort.Leave();
        }
    }
}
