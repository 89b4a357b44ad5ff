using Reeve.Core.Evaluation;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// One way through the loop: one binding, one key, one signal (or timer,
/// or an episode that wakes up), with what the steps have found so far.
/// </summary>
public sealed class LoopPass
{
    // made when first used: nearly all ways end with nothing found
    private List<Subject>? _subjects;
    private ChangeSet? _changes;
    private List<Executions.Execution>? _starts;

    /// <summary>The binding; match puts in a newer one when it has changed since the door.</summary>
    public required ActiveBinding Active { get; set; }

    /// <summary>The target of the key.</summary>
    public required Target KeyTarget { get; init; }

    /// <summary>The version of the targets that <see cref="KeyTarget"/> was seen under; -1 when it is to be looked for again.</summary>
    public long TargetsVersion { get; init; } = -1;

    /// <summary>The signal; null when a timer or an episode woke the loop.</summary>
    public Signal? Signal { get; init; }

    /// <summary>When this way began.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it is a part of, as a <c>traceparent</c>; null when nobody traces it.</summary>
    public string? Trace { get; set; }

    /// <summary>A program's timer began this way.</summary>
    public bool IsTimer { get; init; }

    /// <summary>The operation that waits for the verdict; null when nothing waits.</summary>
    public OperationQuestion? Question { get; init; }

    /// <summary>The next binding's way of the same signal: they are taken or refused together.</summary>
    public LoopPass? Sibling { get; set; }

    /// <summary>The program's state of this key (set by evaluate).</summary>
    public ProgramSlot? Slot { get; set; }

    /// <summary>The facts (set by gather).</summary>
    public Facts? Facts { get; set; }

    /// <summary>Counts the verdicts of one signal, from 0.</summary>
    public int VerdictNumber { get; init; }

    /// <summary>The verdict (set by evaluate); null when an episode woke the loop.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>The episodes that this pass is about (set by restrain).</summary>
    public List<Subject> Subjects => _subjects ??= [];

    /// <summary>What is to be written (collected by the steps, written by record).</summary>
    public ChangeSet Changes => _changes ??= new ChangeSet();

    /// <summary>What is to be run once the changes are durable.</summary>
    public List<Executions.Execution> Starts => _starts ??= [];

    /// <summary>Is there anything to be written?</summary>
    public bool HasChanges => _changes is { IsEmpty: false };
}
