using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>The kinds of tokens of the GraphQL specification, comments and the end among them.</summary>
internal enum TokenKind
{
    Invalid,
    End,
    Bang,
    Dollar,
    Ampersand,
    OpenParenthesis,
    CloseParenthesis,
    Spread,
    Colon,
    Equals,
    At,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Pipe,
    Name,
    Integer,
    Float,
    String,
    BlockString,
    Comment,
}

/// <summary>One token; the text of punctuation is empty, that of strings is what they stand for.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, Place Place)
{
    /// <summary>What is wrong with an invalid token, and where.</summary>
    public GraphQlException? Problem { get; init; }

    public string Described => Text.Length == 0 ? Describe(Kind) : $"{Describe(Kind)} {ValueJson.ToText(StringValue.Of(Text))}";

    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.Invalid => "<Invalid>",
        TokenKind.End => "<EOF>",
        TokenKind.Bang => "!",
        TokenKind.Dollar => "$",
        TokenKind.Ampersand => "&",
        TokenKind.OpenParenthesis => "(",
        TokenKind.CloseParenthesis => ")",
        TokenKind.Spread => "...",
        TokenKind.Colon => ":",
        TokenKind.Equals => "=",
        TokenKind.At => "@",
        TokenKind.OpenBracket => "[",
        TokenKind.CloseBracket => "]",
        TokenKind.OpenBrace => "{",
        TokenKind.CloseBrace => "}",
        TokenKind.Pipe => "|",
        TokenKind.Integer => "Int",
        _ => kind.ToString(),
    };
}
