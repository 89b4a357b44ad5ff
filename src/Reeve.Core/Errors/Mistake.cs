namespace Reeve.Core.Errors;

/// <summary>One mistake in what a user wrote: a stable code, the place, and what to do.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Path">The place inside the document as a JSON pointer (<c>/spec/properties/threshold</c>); empty for the whole.</param>
/// <param name="Message">Lower case, no full stop, the user's text in backticks.</param>
/// <param name="Position">File, line and column, where the text is known.</param>
public sealed record Mistake(string Code, string Path, string Message, TextPosition? Position = null)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var place = Position is { } p ? $"{p}: " : "";
        return Path.Length > 0 ? $"{place}{Path}: {Message} [{Code}]" : $"{place}{Message} [{Code}]";
    }
}

/// <summary>A place in a text; line and column count from 1.</summary>
public sealed record TextPosition(string File, int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}";
}
