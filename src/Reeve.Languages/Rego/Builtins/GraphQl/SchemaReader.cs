namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>Reads schema documents: definitions of types, directives and root types, and extensions of them.</summary>
internal sealed class SchemaReader : DocumentReader
{
    private SchemaReader(string text, Effort effort)
        : base(text, effort)
    {
    }

    public static SchemaDocument Read(string text, Effort effort) => new SchemaReader(text, effort).ReadDocument();

    private SchemaDocument ReadDocument()
    {
        var document = new SchemaDocument();
        while (!At(TokenKind.End))
        {
            var (description, before) = ReadDescription();
            if (!At(TokenKind.Name))
            {
                throw Unexpected();
            }

            switch (Peek().Text)
            {
                case "scalar" or "type" or "interface" or "union" or "enum" or "input":
                    var after = Comment;
                    document.Definitions.Add(ReadDefinition(description, new(before, after), extends: false));
                    break;
                case "schema":
                    document.Schema.Add(ReadSchema(description, before));
                    break;
                case "directive":
                    document.Directives.Add(ReadDirectiveDefinition(description, before));
                    break;
                case "extend" when description.Length > 0:
                    throw Unexpected(Taken);
                case "extend":
                    ReadExtension(document);
                    break;
                default:
                    throw Unexpected();
            }
        }

        document.Comment = Comment;
        return document;
    }

    private (string Description, IReadOnlyList<string>? Before) ReadDescription()
    {
        if (!At(TokenKind.String) && !At(TokenKind.BlockString))
        {
            return ("", null);
        }

        var before = Comment;
        return (Take().Text, before);
    }

    private SchemaDefinition ReadSchema(string description, IReadOnlyList<string>? before)
    {
        var after = Comment;
        ExpectWord("schema");
        var schema = new SchemaDefinition { Description = description, Place = Peek().Place, Directives = ReadDirectives(constant: true) };
        schema.Comments = new(before, after, ReadOperationTypes(schema));
        return schema;
    }

    private IReadOnlyList<string>? ReadOperationTypes(SchemaDefinition schema) =>
        ReadSome(TokenKind.OpenBrace, TokenKind.CloseBrace, schema.OperationTypes, () =>
        {
            var (place, comment) = (Peek().Place, Comment);
            var operation = ReadOperationKind();
            Expect(TokenKind.Colon);
            return new OperationType { Operation = operation, Type = ReadName(), Comment = comment, Place = place };
        });

    private void ReadExtension(SchemaDocument document)
    {
        var after = Comment;
        ExpectWord("extend");
        if (Peek().Text is "scalar" or "type" or "interface" or "union" or "enum" or "input")
        {
            var extension = ReadDefinition("", new(null, after), extends: true);
            if (extension is { Directives: [], Interfaces: [], Fields: [], Types: [], EnumValues: [] })
            {
                throw Unexpected();
            }

            document.Extensions.Add(extension);
            return;
        }

        if (!AtWord("schema"))
        {
            throw Unexpected();
        }

        Take();
        var schema = new SchemaDefinition { Place = Peek().Place, Directives = ReadDirectives(constant: true) };
        schema.Comments = new(null, after, ReadOperationTypes(schema));
        if (schema is { Directives: [], OperationTypes: [] })
        {
            throw Unexpected();
        }

        document.SchemaExtensions.Add(schema);
    }

    private Definition ReadDefinition(string description, Comments comments, bool extends)
    {
        var kind = Expect(TokenKind.Name).Text;
        var definition = new Definition
        {
            Kind = kind switch
            {
                "type" => "OBJECT",
                "input" => "INPUT_OBJECT",
                _ => kind.ToUpperInvariant(),
            },
            Description = description,
            Place = Peek().Place,
        };
        definition.Name = ReadName();
        if (kind == "type" || (kind == "interface" && !extends))
        {
            ReadInterfaces(definition.Interfaces);
        }

        definition.Directives = ReadDirectives(constant: !(extends && kind == "input"));
        var end = kind switch
        {
            "type" or "interface" => ReadSome(
                TokenKind.OpenBrace, TokenKind.CloseBrace, definition.Fields, () => ReadFieldDefinition(input: false)),
            "input" => ReadSome(TokenKind.OpenBrace, TokenKind.CloseBrace, definition.Fields, () => ReadFieldDefinition(input: true)),
            "enum" => ReadSome(TokenKind.OpenBrace, TokenKind.CloseBrace, definition.EnumValues, ReadEnumValue),
            _ => null,
        };
        if (kind == "union")
        {
            ReadUnion(definition.Types);
        }

        definition.Comments = comments with { End = end };
        return definition;
    }

    private void ReadInterfaces(List<string> interfaces)
    {
        if (!AtWord("implements"))
        {
            return;
        }

        Take();
        Skip(TokenKind.Ampersand);
        do
        {
            interfaces.Add(ReadName());
        }
        while (Skip(TokenKind.Ampersand));
    }

    private void ReadUnion(List<string> types)
    {
        if (!Skip(TokenKind.Equals))
        {
            return;
        }

        Skip(TokenKind.Pipe);
        do
        {
            types.Add(ReadName());
        }
        while (Skip(TokenKind.Pipe));
    }

    private FieldDefinition ReadFieldDefinition(bool input)
    {
        var (description, comments, place) = ReadMemberStart();
        var name = ReadName();
        List<ArgumentDefinition> arguments = input ? [] : ReadArgumentDefinitions();
        Expect(TokenKind.Colon);
        return new()
        {
            Description = description,
            Name = name,
            Arguments = arguments,
            Type = ReadType(),
            Default = input && Skip(TokenKind.Equals) ? ReadValue(constant: true) : null,
            Directives = ReadDirectives(constant: true),
            Comments = comments,
            Place = place,
        };
    }

    private List<ArgumentDefinition> ReadArgumentDefinitions()
    {
        var arguments = new List<ArgumentDefinition>();
        ReadSome(TokenKind.OpenParenthesis, TokenKind.CloseParenthesis, arguments, () =>
        {
            var (description, comments, place) = ReadMemberStart();
            var name = ReadName();
            Expect(TokenKind.Colon);
            return new ArgumentDefinition
            {
                Description = description,
                Name = name,
                Type = ReadType(),
                Default = Skip(TokenKind.Equals) ? ReadValue(constant: true) : null,
                Directives = ReadDirectives(constant: true),
                Comments = comments,
                Place = place,
            };
        });
        return arguments;
    }

    private EnumValueDefinition ReadEnumValue()
    {
        var (description, comments, place) = ReadMemberStart();
        return new()
        {
            Description = description,
            Name = ReadName(),
            Directives = ReadDirectives(constant: true),
            Comments = comments,
            Place = place,
        };
    }

    private (string Description, Comments Comments, Place Place) ReadMemberStart()
    {
        var (description, before) = ReadDescription();
        var place = Peek().Place;
        return (description, new(description.Length > 0 ? before : null, Comment), place);
    }

    private DirectiveDefinition ReadDirectiveDefinition(string description, IReadOnlyList<string>? before)
    {
        var after = Comment;
        ExpectWord("directive");
        Expect(TokenKind.At);
        var place = Peek().Place;
        var name = ReadName();
        var arguments = ReadArgumentDefinitions();
        var repeatable = AtWord("repeatable");
        if (repeatable)
        {
            Take();
        }

        ExpectWord("on");
        var locations = new List<string>();
        Skip(TokenKind.Pipe);
        do
        {
            var location = Expect(TokenKind.Name);
            locations.Add(Location.Known.Contains(location.Text) ? location.Text : throw Unexpected(location));
        }
        while (Skip(TokenKind.Pipe));
        return new()
        {
            Description = description,
            Name = name,
            Arguments = arguments,
            Repeatable = repeatable,
            Locations = locations,
            Comments = new(before, after),
            Place = place,
        };
    }
}
