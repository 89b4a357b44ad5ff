using System.Runtime.CompilerServices;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>Reads modules, queries and terms by recursive descent; this part holds the position and the doors.</summary>
internal sealed partial class Parser
{
    /// <summary>How deep terms, bodies and queries may be nested.</summary>
    public const int MaxDepth = 400;

    /// <summary>How many steps a package, an import or the name of a rule may have.</summary>
    public const int MaxPath = 256;

    /// <summary>How many operators may follow each other without parentheses.</summary>
    public const int MaxChain = 2000;

    /// <summary>How often a second reading of an ambiguous text is tried: without a bound it would double with each level.</summary>
    private const int MaxRetries = 5000;

    private static readonly HashSet<string> AlwaysReserved =
        ["as", "default", "else", "false", "import", "package", "not", "null", "true", "with", "some"];

    private readonly Scanner _scanner;
    private readonly string _file;
    private readonly RegoVersion _version;
    private Token _token;
    private int _depth;
    private int _retries;
    private int _wildcards;
    private int _lastEnd;
    private bool _in;
    private bool _every;
    private bool _if;
    private bool _contains;
    private bool _v1;

    private Parser(string text, string file, RegoVersion version)
    {
        _scanner = new Scanner(text, file);
        _file = file;
        _version = version;
        _v1 = version == RegoVersion.V1;
        _in = _every = _if = _contains = _v1;
    }

    private Location Here => new(_file, _token.Row, _token.Column);

    /// <summary>Reads a module.</summary>
    public static ParseOutcome ParseModule(string text, string file, RegoVersion version)
    {
        try
        {
            var parser = new Parser(text, file, version);
            parser.Advance();
            return new(parser.Module(text), []);
        }
        catch (ParseFailure failure)
        {
            return new(null, [Error(failure)]);
        }
    }

    /// <summary>Reads a query: statements between newlines or semicolons.</summary>
    public static (IReadOnlyList<Expression>? Body, IReadOnlyList<RegoError> Errors) ParseQuery(
        string text, string file, RegoVersion version)
    {
        try
        {
            var parser = new Parser(text, file, version);
            parser.Advance();
            var body = parser.Body(TokenKind.End);
            return (body, []);
        }
        catch (ParseFailure failure)
        {
            return (null, [Error(failure)]);
        }
    }

    /// <summary>Reads one term.</summary>
    public static (Term? Term, IReadOnlyList<RegoError> Errors) ParseTerm(string text, string file)
    {
        try
        {
            var parser = new Parser(text, file, RegoVersion.V1);
            parser.Advance();
            var term = parser.Infix(true);
            parser.Expect(TokenKind.End, "end of text");
            return (term, []);
        }
        catch (ParseFailure failure)
        {
            return (null, [Error(failure)]);
        }
    }

    private static RegoError Error(ParseFailure failure) => new(
        RegoError.ParseError, failure.Message, failure.Location.File, failure.Location.Row, failure.Location.Column);

    private void Advance()
    {
        _lastEnd = _token.End;
        _token = _scanner.Next();
    }

    private bool Is(TokenKind kind) => _token.Kind == kind;

    private bool Take(TokenKind kind)
    {
        if (_token.Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private void Expect(TokenKind kind, string expected)
    {
        if (!Take(kind))
        {
            throw Unexpected($"expected {expected}");
        }
    }

    /// <summary>True at the word used as a keyword: a keyword right before a dot is the head of a reference.</summary>
    private bool IsKeyword(string word)
    {
        if (_token.Kind != TokenKind.Word || _token.Text != word || !Enabled(word))
        {
            return false;
        }

        var next = _token.End < _scanner.Text.Length ? _scanner.Text[_token.End] : ' ';
        return next != '.';
    }

    private bool TakeKeyword(string word)
    {
        if (!IsKeyword(word))
        {
            return false;
        }

        Advance();
        return true;
    }

    private bool Enabled(string word) => word switch
    {
        "in" => _in,
        "every" => _every,
        "if" => _if,
        "contains" => _contains,
        _ => true,
    };

    private bool IsReserved(string word) => AlwaysReserved.Contains(word) ||
        (word is "in" && _in) || (word is "every" && _every) || (word is "if" && _if);

    private ParseFailure Unexpected(string hint)
    {
        var what = _token.Kind switch
        {
            TokenKind.End => "eof token",
            TokenKind.Word => IsReserved(_token.Text) ? $"{_token.Text} keyword" : $"identifier `{_token.Text}`",
            TokenKind.Number => "number token",
            TokenKind.String or TokenKind.Template or TokenKind.RawTemplate => "string token",
            _ => $"`{_scanner.Text[_token.Start.._token.End]}` token",
        };
        return new ParseFailure($"unexpected {what}: {hint}", Here);
    }

    private void Enter()
    {
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ParseFailure($"nested too deeply: the limit is {MaxDepth} levels", Here) { Final = true };
        }
    }

    private void Leave() => _depth--;

    private (Token Token, int Depth, int LastEnd, (int At, int Row, int LineStart, int Comments) Scanner) Save() =>
        (_token, _depth, _lastEnd, _scanner.Save());

    private void Restore((Token Token, int Depth, int LastEnd, (int At, int Row, int LineStart, int Comments) Scanner) state)
    {
        if (++_retries > MaxRetries)
        {
            throw new ParseFailure("too many ambiguous comprehensions", Here) { Final = true };
        }

        (_token, _depth, _lastEnd, var scanner) = state;
        _scanner.Restore(scanner);
    }

    private string NewWildcard() => $"${_wildcards++}";
}
