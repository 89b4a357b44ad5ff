namespace Reeve.Languages.Streams.Query;

/// <summary>One word of a query.</summary>
internal readonly record struct QueryToken(QueryTokenKind Kind, int Start, int Length);

/// <summary>The kinds of word.</summary>
internal enum QueryTokenKind
{
    End,
    Name,
    Text,
    Long,
    Big,
    Float,
    True,
    False,
    Nil,
    Not,
    And,
    Or,
    Tagged,
    Open,
    Close,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    Like,
    Regex,
}
