using System.Collections.Immutable;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.CloudWorkflow;

/// <summary>Tokens to workflows; what cannot be read is reported and its line left out.</summary>
internal sealed class WorkflowParser
{
    private static readonly HashSet<string> _assignments = new(StringComparer.Ordinal) { "=", "+=", "-=", "*=", "/=", "<<=" };

    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;

    public WorkflowParser(TokenReader reader)
    {
        _reader = reader;
        _expressions = new ExpressionParser(reader, Loop);
    }

    public WorkflowDefinition Definition()
    {
        var start = _reader.Take();
        var name = _reader.Now;
        if (name.Kind != TokenKind.Word)
        {
            _reader.Expected("the name of the workflow", "write `define name($parameter) return $result do`");
            Body(start, _reader.SkipLine());
            return new WorkflowDefinition(start.At, "", [], [], [], []);
        }

        _reader.Take();
        while (_reader.Now.IsMark(".") && _reader.Next.Kind == TokenKind.Word)
        {
            _reader.Take();
            _reader.Take();
        }

        ImmutableArray<VariableExpression> parameters = [];
        if (_reader.Now.IsMark("("))
        {
            parameters = OnlyVariables(_expressions.ArgumentsIn(_reader.Take()).Arguments);
        }

        ImmutableArray<VariableExpression> returns = [];
        if (_reader.TakeWord("return"))
        {
            returns = OnlyVariables(List());
        }

        _reader.TakeMark(",");
        var attributes = _expressions.Attributes();
        return new WorkflowDefinition(start.At, name.Text, parameters, returns, attributes, Block(start));
    }

    private ImmutableArray<VariableExpression> OnlyVariables(ImmutableArray<Expression> expressions)
    {
        foreach (var other in expressions.Where(e => e is not VariableExpression))
        {
            _reader.Problems.Add(other.At, "Invalid parameter", "only variables can stand here", "write `$name` or `@name`");
        }

        return [.. expressions.OfType<VariableExpression>()];
    }

    private ImmutableArray<Expression> List()
    {
        var items = ImmutableArray.CreateBuilder<Expression>();
        while (_expressions.Parse() is { } item)
        {
            items.Add(item);
            if (!_reader.Now.IsMark(",") || (_reader.Next.Kind == TokenKind.Word && !_reader.Next.IsWord("null")))
            {
                break;
            }

            _reader.Take();
            _reader.SkipNewlines();
        }

        return items.ToImmutable();
    }

    // `do … end`
    private ImmutableArray<Statement> Block(Token start)
    {
        if (_reader.TakeWord("do"))
        {
            return Body(start, true);
        }

        _reader.Expected("`do`", $"begin the block of `{start.Text}` with `do`");
        return Body(start, _reader.SkipLine());
    }

    private ImmutableArray<Statement> Body(Token start, bool isOpen)
    {
        if (!isOpen)
        {
            return [];
        }

        var body = Statements(start);
        TakeEnd(start);
        return body;
    }

    private void TakeEnd(Token start)
    {
        if (!_reader.TakeWord("end"))
        {
            _reader.Problems.Add(start.At, "Missing end", $"the `{start.Text}` that begins here has no `end`", "add the `end`");
        }
    }

    private ImmutableArray<Statement> Statements(Token start)
    {
        var statements = ImmutableArray.CreateBuilder<Statement>();
        if (_reader.Depth >= TokenReader.Deepest)
        {
            _reader.Problems.Add(start.At, Problems.TooDeep, $"blocks are nested more than {TokenReader.Deepest} deep", "nest less");
            while (_reader.Now.Kind != TokenKind.End)
            {
                _reader.Take();
            }

            return [];
        }

        _reader.Depth++;
        while (true)
        {
            _reader.SkipNewlines();
            var token = _reader.Now;
            if (token.Kind == TokenKind.End || (token.Kind == TokenKind.Word && token.Text is "end" or "else" or "elsif")
                || IsNextBlock(token))
            {
                break;
            }

            var before = _reader.At;
            if (Statement() is { } statement)
            {
                statements.Add(statement);
            }
            else
            {
                _reader.SkipLine();
            }

            if (_reader.Now.Kind is not (TokenKind.Newline or TokenKind.End) && !IsClosing(_reader.Now))
            {
                _reader.Expected("the end of the line", "put each step on a line of its own, or separate them with `;`");
                _reader.SkipLine();
            }

            if (_reader.At == before)
            {
                _reader.Take();
            }
        }

        _reader.Depth--;
        return statements.ToImmutable();
    }

    private static bool IsClosing(Token token) => token.Kind == TokenKind.Word && token.Text is "end" or "else" or "elsif";

    private bool IsNextBlock(Token token) =>
        token is { Kind: TokenKind.Word, At.Column: 1 } && TopLevel.Blocks.Contains(token.Text)
        && _reader.Next.Kind is TokenKind.String or TokenKind.Word;

    private Statement? Statement()
    {
        var token = _reader.Now;
        if (token.Kind != TokenKind.Word || (_reader.Next.IsMark("(") && !_reader.Next.IsSpaced
            && token.Text is not ("if" or "while" or "raise" or "return")))
        {
            return AssignmentOrExpression();
        }

        switch (token.Text)
        {
            case "if":
                return If(_reader.Take());
            case "while":
                _reader.Take();
                var condition = Condition();
                _reader.TakeMark(",");
                var attributes = _expressions.Attributes();
                var body = Block(token);
                return condition is null ? null : new WhileStatement(token.At, condition, attributes, body);
            case "call":
                return Call(_reader.Take());
            case "foreach" or "map":
                return Loop(token);
            case "concurrent" when _reader.Next.Kind == TokenKind.Word && _reader.Next.Text is "foreach" or "map":
                return Loop(token);
            case "sub" or "concurrent":
                return Sub(_reader.Take());
            case "raise" or "assert" or "return" or "wait_task" or "cancel" or "cancel_task" or "abort" or "abort_task" or "exit":
                return Word(_reader.Take());
            case "define":
                _reader.Problems.Add(
                    token.At, "Missing end", "a `define` stands inside another one", "end the one before it with `end`");
                Definition();
                return new WordStatement(token.At, token.Text, null);
            default:
                return AssignmentOrExpression();
        }
    }

    private WordStatement Word(Token word)
    {
        var hasOperand = _reader.Now.Kind is not (TokenKind.Newline or TokenKind.End) && !IsClosing(_reader.Now);
        return new WordStatement(word.At, word.Text, hasOperand ? _expressions.Parse() : null);
    }

    // one `=` where two were meant is an assignment, whose value decides
    private Expression? Condition()
    {
        var left = _expressions.Parse();
        if (left is not (VariableExpression or IndexExpression) || !_reader.Now.IsMark("="))
        {
            return left;
        }

        var mark = _reader.Take();
        _reader.Problems.Note(mark.At, "assignment-in-condition", "`=` assigns; `==` compares");
        return _expressions.Parse() is { } right ? new BinaryExpression(left.At, "=", left, right) : null;
    }

    private IfStatement? If(Token start)
    {
        var branches = ImmutableArray.CreateBuilder<WorkflowBranch>();
        ImmutableArray<Statement> otherwise = [];
        do
        {
            var condition = Condition();
            if (condition is null)
            {
                _reader.SkipLine();
            }

            _ = _reader.TakeWord("then") || _reader.TakeWord("do");
            var body = Statements(start);
            if (condition is not null)
            {
                branches.Add(new WorkflowBranch(condition, body));
            }
        }
        while (_reader.TakeWord("elsif"));
        if (_reader.TakeWord("else"))
        {
            otherwise = Statements(start);
        }

        TakeEnd(start);
        return new IfStatement(start.At, branches.ToImmutable(), otherwise);
    }

    private CallStatement? Call(Token start)
    {
        var name = _reader.Now;
        if (name.Kind != TokenKind.Word)
        {
            _reader.Expected("the name of a `define`", "write `call name($argument) retrieve $result`");
            return null;
        }

        _reader.Take();
        var text = name.Text;
        while (_reader.Now.IsMark(".") && _reader.Next.Kind == TokenKind.Word)
        {
            _reader.Take();
            text += "." + _reader.Take().Text;
        }

        ImmutableArray<Expression> arguments = [];
        if (_reader.Now.IsMark("("))
        {
            arguments = _expressions.ArgumentsIn(_reader.Take()).Arguments;
        }

        ImmutableArray<Expression> retrieved = [];
        if (_reader.TakeWord("retrieve"))
        {
            retrieved = List();
        }

        _reader.TakeMark(",");
        return new CallStatement(start.At, text, arguments, retrieved, _expressions.Attributes());
    }

    private LoopStatement? Loop(Token first)
    {
        var isConcurrent = _reader.TakeWord("concurrent");
        var word = _reader.Take();
        var item = _expressions.Parse();
        if (item is null || !_reader.TakeWord("in"))
        {
            if (item is not null)
            {
                _reader.Expected("`in`", $"write `{word.Text} $item in $list do`");
            }

            Body(first, _reader.SkipLine());
            return null;
        }

        var of = _expressions.Parse();
        ImmutableArray<Expression> returns = [];
        if (word.Text == "map" && _reader.TakeWord("return"))
        {
            returns = List();
        }

        _reader.TakeMark(",");
        var attributes = _expressions.Attributes();
        var body = Block(word);
        return of is null
            ? null : new LoopStatement(first.At, word.Text == "map", isConcurrent, item, of, returns, attributes, body);
    }

    private BlockStatement Sub(Token start)
    {
        ImmutableArray<Expression> returns = [];
        if (_reader.TakeWord("return"))
        {
            returns = List();
            _reader.TakeMark(",");
        }

        var attributes = _expressions.Attributes();
        return new BlockStatement(start.At, start.Text == "concurrent", returns, attributes, Block(start));
    }

    private Statement? AssignmentOrExpression()
    {
        var start = _reader.Now;
        if (_expressions.Parse() is not { } first)
        {
            return null;
        }

        var targets = ImmutableArray.Create(first);
        while (first is VariableExpression or IndexExpression && _reader.TakeMark(","))
        {
            if (_expressions.Parse() is not { } next)
            {
                return null;
            }

            targets = targets.Add(next);
        }

        if (_reader.Now.Kind == TokenKind.Mark && _assignments.Contains(_reader.Now.Text))
        {
            var mark = _reader.Take();
            foreach (var target in targets.Where(t => t is not (VariableExpression or IndexExpression)))
            {
                _reader.Problems.Add(target.At, "Invalid assignment", "nothing can be assigned to this", "assign to a variable or a field");
            }

            return _expressions.Follows() && _expressions.Parse() is { } value
                ? new AssignStatement(start.At, targets, mark.Text, value) : null;
        }

        if (targets.Length > 1)
        {
            _reader.Expected("`=`", "write `$a, $b = …`");
            return null;
        }

        return new ExpressionStatement(start.At, first);
    }
}
