using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Matching;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>One key's place at its owner: the program's state, and the bounded history of its evaluations.</summary>
public sealed class ProgramSlot(ActiveBinding active, Target target)
{
    private readonly Queue<Evaluated> _history = new();

    /// <summary>How many evaluations the history keeps.</summary>
    public const int HistoryLength = 20;

    /// <summary>The binding that the state belongs to.</summary>
    public ActiveBinding Active { get; set; } = active;

    /// <summary>The key's target when it was last seen.</summary>
    public Target Target { get; set; } = target;

    /// <summary>The program's state; null for a deferred program.</summary>
    public IProgramInstance? Instance { get; set; }

    /// <summary>Is a deferred evaluation under way? Then a further signal does not start another.</summary>
    public bool IsEvaluating { get; set; }

    /// <summary>The timer that is armed for it.</summary>
    public DateTimeOffset? ArmedFor { get; set; }

    /// <summary>Has the state changed since the last checkpoint?</summary>
    public bool IsDirty { get; set; }

    /// <summary>When it was last used.</summary>
    public DateTimeOffset LastUsed { get; set; }

    /// <summary>How many evaluations there were in this process.</summary>
    public long Evaluations { get; private set; }

    /// <summary>How many of them found something.</summary>
    public long WithFindings { get; private set; }

    /// <summary>How many ticks were left out because the last evaluation was still under way.</summary>
    public long Overlapped { get; set; }

    /// <summary>The last evaluations, oldest first.</summary>
    public IReadOnlyCollection<Evaluated> History => _history;

    /// <summary>Counts an evaluation; keeps it in the history when it says something new or is the newest.</summary>
    public void Count(DateTimeOffset at, string outcome)
    {
        Evaluations++;
        WithFindings += outcome == "passed" || outcome == "silent" ? 0 : 1;
        if (_history.Count > 0 && _last is { } last && last.Outcome == outcome)
        {
            last.Repeats++;
            last.LastAt = at;
            return;
        }

        _last = new Evaluated(at, outcome) { LastAt = at };
        _history.Enqueue(_last);
        if (_history.Count > HistoryLength)
        {
            _history.Dequeue();
        }
    }

    /// <summary>What the program saw last.</summary>
    public JsonElement Describe() => Instance?.Describe() ?? Documents.Json.EmptyObject;

    private Evaluated? _last;
}

/// <summary>Evaluations in a row that said the same.</summary>
public sealed record Evaluated(DateTimeOffset FirstAt, string Outcome)
{
    /// <summary>When it was said last.</summary>
    public DateTimeOffset LastAt { get; set; }

    /// <summary>How many times more it was said.</summary>
    public long Repeats { get; set; }
}
