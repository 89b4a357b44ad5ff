namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>What the readers of queries and schemas share: tokens with one of lookahead, comments, values, directives and types.</summary>
internal abstract class DocumentReader(string text, Effort effort)
{
    private readonly Lexer _lexer = new(text);
    private Token _ahead;
    private bool _peeked;

    /// <summary>The comments right before the token that was looked at last; null when it was taken, or has none.</summary>
    protected IReadOnlyList<string>? Comment { get; private set; }

    /// <summary>The token taken last.</summary>
    protected Token Taken { get; private set; }

    protected Effort Effort => effort;

    protected Token Peek()
    {
        if (_peeked)
        {
            return _ahead;
        }

        effort.Step();
        _ahead = _lexer.Read();
        if (_ahead.Kind == TokenKind.Comment)
        {
            var comments = new List<string>();
            for (; _ahead.Kind == TokenKind.Comment; _ahead = _lexer.Read())
            {
                effort.Step();
                comments.Add(_ahead.Text);
            }

            Comment = comments;
        }

        _peeked = true;
        return _ahead;
    }

    protected Token Take()
    {
        Taken = Peek();
        _peeked = false;
        Comment = null;
        return Taken.Problem is { } problem ? throw problem : Taken;
    }

    protected bool At(TokenKind kind) => Peek().Kind == kind;

    protected bool AtWord(string word) => Peek() is { Kind: TokenKind.Name } token && token.Text == word;

    protected bool Skip(TokenKind kind)
    {
        if (!At(kind))
        {
            return false;
        }

        Take();
        return true;
    }

    protected Token Expect(TokenKind kind) => At(kind)
        ? Take()
        : throw Wrong(Peek(), $"Expected {Token.Describe(kind)}, found {Token.Describe(Peek().Kind)}");

    protected void ExpectWord(string word)
    {
        if (!AtWord(word))
        {
            throw Wrong(Peek(), $"Expected \"{word}\", found {Peek().Described}");
        }

        Take();
    }

    protected string ReadName() => Expect(TokenKind.Name).Text;

    protected GraphQlException Unexpected() => Unexpected(Peek());

    protected static GraphQlException Unexpected(Token token) => Wrong(token, $"Unexpected {token.Described}");

    protected static GraphQlException Wrong(Token token, string message) => token.Problem ?? new(message, token.Place);

    /// <summary>One or more items between marks, or nothing at all; answers the comments before the closing mark.</summary>
    protected IReadOnlyList<string>? ReadSome<T>(TokenKind open, TokenKind close, List<T> into, Func<T> read)
    {
        if (!Skip(open))
        {
            return null;
        }

        if (At(close))
        {
            throw Wrong(Peek(), $"expected at least one definition, found {Token.Describe(close)}");
        }

        while (!At(close))
        {
            into.Add(read());
        }

        var comment = Comment;
        Take();
        return comment;
    }

    protected List<Argument> ReadArguments(bool constant)
    {
        var arguments = new List<Argument>();
        ReadSome(TokenKind.OpenParenthesis, TokenKind.CloseParenthesis, arguments, () =>
        {
            var (place, comment) = (Peek().Place, Comment);
            var name = ReadName();
            Expect(TokenKind.Colon);
            return new Argument { Name = name, Value = ReadValue(constant), Comment = comment, Place = place };
        });
        return arguments;
    }

    protected List<Directive> ReadDirectives(bool constant)
    {
        var directives = new List<Directive>();
        while (Skip(TokenKind.At))
        {
            var place = Peek().Place;
            directives.Add(new() { Name = ReadName(), Arguments = ReadArguments(constant), Place = place });
        }

        return directives;
    }

    protected TypeReference ReadType()
    {
        effort.Enter(Peek().Place);
        var list = Skip(TokenKind.OpenBracket);
        var place = Peek().Place;
        var (name, element) = list ? ("", ReadType()) : (ReadName(), (TypeReference?)null);
        if (list)
        {
            Expect(TokenKind.CloseBracket);
        }

        effort.Leave();
        return new(name, element, Skip(TokenKind.Bang), place);
    }

    protected string ReadOperationKind()
    {
        var token = Take();
        return token.Text is "query" or "mutation" or "subscription" ? token.Text : throw Unexpected(token);
    }

    protected string ReadVariableName()
    {
        Expect(TokenKind.Dollar);
        return ReadName();
    }

    protected GraphValue ReadValue(bool constant)
    {
        var token = Peek();
        GraphValueKind kind;
        switch (token.Kind)
        {
            case TokenKind.OpenBracket or TokenKind.OpenBrace:
                effort.Enter(token.Place);
                var nested = ReadMembers(token.Kind == TokenKind.OpenBrace, constant);
                effort.Leave();
                return nested;
            case TokenKind.Dollar when !constant:
                return new() { Kind = GraphValueKind.Variable, Raw = ReadVariableName(), Place = token.Place };
            case TokenKind.Integer:
                kind = GraphValueKind.Integer;
                break;
            case TokenKind.Float:
                kind = GraphValueKind.Float;
                break;
            case TokenKind.String:
                kind = GraphValueKind.String;
                break;
            case TokenKind.BlockString:
                kind = GraphValueKind.Block;
                break;
            case TokenKind.Name:
                kind = token.Text switch
                {
                    "true" or "false" => GraphValueKind.Boolean,
                    "null" => GraphValueKind.Null,
                    _ => GraphValueKind.Enum,
                };
                break;
            default:
                throw Unexpected();
        }

        Take();
        return new() { Kind = kind, Raw = token.Text, Place = token.Place };
    }

    private GraphValue ReadMembers(bool named, bool constant)
    {
        var (place, comment) = (Peek().Place, Comment);
        var members = new List<GraphMember>();
        Take();
        while (!At(named ? TokenKind.CloseBrace : TokenKind.CloseBracket))
        {
            if (!named)
            {
                members.Add(new() { Value = ReadValue(constant) });
                continue;
            }

            var (at, before) = (Peek().Place, Comment);
            var name = ReadName();
            Expect(TokenKind.Colon);
            members.Add(new() { Name = name, Value = ReadValue(constant), Comment = before, Place = at });
        }

        Take();
        return new() { Kind = named ? GraphValueKind.Object : GraphValueKind.List, Members = members, Comment = comment, Place = place };
    }
}
