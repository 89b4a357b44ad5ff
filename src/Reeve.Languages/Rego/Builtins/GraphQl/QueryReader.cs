namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>Reads query documents: operations and fragments.</summary>
internal sealed class QueryReader : DocumentReader
{
    private QueryReader(string text, Effort effort)
        : base(text, effort)
    {
    }

    public static QueryDocument Read(string text, Effort effort) => new QueryReader(text, effort).ReadDocument();

    private QueryDocument ReadDocument()
    {
        var document = new QueryDocument();
        while (!At(TokenKind.End))
        {
            if (At(TokenKind.OpenBrace) || AtWord("query") || AtWord("mutation") || AtWord("subscription"))
            {
                document.Operations.Add(ReadOperation());
            }
            else if (AtWord("fragment"))
            {
                document.Fragments.Add(ReadFragment());
            }
            else
            {
                throw Unexpected();
            }
        }

        return document;
    }

    private Operation ReadOperation()
    {
        var (place, comment) = (Peek().Place, Comment);
        if (At(TokenKind.OpenBrace))
        {
            // the short form keeps no comment, as in OPA
            return new() { Kind = "query", Selections = ReadSelections(), Place = place };
        }

        var operation = new Operation { Kind = ReadOperationKind(), Comment = comment, Place = place };
        operation.Name = At(TokenKind.Name) ? Take().Text : "";
        operation.Variables = ReadVariables();
        operation.Directives = ReadDirectives(constant: false);
        operation.Selections = ReadSelections();
        return operation;
    }

    private List<Variable> ReadVariables()
    {
        var variables = new List<Variable>();
        ReadSome(TokenKind.OpenParenthesis, TokenKind.CloseParenthesis, variables, () =>
        {
            var (place, comment) = (Peek().Place, Comment);
            var name = ReadVariableName();
            Expect(TokenKind.Colon);
            return new Variable
            {
                Name = name,
                Type = ReadType(),
                Default = Skip(TokenKind.Equals) ? ReadValue(constant: true) : null,
                Directives = ReadDirectives(constant: false),
                Comment = comment,
                Place = place,
            };
        });
        return variables;
    }

    private List<Selection> ReadSelections()
    {
        if (!At(TokenKind.OpenBrace))
        {
            throw Wrong(Peek(), $"Expected {{, found {Token.Describe(Peek().Kind)}");
        }

        var selections = new List<Selection>();
        Effort.Enter(Peek().Place);
        ReadSome(TokenKind.OpenBrace, TokenKind.CloseBrace, selections, () => At(TokenKind.Spread) ? ReadSpread() : ReadField());
        Effort.Leave();
        return selections;
    }

    private Field ReadField()
    {
        var field = new Field { Place = Peek().Place, Comment = Comment, Alias = ReadName() };
        field.Name = Skip(TokenKind.Colon) ? ReadName() : field.Alias;
        field.Arguments = ReadArguments(constant: false);
        field.Directives = ReadDirectives(constant: false);
        field.Selections = At(TokenKind.OpenBrace) ? ReadSelections() : [];
        return field;
    }

    private Selection ReadSpread()
    {
        Peek();
        var comment = Comment;
        Expect(TokenKind.Spread);
        var place = Peek().Place;
        if (At(TokenKind.Name) && !AtWord("on"))
        {
            return new FragmentSpread
            {
                Name = ReadFragmentName(),
                Directives = ReadDirectives(constant: false),
                Comment = comment,
                Place = place,
            };
        }

        var inline = new InlineFragment { Comment = comment, Place = place };
        if (AtWord("on"))
        {
            Take();
            inline.TypeCondition = ReadName();
        }

        inline.Directives = ReadDirectives(constant: false);
        inline.Selections = ReadSelections();
        return inline;
    }

    private Fragment ReadFragment()
    {
        var fragment = new Fragment { Place = Peek().Place, Comment = Comment };
        ExpectWord("fragment");
        fragment.Name = ReadFragmentName();
        fragment.Variables = ReadVariables();
        ExpectWord("on");
        fragment.TypeCondition = ReadName();
        fragment.Directives = ReadDirectives(constant: false);
        fragment.Selections = ReadSelections();
        return fragment;
    }

    private string ReadFragmentName() => AtWord("on") ? throw Unexpected() : ReadName();
}
