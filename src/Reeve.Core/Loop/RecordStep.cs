namespace Reeve.Core.Loop;

/// <summary>Record: everything that the steps changed becomes durable as one, and only then do the executions run.</summary>
public sealed class RecordStep : ILoopStep
{
    /// <inheritdoc/>
    public string Name => "record";

    /// <inheritdoc/>
    public StepOutcome Run(LoopPass pass, LoopOwner owner)
    {
        owner.Done(pass);
        return StepOutcome.Stop;
    }
}
