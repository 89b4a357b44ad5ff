using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Told of what an evaluation does, in order.</summary>
public interface IEvaluationTracer
{
    /// <summary>Takes one event.</summary>
    void Trace(in TraceEvent traced);
}

/// <summary>The kinds of events.</summary>
public enum TraceKind
{
    /// <summary>A query or a rule is entered.</summary>
    Enter,

    /// <summary>A statement is tried.</summary>
    Eval,

    /// <summary>A query or a rule has an answer.</summary>
    Exit,

    /// <summary>A statement is not true.</summary>
    Fail,

    /// <summary>A statement is tried for its next answer.</summary>
    Redo,

    /// <summary><c>trace</c> was called; the text is its note.</summary>
    Note,
}

/// <summary>One event: its kind, how deep rules are nested, the text of the statement or the name of the rule, and its place.</summary>
public readonly record struct TraceEvent(TraceKind Kind, int Depth, string Text, Location Location)
{
    /// <summary>The variables of a statement that is not true, with what they were; null for all other events.</summary>
    public IReadOnlyList<KeyValuePair<string, Value>>? Locals { get; init; }
}
