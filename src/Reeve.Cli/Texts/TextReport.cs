namespace Reeve.Cli.Texts;

/// <summary>What was found in one text.</summary>
/// <param name="File">The name of its file.</param>
/// <param name="Errors">Why it does not compile.</param>
/// <param name="Findings">What compiles and is likely a mistake.</param>
internal sealed record TextReport(string File, IReadOnlyList<TextMessage> Errors, IReadOnlyList<TextMessage> Findings);

/// <summary>One message with its place.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Code">The rule or the kind of mistake.</param>
/// <param name="Text">What is wrong and what to do.</param>
/// <param name="Parts">The same in the parts that the language's own clients read, for JSON.</param>
internal sealed record TextMessage(int Line, int Column, string Code, string Text, IReadOnlyDictionary<string, string> Parts);
