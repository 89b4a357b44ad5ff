namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>A place in the tokens, shared by the parsers of templates and of the cloud workflow inside them.</summary>
internal sealed class TokenReader(IReadOnlyList<Token> tokens, Problems problems)
{
    /// <summary>Deeper nesting than any person writes; it keeps the parsers' own stack small.</summary>
    public const int Deepest = 100;

    private int _at;

    public Problems Problems { get; } = problems;

    public int Depth { get; set; }

    public int At => _at;

    public Token Now => tokens[_at];

    public Token Next => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    /// <summary>The first token of the next line that has one, when the reader is at the end of a line.</summary>
    public Token? NextLine
    {
        get
        {
            var at = _at;
            while (tokens[at].Kind == TokenKind.Newline)
            {
                at++;
            }

            return tokens[at].Kind == TokenKind.End ? null : tokens[at];
        }
    }

    public Token Take()
    {
        var token = tokens[_at];
        if (_at < tokens.Count - 1)
        {
            _at++;
        }

        return token;
    }

    /// <summary>Back to the end of the line before.</summary>
    public void StepBack() => _at = Math.Max(_at - 1, 0);

    public bool TakeMark(string text)
    {
        if (!Now.IsMark(text))
        {
            return false;
        }

        Take();
        return true;
    }

    public bool TakeWord(string text)
    {
        if (!Now.IsWord(text))
        {
            return false;
        }

        Take();
        return true;
    }

    public void SkipNewlines()
    {
        while (Now.Kind == TokenKind.Newline)
        {
            Take();
        }
    }

    /// <summary>Where the parser cannot go on, the rest of the line is left out; true when that line opened a block.</summary>
    public bool SkipLine()
    {
        var opened = false;
        while (Now.Kind is not (TokenKind.Newline or TokenKind.End))
        {
            opened = Take().IsWord("do");
        }

        return opened;
    }

    /// <summary>How the token under the reader is called in a message.</summary>
    public string Found => Now.Kind switch
    {
        TokenKind.Newline => "the line ends",
        TokenKind.End => "the text ends",
        _ => $"there is `{(Now.Text.Length > 40 ? Now.Text[..40] + "…" : Now.Text)}`",
    };

    public void Expected(string what, string resolution) =>
        Problems.Add(Now.At, "Syntax error", $"{Found} where {what} was expected", resolution);
}
