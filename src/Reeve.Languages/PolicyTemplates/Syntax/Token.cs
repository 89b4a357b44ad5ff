namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>One token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written; of a heredoc only its mark (<c>&lt;&lt;-'EOS'</c>).</param>
/// <param name="Value">What a string, a heredoc or a regular expression says; else the same as the text.</param>
/// <param name="At">Where it begins.</param>
/// <param name="Offset">Where it begins, in UTF-16 units from the start of the text.</param>
/// <param name="IsSpaced">Does white space stand before it?</param>
public sealed record Token(TokenKind Kind, string Text, string Value, SourcePoint At, int Offset, bool IsSpaced)
{
    /// <summary>Of a heredoc: its lines as written, terminator included.</summary>
    public string Body { get; init; } = "";

    /// <summary>Of a heredoc: the line on which its text begins.</summary>
    public int BodyLine { get; init; }

    /// <summary>Is it this operator or bracket?</summary>
    public bool IsMark(string text) => Kind == TokenKind.Mark && Text == text;

    /// <summary>Is it this word?</summary>
    public bool IsWord(string text) => Kind == TokenKind.Word && Text == text;
}
