using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Reeve.Languages.Streams.Events;

namespace Reeve.Languages.Streams.Query;

/// <summary>
/// A query of Riemann's query language, ready to be asked of events. Immutable; any number of threads may ask it.
/// </summary>
public sealed class StreamQuery
{
    /// <summary>The longest query, in UTF-16 units.</summary>
    public const int MaxLength = 65_536;

    private readonly QueryNode _root;

    private StreamQuery(string text, QueryNode root)
    {
        Text = text;
        _root = root;
        foreach (var term in root is AndNode all ? all.Terms : [root])
        {
            if (term is EqualNode { Negated: false } equal && equal.Requires(out var field, out var value))
            {
                Host ??= field == QueryField.HostName ? value : null;
                Service ??= field == QueryField.ServiceName ? value : null;
            }
        }
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The host that every event that fits has; null when it may have any.</summary>
    public string? Host { get; }

    /// <summary>The service that every event that fits has; null when it may have any.</summary>
    public string? Service { get; }

    /// <summary>Reads a query; false, with what is wrong and where, when it is malformed. Never throws.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out StreamQuery? query, [NotNullWhen(false)] out QueryProblem? problem)
    {
        (query, problem) = (null, null);
        try
        {
            if (text.Length > MaxLength)
            {
                throw new QueryException(MaxLength, $"a query is at most {MaxLength} characters long");
            }

            if (HalfPair(text) is var half and >= 0)
            {
                throw new QueryException(half, "half of a surrogate pair");
            }

            query = new StreamQuery(text, QueryParser.Parse(text));
            return true;
        }
        catch (QueryException wrong)
        {
            problem = QueryProblem.At(text, wrong.Offset, wrong.Message);
            return false;
        }
    }

    /// <summary>Does the event fit?</summary>
    public bool Matches(StreamEvent seen) => _root.Matches(new QuerySubject(seen));

    /// <summary>
    /// Does the event fit, as a JSON object? There fields may hold what they like: a number is a whole one unless it is written with a
    /// point or an exponent, and what is no object has no fields.
    /// </summary>
    public bool Matches(JsonElement seen) => _root.Matches(new QuerySubject(seen));

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static int HalfPair(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return i;
                }

                i++;
            }
        }

        return -1;
    }
}
