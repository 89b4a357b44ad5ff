namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>What a token is.</summary>
public enum TokenKind
{
    /// <summary>A word: a field, a block, a function, a reserved word.</summary>
    Word,

    /// <summary><c>$x</c> or <c>$$x</c>.</summary>
    Variable,

    /// <summary><c>@x</c> or <c>@@x</c>.</summary>
    Resource,

    /// <summary>A number, perhaps with a unit of time: <c>5m</c>.</summary>
    Number,

    /// <summary>A string in quotes.</summary>
    String,

    /// <summary>A heredoc; its text stands in the lines after the one that names it.</summary>
    Heredoc,

    /// <summary><c>/…/mi</c>.</summary>
    Regex,

    /// <summary><c>d"2020/01/01"</c>.</summary>
    Moment,

    /// <summary>An operator or a bracket.</summary>
    Mark,

    /// <summary>The end of a line, or <c>;</c>.</summary>
    Newline,

    /// <summary>The end of the text.</summary>
    End,
}
