using System.Diagnostics.CodeAnalysis;
using Reeve.Languages.Streams.Query;

namespace Reeve.Server.Intake.Riemann;

/// <summary>The queries that were asked last, compiled: clients ask the same ones again and again.</summary>
internal sealed class QueryCache
{
    private const int Capacity = 64;
    private const int LongestKept = 4096;
    private readonly Dictionary<string, LinkedListNode<StreamQuery>> _byText = new(StringComparer.Ordinal);
    private readonly LinkedList<StreamQuery> _byUse = new();
    private readonly Lock _gate = new();

    /// <summary>Gives the compiled query, or what is wrong with it.</summary>
    public bool TryGet(string text, [NotNullWhen(true)] out StreamQuery? query, [NotNullWhen(false)] out QueryProblem? problem)
    {
        lock (_gate)
        {
            if (_byText.TryGetValue(text, out var known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                (query, problem) = (known.Value, null);
                return true;
            }
        }

        if (!StreamQuery.TryParse(text, out query, out problem))
        {
            return false;
        }

        if (text.Length <= LongestKept)
        {
            Keep(query);
        }

        return true;
    }

    private void Keep(StreamQuery query)
    {
        lock (_gate)
        {
            if (_byText.ContainsKey(query.Text))
            {
                return;
            }

            if (_byText.Count == Capacity)
            {
                _byText.Remove(_byUse.Last!.Value.Text);
                _byUse.RemoveLast();
            }

            _byText[query.Text] = _byUse.AddFirst(query);
        }
    }
}
