namespace Reeve.Languages.Streams.Query;

/// <summary>What is wrong with a query, and where: line and column count from 1, in UTF-16 units.</summary>
public sealed record QueryProblem(int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Line}:{Column}: {Message}";

    internal static QueryProblem At(string text, int offset, string message)
    {
        int line = 1, start = 0;
        for (var i = 0; i < offset && i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                line++;
                start = i + 1;
            }
        }

        return new QueryProblem(line, offset - start + 1, message);
    }
}

/// <summary>Ends the reading of a malformed query; it never leaves this folder.</summary>
internal sealed class QueryException(int offset, string message) : Exception(message)
{
    /// <summary>Where, in UTF-16 units from the start of the text.</summary>
    public int Offset { get; } = offset;
}
