namespace Reeve.Languages.Streams.Query;

/// <summary>
/// The pattern of <c>=~</c>: <c>%</c> stands for any text without a line break, everything else for itself; it fits the whole text, or
/// all but one line break at its end (as <c>$</c> of Java's patterns has it). Linear in the text for each part of the pattern.
/// </summary>
internal sealed class LikePattern
{
    private readonly string[] _parts;

    /// <summary>Reads a pattern.</summary>
    public LikePattern(string pattern) => _parts = pattern.Split('%');

    /// <summary>Does the text fit?</summary>
    public bool Fits(string text)
    {
        var ending = LineBreakAtEnd(text);
        return Fits(text.AsSpan()) || (ending > 0 && Fits(text.AsSpan(0, text.Length - ending)));
    }

    // gaps may not hold line breaks; taking each part as early as it comes is right even so, because a part that is moved further
    // back only leaves more before it
    private bool Fits(ReadOnlySpan<char> text)
    {
        var first = _parts[0];
        if (_parts.Length == 1)
        {
            return text.SequenceEqual(first);
        }

        var last = _parts[^1];
        if (text.Length < first.Length + last.Length || !text.StartsWith(first, StringComparison.Ordinal)
            || !text.EndsWith(last, StringComparison.Ordinal))
        {
            return false;
        }

        var middle = text[first.Length..(text.Length - last.Length)];
        foreach (var part in _parts.AsSpan(1, _parts.Length - 2))
        {
            var at = middle.IndexOf(part, StringComparison.Ordinal);
            if (at < 0 || HasLineBreak(middle[..at]))
            {
                return false;
            }

            middle = middle[(at + part.Length)..];
        }

        return !HasLineBreak(middle);
    }

    private static bool HasLineBreak(ReadOnlySpan<char> text) => text.IndexOfAny("\n\r\u0085\u2028\u2029") >= 0;

    private static int LineBreakAtEnd(string text) => text switch
    {
        [.., '\r', '\n'] => 2,
        [.., '\n' or '\r' or '\u0085' or '\u2028' or '\u2029'] => 1,
        _ => 0,
    };
}
