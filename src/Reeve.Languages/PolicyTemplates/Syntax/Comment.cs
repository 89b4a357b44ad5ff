namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>A comment, which means nothing and which the formatter keeps.</summary>
/// <param name="Text">From <c>#</c> to the end of the line.</param>
/// <param name="At">Where it begins.</param>
/// <param name="Offset">Where it begins, from the start of the text.</param>
/// <param name="IsAlone">Does nothing stand before it in its line?</param>
internal sealed record Comment(string Text, SourcePoint At, int Offset, bool IsAlone);
