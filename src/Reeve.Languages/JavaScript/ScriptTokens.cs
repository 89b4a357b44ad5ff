namespace Reeve.Languages.JavaScript;

/// <summary>A token of a script.</summary>
/// <param name="Text">As written.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="IsName">A name that is no operator and no keyword.</param>
/// <param name="IsLiteral">A number, a string or a regular expression.</param>
/// <param name="IsOnNewLine">Does a line end before it?</param>
internal readonly record struct ScriptToken(string Text, int Start, bool IsName, bool IsLiteral, bool IsOnNewLine)
{
    /// <summary>Where it ends.</summary>
    public int End => Start + Text.Length;

    /// <summary>A whole number that has the same 32 bits as a number and as an integer.</summary>
    public bool IsSmallWhole => IsLiteral && Text.Length <= 9 && Text.All(char.IsAsciiDigit);
}

/// <summary>The tokens of a script, as far as they matter for what stands between two operators.</summary>
internal static class ScriptTokens
{
    private static readonly string[] _long =
    [
        ">>>=", "<<=", ">>=", ">>>", "<<", ">>", "|=", "&=", "^=", "<=", ">=", "+=", "-=", "*=", "/=", "%=",
    ];

    /// <summary>All of them; comments are none.</summary>
    public static List<ScriptToken> Of(string code)
    {
        var tokens = new List<ScriptToken>();
        var last = new MissingCommas.Piece("", false, 0);
        var isNewLine = false;
        var at = 0;
        while (at < code.Length)
        {
            var c = code[at];
            if (char.IsWhiteSpace(c))
            {
                isNewLine |= c == '\n';
                at++;
                continue;
            }

            if (c == '/' && at + 1 < code.Length && code[at + 1] is '/' or '*')
            {
                var end = MissingCommas.CommentEnd(code, at);
                isNewLine |= code.AsSpan(at, end - at).Contains('\n');
                at = end;
                continue;
            }

            var piece = MissingCommas.Next(code, at, last);
            var isLiteral = piece.Text is "\"" || piece.Text == "0" || (piece.Text == "/" && piece.End > at + 1);
            if (!isLiteral && !piece.IsName && piece.Text.Length == 1)
            {
                foreach (var mark in _long)
                {
                    if (string.CompareOrdinal(code, at, mark, 0, mark.Length) == 0)
                    {
                        piece = new MissingCommas.Piece(mark, false, at + mark.Length);
                        break;
                    }
                }
            }

            tokens.Add(new ScriptToken(code[at..piece.End], at, piece.IsName && piece.IsValue, isLiteral, isNewLine));
            isNewLine = false;
            last = piece;
            at = piece.End;
        }

        return tokens;
    }
}
