using System.Collections.Immutable;
using System.Globalization;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>Terms; null where there is none, which was reported.</summary>
internal sealed class TermParser(TokenReader reader)
{
    // what closes the brackets around the reader
    private readonly Stack<string> _open = [];

    public Term? Parse() => Sum();

    /// <summary>Can a term begin with this token?</summary>
    public static bool Begins(Token token) =>
        token.Kind is TokenKind.String or TokenKind.Heredoc or TokenKind.Number or TokenKind.Variable or TokenKind.Resource
            or TokenKind.Regex or TokenKind.Moment
        || (token.Kind == TokenKind.Word && token.Text is not ("do" or "end"))
        || (token.Kind == TokenKind.Mark && token.Text is "[" or "{" or "(" or "-");

    /// <summary>Terms with commas between, up to the mark; newlines mean nothing inside.</summary>
    public ImmutableArray<Term> ListUpTo(string close, Token open)
    {
        var items = ImmutableArray.CreateBuilder<Term>();
        reader.SkipNewlines();
        while (!reader.Now.IsMark(close))
        {
            if (reader.Now.Kind == TokenKind.End || LooksLikeNextBlock())
            {
                reader.Problems.Add(
                    open.At, "Syntax error", $"`{open.Text}` has no `{close}`", $"close it with `{close}`");
                return items.ToImmutable();
            }

            if (Parse() is { } item)
            {
                items.Add(item);
            }
            else
            {
                // a comma where a term should be is passed over below
                SkipTo(close);
            }

            var isLineEnd = reader.Now.Kind == TokenKind.Newline;
            reader.SkipNewlines();
            if (reader.TakeMark(","))
            {
                reader.SkipNewlines();
            }
            else if (ClosesAnother(close))
            {
                reader.Problems.Add(open.At, "Syntax error", $"`{open.Text}` has no `{close}`", $"close it with `{close}`");
                return items.ToImmutable();
            }
            else if (isLineEnd && reader.Now.Kind == TokenKind.Word && !LooksLikeNextBlock())
            {
                // the next field: only this bracket was forgotten
                reader.Problems.Add(open.At, "Syntax error", $"`{open.Text}` has no `{close}`", $"close it with `{close}`");
                reader.StepBack();
                return items.ToImmutable();
            }
            else if (!reader.Now.IsMark(close))
            {
                if (!LooksLikeNextBlock())
                {
                    reader.Expected($"`,` or `{close}`", $"separate the terms with `,` and close the list with `{close}`");
                }

                SkipTo(close);
                reader.TakeMark(",");
                reader.SkipNewlines();
            }
        }

        reader.Take();
        return items.ToImmutable();
    }

    private T Inside<T>(string close, Func<T> read)
    {
        _open.Push(close);
        try
        {
            return read();
        }
        finally
        {
            _open.Pop();
        }
    }

    private bool LooksLikeNextBlock() =>
        reader.Now is { Kind: TokenKind.Word, At.Column: 1 } && (reader.Now.Text == "end" || TopLevel.Blocks.Contains(reader.Now.Text));

    // the end of what stands around this bracket
    private bool ClosesAnother(string close) =>
        reader.Now.Kind == TokenKind.Mark && reader.Now.Text is ")" or "]" or "}" && reader.Now.Text != close
        && _open.Contains(reader.Now.Text);

    private void SkipTo(string close)
    {
        while (reader.Now.Kind != TokenKind.End && !reader.Now.IsMark(close) && !reader.Now.IsMark(",") && !LooksLikeNextBlock())
        {
            reader.Take();
        }
    }

    private Term? Sum()
    {
        var left = Product();
        while (left is not null && reader.Now.Kind == TokenKind.Mark && reader.Now.Text is "+" or "-")
        {
            var mark = reader.Take();
            left = Operand(Product) is { } right ? new ArithmeticTerm(left.At, mark.Text, left, right) : null;
        }

        return left;
    }

    private Term? Product()
    {
        var left = Primary();
        while (left is not null && reader.Now.Kind == TokenKind.Mark && reader.Now.Text is "*" or "/" or "%")
        {
            var mark = reader.Take();
            left = Operand(Primary) is { } right ? new ArithmeticTerm(left.At, mark.Text, left, right) : null;
        }

        return left;
    }

    // the second operand may stand in the next line
    private Term? Operand(Func<Term?> read)
    {
        if (reader.Now.Kind == TokenKind.Newline && reader.NextLine is null or { Kind: TokenKind.Word, Text: "end" })
        {
            reader.Expected("a term", "write what the operator is to be used with");
            return null;
        }

        reader.SkipNewlines();
        return read();
    }

    private Term? Primary()
    {
        if (reader.Depth >= TokenReader.Deepest)
        {
            reader.Problems.Add(
                reader.Now.At, Problems.TooDeep, $"terms are nested more than {TokenReader.Deepest} deep", "nest less");
            reader.SkipLine();
            return null;
        }

        reader.Depth++;
        try
        {
            return Bare();
        }
        finally
        {
            reader.Depth--;
        }
    }

    private Term? Bare()
    {
        var token = reader.Now;
        switch (token.Kind)
        {
            case TokenKind.String or TokenKind.Moment:
                reader.Take();
                return new StringTerm(token.At, token.Value, token.At.Line, false);
            case TokenKind.Heredoc:
                reader.Take();
                return new StringTerm(token.At, token.Value, token.BodyLine, true);
            case TokenKind.Number:
                reader.Take();
                return Number(token, "");
            case TokenKind.Variable:
                reader.Take();
                if (token.Text.StartsWith("$$", StringComparison.Ordinal))
                {
                    reader.Problems.Add(
                        token.At, "Syntax error", $"`{token.Text}` has a meaning only in a `define`", $"write `{token.Text[1..]}`");
                }

                return new ReferenceTerm(token.At, token.Text.TrimStart('$'));
            case TokenKind.Resource:
                reader.Take();
                return new ResourceTerm(token.At, token.Text.TrimStart('@'));
            case TokenKind.Regex:
                reader.Take();
                return Regex(token);
            case TokenKind.Word when token.Text is not ("do" or "end"):
                return WordOrCall(reader.Take());
            case TokenKind.Mark when token.Text == "[":
                reader.Take();
                return new ArrayTerm(token.At, Inside("]", () => ListUpTo("]", token)));
            case TokenKind.Mark when token.Text == "{":
                reader.Take();
                return new ObjectTerm(token.At, Inside("}", () => Fields(token)));
            case TokenKind.Mark when token.Text == "(":
                reader.Take();
                return Parenthesised(token);
            case TokenKind.Mark when token.Text == "-" && reader.Next is { Kind: TokenKind.Number, IsSpaced: false }:
                reader.Take();
                return Number(reader.Take(), "-") with { At = token.At };
            default:
                reader.Expected("a term", "write a string, a number, a list, an object, a function or a `$reference` there");
                return null;
        }
    }

    private Term? Parenthesised(Token open)
    {
        reader.SkipNewlines();
        var inner = Parse();
        reader.SkipNewlines();
        if (inner is not null && !reader.TakeMark(")"))
        {
            reader.Problems.Add(open.At, "Syntax error", "`(` has no `)`", "close it with `)`");
        }

        return inner;
    }

    private NumberTerm Number(Token token, string sign)
    {
        var text = token.Text.Replace("_", "", StringComparison.Ordinal);
        if (!double.TryParse(sign + text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || double.IsInfinity(value)
            || token.Text.EndsWith('_') || token.Text.Contains("__", StringComparison.Ordinal))
        {
            reader.Problems.Add(token.At, "Invalid number", $"`{token.Text}` is not a number", "write an integer or a decimal fraction");
        }

        return new NumberTerm(token.At, value, text.All(char.IsAsciiDigit));
    }

    private RegexTerm Regex(Token token)
    {
        // one without an end was reported where it begins
        if (token.Text == "/")
        {
            return new RegexTerm(token.At, token.Value, "", null);
        }

        var flags = token.Text[(token.Text.LastIndexOf('/') + 1)..];
        foreach (var flag in flags.Where(f => f is not ('m' or 'i')))
        {
            reader.Problems.Add(
                token.At, "Invalid regular expression", $"`{flag}` is no modifier", "only the modifiers `m` and `i` are allowed");
        }

        var expression = RubyPattern.TryRead(token.Value, flags, out var why);
        if (expression is null)
        {
            reader.Problems.Add(token.At, "Invalid regular expression", $"`{token.Text}`: {why}", "correct the expression");
        }

        return new RegexTerm(token.At, token.Value, flags, expression);
    }

    private Term WordOrCall(Token word)
    {
        switch (word.Text)
        {
            case "true" or "false":
                return new BooleanTerm(word.At, word.Text == "true");
            case "null" or "nil":
                return new NullTerm(word.At);
        }

        // `rs_cm.instances` is one name
        var name = word.Text;
        while (reader.Now.IsMark(".") && !reader.Now.IsSpaced && reader.Next is { Kind: TokenKind.Word, IsSpaced: false })
        {
            reader.Take();
            name += "." + reader.Take().Text;
        }

        if (reader.Now.IsMark("("))
        {
            var open = reader.Take();
            var arguments = Inside(")", () => ListUpTo(")", open));

            // a reserved word is one with empty brackets as well
            return arguments.IsEmpty && ReservedWords.All.Contains(name) ? new WordTerm(word.At, name)
                : new CallTerm(word.At, name, arguments);
        }

        return new WordTerm(word.At, name);
    }

    private ImmutableArray<KeyValuePair<string, Term>> Fields(Token open)
    {
        var fields = ImmutableArray.CreateBuilder<KeyValuePair<string, Term>>();
        reader.SkipNewlines();
        while (!reader.Now.IsMark("}"))
        {
            if (reader.Now.Kind == TokenKind.End || LooksLikeNextBlock())
            {
                reader.Problems.Add(open.At, "Syntax error", "`{` has no `}`", "close it with `}`");
                return fields.ToImmutable();
            }

            var key = reader.Now;
            if (key.Kind is not (TokenKind.String or TokenKind.Word or TokenKind.Number))
            {
                reader.Expected("a key", "write an object as `{ \"key\": value }`");
                SkipTo("}");
            }
            else
            {
                reader.Take();
                ReadField(key, fields);
            }

            reader.SkipNewlines();
            if (reader.TakeMark(","))
            {
                reader.SkipNewlines();
            }
            else if (ClosesAnother("}"))
            {
                reader.Problems.Add(open.At, "Syntax error", "`{` has no `}`", "close it with `}`");
                return fields.ToImmutable();
            }
            else if (!reader.Now.IsMark("}"))
            {
                if (!LooksLikeNextBlock())
                {
                    reader.Expected("`,` or `}`", "separate the fields with `,` and close the object with `}`");
                }

                SkipTo("}");
            }
        }

        reader.Take();
        return fields.ToImmutable();
    }

    private void ReadField(Token key, ImmutableArray<KeyValuePair<string, Term>>.Builder fields)
    {
        reader.SkipNewlines();
        if (!reader.TakeMark(":") && !reader.TakeMark("=>"))
        {
            reader.Expected("`:`", "write an object as `{ \"key\": value }`");
            SkipTo("}");
            return;
        }

        reader.SkipNewlines();
        if (Parse() is { } value)
        {
            fields.Add(new(key.Value, value));
        }
        else
        {
            SkipTo("}");
        }
    }
}
