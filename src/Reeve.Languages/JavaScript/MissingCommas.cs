using System.Text;

namespace Reeve.Languages.JavaScript;

/// <summary>
/// Adds the commas that a script leaves out between the properties of an object literal, as the engine of the original tolerates.
/// No line is added or removed.
/// </summary>
internal static class MissingCommas
{
    private static readonly HashSet<string> _operatorWords = new(StringComparer.Ordinal)
    {
        "return", "typeof", "instanceof", "in", "new", "delete", "void", "throw", "case", "do", "else", "var", "function", "if", "while",
            "for",
        "with", "switch", "try", "finally", "catch", "let", "const",
    };

    private enum Bracket
    {
        Block,
        Object,
        Other,
    }

    /// <summary>The script with its commas, and how deep its tree will be.</summary>
    public static (string Text, ScriptDepth Depth) Insert(string code)
    {
        var commas = new List<int>();
        var brackets = new Stack<Bracket>();
        var depth = new ScriptDepth();
        var line = 1;
        var last = new Piece("", false, 0);
        var beforeLast = last;
        var at = 0;
        while (at < code.Length)
        {
            var c = code[at];
            if (char.IsWhiteSpace(c))
            {
                line += c == '\n' ? 1 : 0;
                at++;
                continue;
            }

            if (c == '/' && at + 1 < code.Length && code[at + 1] is '/' or '*')
            {
                var end = CommentEnd(code, at);
                line += code.AsSpan(at, end - at).Count('\n');
                at = end;
                continue;
            }

            var piece = Next(code, at, last);
            var isKey = piece.IsName || c is '"' or '\'' || char.IsAsciiDigit(c);
            if (isKey && last.IsValue && brackets.TryPeek(out var inside) && inside == Bracket.Object && ColonFollows(code, piece.End))
            {
                commas.Add(last.End);
            }

            if (c is '{' or '(' or '[')
            {
                brackets.Push(c != '{' ? Bracket.Other : OpensObject(last, beforeLast, brackets) ? Bracket.Object : Bracket.Block);
            }
            else if (c is '}' or ')' or ']' && brackets.TryPop(out var closed) && closed == Bracket.Block)
            {
                // after a block comes a statement, unless it was the body of a function inside an expression
                piece = piece with { IsValue = brackets.TryPeek(out var around) && around != Bracket.Block };
            }

            depth.See(piece.Text, piece.IsValue, brackets.Count, line);
            line += code.AsSpan(at, piece.End - at).Count('\n');
            (beforeLast, last) = (last, piece);
            at = piece.End;
        }

        return (commas.Count == 0 ? code : With(code, commas), depth);
    }

    // what may end here: a value; a function's body ends in a block but is a value inside an object
    private static bool OpensObject(Piece last, Piece beforeLast, Stack<Bracket> brackets) => last.Text switch
    {
        "(" or "," or "=" or "[" or "?" or "return" or "||" or "&&" or "+" or "!" or "==" or "===" or "!=" or "!==" or "in" or "typeof"
            or "throw" or "new" or "|" or "&" => true,
        ":" => brackets.TryPeek(out var inside) && inside != Bracket.Block || beforeLast.Text is not ("default" or ")"),
        _ => false,
    };

    private static bool ColonFollows(string code, int at)
    {
        while (at < code.Length && char.IsWhiteSpace(code[at]))
        {
            at++;
        }

        return at < code.Length && code[at] == ':';
    }

    internal static int CommentEnd(string code, int at)
    {
        var end = code[at + 1] == '/' ? code.IndexOf('\n', at) : code.IndexOf("*/", at + 2,
            StringComparison.Ordinal) is var close and >= 0 ? close + 2 : -1;
        return end < 0 ? code.Length : end;
    }

    internal static Piece Next(string code, int at, Piece last)
    {
        var c = code[at];
        if (char.IsLetter(c) || c is '_' or '$')
        {
            var end = at;
            while (end < code.Length && (char.IsLetterOrDigit(code[end]) || code[end] is '_' or '$'))
            {
                end++;
            }

            var word = code[at..end];
            return new Piece(word, !_operatorWords.Contains(word), end, true);
        }

        if (char.IsAsciiDigit(c))
        {
            var end = at;
            while (end < code.Length && (char.IsLetterOrDigit(code[end]) || code[end] == '.'))
            {
                end++;
            }

            return new Piece("0", true, end);
        }

        if (c is '"' or '\'' or '`')
        {
            return new Piece("\"", true, Quoted(code, at, c));
        }

        if (c == '/' && !last.IsValue && RegexEnd(code, at) is var regex and > 0)
        {
            return new Piece("/", true, regex);
        }

        foreach (var mark in (string[])["===", "!==", "==", "!=", "||", "&&", "++", "--"])
        {
            if (string.CompareOrdinal(code, at, mark, 0, mark.Length) == 0)
            {
                return new Piece(mark, mark is "++" or "--" && last.IsValue, at + mark.Length);
            }
        }

        return new Piece(c.ToString(), c is ')' or ']' or '}', at + 1);
    }

    private static int Quoted(string code, int at, char quote)
    {
        var end = at + 1;
        while (end < code.Length && code[end] != quote && (quote == '`' || code[end] != '\n'))
        {
            end += code[end] == '\\' && end + 1 < code.Length ? 2 : 1;
        }

        return Math.Min(end + 1, code.Length);
    }

    private static int RegexEnd(string code, int at)
    {
        var inClass = false;
        for (var i = at + 1; i < code.Length && code[i] != '\n'; i++)
        {
            switch (code[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '/' when !inClass:
                    return i + 1;
            }
        }

        return -1;
    }

    private static string With(string code, List<int> commas)
    {
        var text = new StringBuilder(code.Length + commas.Count);
        var from = 0;
        foreach (var comma in commas)
        {
            text.Append(code, from, comma - from).Append(',');
            from = comma;
        }

        return text.Append(code, from, code.Length - from).ToString();
    }

    /// <summary>A token: can it end a value, and where does it end?</summary>
    internal sealed record Piece(string Text, bool IsValue, int End, bool IsName = false);
}
