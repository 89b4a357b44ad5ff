namespace Reeve.Cli.Texts;

/// <summary>A language whose texts <c>reeve check</c> and <c>reeve fmt</c> read; files are told apart by their ending.</summary>
internal interface IDialect
{
    /// <summary>As it is called in messages: <c>policy template</c>.</summary>
    string Name { get; }

    /// <summary>With the dot: <c>.pt</c>.</summary>
    IReadOnlyList<string> Endings { get; }

    /// <summary>Compiles all texts of one call, and looks for likely mistakes unless <paramref name="compileOnly"/>.</summary>
    IReadOnlyList<TextReport> Check(IReadOnlyList<SourceText> texts, bool compileOnly);

    /// <summary>The text in the form of the language; null when it cannot be read, and then the report says why.</summary>
    (string? Text, TextReport Report) Format(SourceText text);
}

/// <summary>A text and the name of its file.</summary>
internal sealed record SourceText(string File, string Text);
