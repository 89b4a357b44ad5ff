namespace Reeve.Languages.Rego.Syntax;

internal enum TokenKind
{
    End,
    Word,
    Number,
    String,
    Template,
    RawTemplate,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    OpenParen,
    CloseParen,
    Comma,
    Colon,
    Semicolon,
    Dot,
    Assign,
    Unify,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    And,
    Or,
}

/// <summary>One token: its kind, its text (of a string: what it stands for), its place, and what was before it.</summary>
internal readonly record struct Token(
    TokenKind Kind, string Text, int Start, int End, int Row, int Column, bool SpaceBefore, bool LineBefore);
