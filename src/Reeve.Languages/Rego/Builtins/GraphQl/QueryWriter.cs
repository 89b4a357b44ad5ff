using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>Query documents as objects, with the names that OPA gives their members.</summary>
internal static class QueryWriter
{
    public static ObjectValue Write(QueryDocument document) => new NodeWriter()
        .List("Operations", document.Operations, Write)
        .List("Fragments", document.Fragments, Write)
        .Comment("Comment", document.Comment)
        .Done();

    public static ObjectValue Write(Directive directive) => new NodeWriter()
        .Text("Name", directive.Name)
        .List("Arguments", directive.Arguments, Write)
        .Text("Location", directive.Location)
        .Done();

    public static ObjectValue Write(TypeReference type) => new NodeWriter()
        .Text("NamedType", type.Name)
        .Node("Elem", type.Element is { } element ? Write(element) : null)
        .Flag("NonNull", type.NonNull)
        .Done();

    public static ObjectValue? Write(GraphValue? value) => value is null ? null : new NodeWriter()
        .Text("Raw", value.Raw)
        .List("Children", value.Members, member => new NodeWriter()
            .Text("Name", member.Name)
            .Node("Value", Write(member.Value))
            .Comment("Comment", member.Comment)
            .Done())
        .Number("Kind", (int)value.Kind)
        .Comment("Comment", value.Comment)
        .Flag("ExpectedTypeHasDefault", value.ExpectedTypeHasDefault)
        .Done();

    private static ObjectValue Write(Argument argument) => new NodeWriter()
        .Text("Name", argument.Name)
        .Node("Value", Write(argument.Value))
        .Comment("Comment", argument.Comment)
        .Done();

    private static ObjectValue Write(Operation operation) => new NodeWriter()
        .Text("Operation", operation.Kind)
        .Text("Name", operation.Name)
        .List("VariableDefinitions", operation.Variables, Write)
        .List("Directives", operation.Directives, Write)
        .List("SelectionSet", operation.Selections, Write)
        .Comment("Comment", operation.Comment)
        .Done();

    private static ObjectValue Write(Fragment fragment) => new NodeWriter()
        .Text("Name", fragment.Name)
        .List("VariableDefinition", fragment.Variables, Write)
        .Text("TypeCondition", fragment.TypeCondition)
        .List("Directives", fragment.Directives, Write)
        .List("SelectionSet", fragment.Selections, Write)
        .Comment("Comment", fragment.Comment)
        .Done();

    private static ObjectValue Write(Variable variable) => new NodeWriter()
        .Text("Variable", variable.Name)
        .Node("Type", Write(variable.Type))
        .Node("DefaultValue", Write(variable.Default))
        .List("Directives", variable.Directives, Write)
        .Comment("Comment", variable.Comment)
        .Flag("Used", variable.Used)
        .Done();

    private static ObjectValue Write(Selection selection)
    {
        var node = new NodeWriter();
        _ = selection switch
        {
            Field field => node
                .Text("Alias", field.Alias)
                .Text("Name", field.Name)
                .List("Arguments", field.Arguments, Write)
                .List("SelectionSet", field.Selections, Write),
            FragmentSpread spread => node.Text("Name", spread.Name),
            InlineFragment inline => node
                .Text("TypeCondition", inline.TypeCondition)
                .List("SelectionSet", inline.Selections, Write),
            _ => node,
        };
        return node.List("Directives", selection.Directives, Write).Comment("Comment", selection.Comment).Done();
    }
}
