using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>Schema documents as objects, with the names that OPA gives their members.</summary>
internal static class SchemaWriter
{
    public static ObjectValue Write(SchemaDocument document) => new NodeWriter()
        .List("Schema", document.Schema, Write)
        .List("SchemaExtension", document.SchemaExtensions, Write)
        .List("Directives", document.Directives, Write)
        .List("Definitions", document.Definitions, Write)
        .List("Extensions", document.Extensions, Write)
        .Comment("Comment", document.Comment)
        .Done();

    private static ObjectValue Write(SchemaDefinition schema) => new NodeWriter()
        .Text("Description", schema.Description)
        .List("Directives", schema.Directives, QueryWriter.Write)
        .List("OperationTypes", schema.OperationTypes, type => new NodeWriter()
            .Text("Operation", type.Operation)
            .Text("Type", type.Type)
            .Comment("Comment", type.Comment)
            .Done())
        .Comments(schema.Comments)
        .Done();

    private static ObjectValue Write(Definition definition) => new NodeWriter()
        .Text("Kind", definition.Kind)
        .Text("Description", definition.Description)
        .Text("Name", definition.Name)
        .List("Directives", definition.Directives, QueryWriter.Write)
        .Texts("Interfaces", definition.Interfaces)
        .List("Fields", definition.Fields, field => new NodeWriter()
            .Text("Description", field.Description)
            .Text("Name", field.Name)
            .List("Arguments", field.Arguments, Write)
            .Node("DefaultValue", QueryWriter.Write(field.Default))
            .Node("Type", QueryWriter.Write(field.Type))
            .List("Directives", field.Directives, QueryWriter.Write)
            .Comments(field.Comments)
            .Done())
        .Texts("Types", definition.Types)
        .List("EnumValues", definition.EnumValues, value => new NodeWriter()
            .Text("Description", value.Description)
            .Text("Name", value.Name)
            .List("Directives", value.Directives, QueryWriter.Write)
            .Comments(value.Comments)
            .Done())
        .Flag("BuiltIn", definition.BuiltIn)
        .Comments(definition.Comments)
        .Done();

    private static ObjectValue Write(ArgumentDefinition argument) => new NodeWriter()
        .Text("Description", argument.Description)
        .Text("Name", argument.Name)
        .Node("DefaultValue", QueryWriter.Write(argument.Default))
        .Node("Type", QueryWriter.Write(argument.Type))
        .List("Directives", argument.Directives, QueryWriter.Write)
        .Comments(argument.Comments)
        .Done();

    private static ObjectValue Write(DirectiveDefinition directive) => new NodeWriter()
        .Text("Description", directive.Description)
        .Text("Name", directive.Name)
        .List("Arguments", directive.Arguments, Write)
        .Texts("Locations", directive.Locations)
        .Flag("IsRepeatable", directive.Repeatable)
        .Comments(directive.Comments)
        .Done();
}
