namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>
/// Documents that come as objects, in the form that <c>graphql.parse_query</c> and <c>graphql.parse_schema</c> give them.
/// </summary>
internal static class ObjectDocuments
{
    public static QueryDocument Query(NodeReader node) => new()
    {
        Operations = node.List("Operations", operation => new Operation
        {
            Kind = operation.Text("Operation"),
            Name = operation.Text("Name"),
            Variables = operation.List("VariableDefinitions", Variable),
            Directives = operation.List("Directives", Directive),
            Selections = operation.List("SelectionSet", Selection),
        }),
        Fragments = node.List("Fragments", fragment => new Fragment
        {
            Name = fragment.Text("Name"),
            Variables = fragment.List("VariableDefinition", Variable),
            TypeCondition = fragment.Text("TypeCondition"),
            Directives = fragment.List("Directives", Directive),
            Selections = fragment.List("SelectionSet", Selection),
        }),
        Comment = node.Comment("Comment"),
    };

    public static SchemaDocument Schema(NodeReader node) => new()
    {
        Schema = node.List("Schema", SchemaDefinition),
        SchemaExtensions = node.List("SchemaExtension", SchemaDefinition),
        Directives = node.List("Directives", directive => new DirectiveDefinition
        {
            Description = directive.Text("Description"),
            Name = directive.Text("Name"),
            Arguments = directive.List("Arguments", Parameter),
            Locations = directive.Texts("Locations"),
            Repeatable = directive.Flag("IsRepeatable"),
            Comments = directive.Comments(),
        }),
        Definitions = node.List("Definitions", Definition),
        Extensions = node.List("Extensions", Definition),
        Comment = node.Comment("Comment"),
    };

    /// <summary>
    /// OPA takes every selection of such a document for a field, so that spreads of fragments do not survive it; neither do they here.
    /// </summary>
    private static Selection Selection(NodeReader node) => new Field
    {
        Alias = node.Text("Alias"),
        Name = node.Text("Name"),
        Arguments = node.List("Arguments", Argument),
        Directives = node.List("Directives", Directive),
        Selections = node.List("SelectionSet", Selection),
    };

    private static Variable Variable(NodeReader node) => new()
    {
        Name = node.Text("Variable"),
        Type = node.Required("Type", Type),
        Default = node.Node("DefaultValue", Literal),
        Directives = node.List("Directives", Directive),
        Comment = node.Comment("Comment"),
        Used = node.Flag("Used"),
    };

    private static Directive Directive(NodeReader node) => new()
    {
        Name = node.Text("Name"),
        Arguments = node.List("Arguments", Argument),
        Location = node.Text("Location"),
    };

    private static Argument Argument(NodeReader node) => new()
    {
        Name = node.Text("Name"),
        Value = node.Required("Value", Literal),
        Comment = node.Comment("Comment"),
    };

    private static TypeReference Type(NodeReader node)
    {
        var (name, element) = (node.Text("NamedType"), node.Node("Elem", Type));
        return name.Length > 0 || element is not null
            ? new(name, element, node.Flag("NonNull"), Place.None)
            : throw new GraphQlException("a type has neither `NamedType` nor `Elem`", Place.None);
    }

    private static GraphValue Literal(NodeReader node) => new()
    {
        Raw = node.Text("Raw"),
        Members = node.List("Children", member => new GraphMember
        {
            Name = member.Text("Name"),
            Value = member.Required("Value", Literal),
            Comment = member.Comment("Comment"),
        }),
        Kind = (GraphValueKind)node.Number("Kind") is >= GraphValueKind.Variable and <= GraphValueKind.Object and var kind
            ? kind
            : throw new GraphQlException($"unknown kind of value {node.Number("Kind")}", Place.None),
        Comment = node.Comment("Comment"),
        ExpectedTypeHasDefault = node.Flag("ExpectedTypeHasDefault"),
    };

    private static SchemaDefinition SchemaDefinition(NodeReader node) => new()
    {
        Description = node.Text("Description"),
        Directives = node.List("Directives", Directive),
        OperationTypes = node.List("OperationTypes", type => new OperationType
        {
            Operation = type.Text("Operation"),
            Type = type.Text("Type"),
            Comment = type.Comment("Comment"),
        }),
        Comments = node.Comments(),
    };

    private static Definition Definition(NodeReader node) => new()
    {
        Kind = node.Text("Kind"),
        Description = node.Text("Description"),
        Name = node.Text("Name"),
        Directives = node.List("Directives", Directive),
        Interfaces = node.Texts("Interfaces"),
        Fields = node.List("Fields", field => new FieldDefinition
        {
            Description = field.Text("Description"),
            Name = field.Text("Name"),
            Arguments = field.List("Arguments", Parameter),
            Default = field.Node("DefaultValue", Literal),
            Type = field.Required("Type", Type),
            Directives = field.List("Directives", Directive),
            Comments = field.Comments(),
        }),
        Types = node.Texts("Types"),
        EnumValues = node.List("EnumValues", value => new EnumValueDefinition
        {
            Description = value.Text("Description"),
            Name = value.Text("Name"),
            Directives = value.List("Directives", Directive),
            Comments = value.Comments(),
        }),
        BuiltIn = node.Flag("BuiltIn"),
        Comments = node.Comments(),
    };

    private static ArgumentDefinition Parameter(NodeReader node) => new()
    {
        Description = node.Text("Description"),
        Name = node.Text("Name"),
        Default = node.Node("DefaultValue", Literal),
        Type = node.Required("Type", Type),
        Directives = node.List("Directives", Directive),
        Comments = node.Comments(),
    };
}
