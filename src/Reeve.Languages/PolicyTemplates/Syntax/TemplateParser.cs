using System.Collections.Immutable;
using Reeve.Languages.CloudWorkflow;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Tokens to definitions. What cannot be read is reported, and reading goes on behind it.</summary>
internal sealed class TemplateParser
{
    private readonly TokenReader _reader;
    private readonly TermParser _terms;
    private readonly List<WorkflowDefinition> _workflows = [];

    private TemplateParser(TokenReader reader)
    {
        _reader = reader;
        _terms = new TermParser(reader);
    }

    public static TemplateTree Parse(string text, Problems problems)
    {
        var (tokens, _) = Lexer.Read(text, problems);
        var parser = new TemplateParser(new TokenReader(tokens, problems));
        var definitions = parser.Definitions(null);
        return new TemplateTree(definitions, [.. parser._workflows]);
    }

    private ImmutableArray<Definition> Definitions(Token? block)
    {
        var definitions = ImmutableArray.CreateBuilder<Definition>();
        while (true)
        {
            _reader.SkipNewlines();
            var token = _reader.Now;
            if (token.Kind == TokenKind.End || (block is not null && IsNextBlock(token, block)))
            {
                if (block is not null)
                {
                    _reader.Problems.Add(block.At, "Missing end", $"the `{block.Text}` that begins here has no `end`", "add the `end`");
                }

                return definitions.ToImmutable();
            }

            if (token.IsWord("end"))
            {
                _reader.Take();
                if (block is not null)
                {
                    return definitions.ToImmutable();
                }

                _reader.Problems.Add(token.At, "Unexpected end", "this `end` ends nothing",
                    "remove it, or add the `do` that it belongs to");
            }
            else if (token.IsWord("define") && block is null)
            {
                _workflows.Add(new WorkflowParser(_reader).Definition());
            }
            else if (Definition() is { } definition)
            {
                definitions.Add(definition);
            }
        }
    }

    // a block of the top level that begins at the margin inside another one: that other one was not ended
    private bool IsNextBlock(Token token, Token block) =>
        token is { Kind: TokenKind.Word, At.Column: 1 } && TopLevel.Blocks.Contains(token.Text)
        && (token.Text == "define" || (_reader.Next.Kind == TokenKind.String && token.Text switch
        {
            "parameter" => block.Text is not ("escalation" or "resolution" or "request_approval"),
            "resources" => block.Text != "permission",
            "auth" or "pagination" => block.Text != "request",
            _ => true,
        }));

    private Definition? Definition()
    {
        var name = _reader.Now;
        if (name.Kind != TokenKind.Word)
        {
            _reader.Expected("a field or a block", "begin a line with the name of a field or a block");
            _reader.SkipLine();
            return null;
        }

        _reader.Take();
        var arguments = ImmutableArray.CreateBuilder<Term>();
        var named = ImmutableArray.CreateBuilder<NamedTerm>();
        var isRead = _reader.Now is var open && open.IsMark("(") && !open.IsSpaced
            ? Parenthesised(open, arguments, named)
            : Arguments(arguments, named);
        var opened = isRead && (_reader.TakeWord("do") || LacksDo(name, arguments));
        if (!isRead)
        {
            opened = _reader.SkipLine();
        }
        else if (!opened && _reader.Now.Kind is not (TokenKind.Newline or TokenKind.End) && !_reader.Now.IsWord("end"))
        {
            _reader.Expected("the end of the line, `,` or `do`", "put each definition on a line of its own");
            opened = _reader.SkipLine();
        }

        // `additional_headers do { "a": "b" } end` is an object, not a block
        var isMap = opened && ObjectInside(arguments);
        var body = opened && !isMap ? Body(name) : (ImmutableArray<Definition>?)null;
        return new Definition(name.At, name.Text, arguments.ToImmutable(), named.ToImmutable(), body);
    }

    // what stands further in than a word that begins a block is its inside
    private bool LacksDo(Token name, ImmutableArray<Term>.Builder arguments)
    {
        if (_reader.Now.Kind == TokenKind.Newline && _reader.NextLine is { } first && first.IsWord("do")
            && (TopLevel.Blocks.Contains(name.Text) || TopLevel.BareBlocks.Contains(name.Text)))
        {
            _reader.Problems.Add(first.At, "Syntax error", "`do` stands in a line of its own", $"write it in the line of `{name.Text}`");
            _reader.SkipNewlines();
            return _reader.TakeWord("do");
        }

        if (_reader.Now.Kind != TokenKind.Newline || _reader.NextLine is not { } next || next.At.Column <= name.At.Column
            || next.IsWord("end"))
        {
            return false;
        }

        // `result "r"` in a script and `pagination $p` in a request are no blocks
        var isBlock = arguments.Count == 0 ? TopLevel.BareBlocks.Contains(name.Text)
            : arguments[0] switch
            {
                StringTerm => TopLevel.Blocks.Contains(name.Text),
                ReferenceTerm or ResourceTerm => name.Text is "validate" or "validate_each",
                CallTerm => name.Text == "collect",
                _ => false,
            };
        if (!isBlock || name.Text is "auth" or "resources")
        {
            return false;
        }

        _reader.Problems.Add(
            _reader.Now.At, "Missing do", $"`{name.Text}` has no `do` at the end of its line", "write `do` there");
        return true;
    }

    private bool ObjectInside(ImmutableArray<Term>.Builder arguments)
    {
        var first = _reader.Now.Kind == TokenKind.Newline ? _reader.NextLine : _reader.Now;
        if (first is null || !first.IsMark("{"))
        {
            return false;
        }

        _reader.SkipNewlines();
        if (_terms.Parse() is { } map)
        {
            arguments.Add(map);
        }

        _reader.SkipNewlines();
        if (!_reader.TakeWord("end"))
        {
            _reader.Expected("`end`", "end the block behind its object");
        }

        return true;
    }

    private ImmutableArray<Definition> Body(Token name)
    {
        if (_reader.Depth >= TokenReader.Deepest)
        {
            _reader.Problems.Add(name.At, Problems.TooDeep, $"blocks are nested more than {TokenReader.Deepest} deep", "nest less");
            while (_reader.Now.Kind != TokenKind.End)
            {
                _reader.Take();
            }

            return [];
        }

        _reader.Depth++;
        var body = Definitions(name);
        _reader.Depth--;
        return body;
    }

    private bool Arguments(ImmutableArray<Term>.Builder arguments, ImmutableArray<NamedTerm>.Builder named)
    {
        if (!TermParser.Begins(_reader.Now))
        {
            return true;
        }

        while (true)
        {
            if (!Argument(arguments, named))
            {
                return false;
            }

            if (!_reader.TakeMark(","))
            {
                return true;
            }

            _reader.SkipNewlines();
        }
    }

    private bool Parenthesised(
        Token open, ImmutableArray<Term>.Builder arguments, ImmutableArray<NamedTerm>.Builder named)
    {
        _reader.Take();
        _reader.SkipNewlines();
        while (!_reader.TakeMark(")"))
        {
            if (!Argument(arguments, named))
            {
                return false;
            }

            _reader.SkipNewlines();
            if (_reader.TakeMark(","))
            {
                _reader.SkipNewlines();
            }
            else if (!_reader.Now.IsMark(")"))
            {
                if (_reader.Now is { Kind: TokenKind.Word, At.Column: 1 })
                {
                    _reader.Problems.Add(open.At, "Syntax error", "`(` has no `)`", "close it with `)`");
                    _reader.StepBack();
                    return true;
                }

                _reader.Expected("`,` or `)`", "separate the fields with `,` and close the list with `)`");
                return SkipBehind(open);
            }
        }

        return true;
    }

    // true when the list could be left through its own bracket
    private bool SkipBehind(Token open)
    {
        while (_reader.Now.Kind != TokenKind.End && !(_reader.Now is { Kind: TokenKind.Word, At.Column: 1 }))
        {
            if (_reader.Take().IsMark(")") && _reader.Now.Kind is TokenKind.Newline or TokenKind.End)
            {
                return true;
            }
        }

        _reader.Problems.Add(open.At, "Syntax error", "`(` has no `)`", "close it with `)`");
        return true;
    }

    private bool Argument(ImmutableArray<Term>.Builder arguments, ImmutableArray<NamedTerm>.Builder named)
    {
        var token = _reader.Now;
        if (token.Kind is TokenKind.Word or TokenKind.String && _reader.Next.IsMark(":"))
        {
            _reader.Take();
            _reader.Take();
            _reader.SkipNewlines();
            if (_terms.Parse() is not { } value)
            {
                return false;
            }

            named.Add(new NamedTerm(token.At, token.Value, value));
            return true;
        }

        if (_terms.Parse() is not { } term)
        {
            return false;
        }

        arguments.Add(term);
        return true;
    }
}
