using Reeve.Core.Evaluation;
using Reeve.Core.Signals;

namespace Reeve.Core.Loop;

/// <summary>
/// Evaluate: the engine's program says its verdicts. An inline program does so here and now; a deferred one on a worker, and its
/// verdict comes back to this owner and goes on at restrain. Several verdicts of one signal go on one after the other.
/// </summary>
public sealed class EvaluateStep : ILoopStep
{
    /// <inheritdoc/>
    public string Name => "evaluate";

    /// <inheritdoc/>
    public StepOutcome Run(LoopPass pass, LoopOwner owner)
    {
        var slot = owner.Programs.Open(pass.Active, pass.Facts!.Target, pass.At);
        pass.Slot = slot;
        if (slot.Instance is not { } instance)
        {
            Defer(pass, slot, owner);
            return StepOutcome.Stop;
        }

        var verdicts = owner.ScratchVerdicts;
        verdicts.Clear();
        try
        {
            var input = new EvaluationInput(pass.At, pass.Signal, pass.Facts);
            if (pass.IsTimer)
            {
                instance.OnTimer(input, verdicts);
            }
            else
            {
                instance.OnSignal(input, verdicts);
            }
        }
        catch (Exception bug)
        {
            // a program must not throw; when it does, its own key pays and nobody else
            verdicts.Clear();
            verdicts.Add(Verdict.Failed($"the `{pass.Active.Type.Engine}` engine failed: {bug.Message}"));
        }

        slot.IsDirty = true;
        owner.Programs.Arm(slot);
        if (verdicts.Count == 0)
        {
            slot.Count(pass.At, "silent");
            owner.Counters.Silent++;
            owner.Done(pass);
            return StepOutcome.Stop;
        }

        pass.Verdict = verdicts[0];
        if (pass.Question is not null)
        {
            // an operation gets one answer
            pass.Verdict = Verdict.Merge(verdicts);
            return StepOutcome.Continue;
        }

        for (var i = 1; i < verdicts.Count; i++)
        {
            var further = new LoopPass
            {
                Active = pass.Active,
                KeyTarget = pass.KeyTarget,
                Signal = pass.Signal,
                At = pass.At,
                Slot = slot,
                Facts = pass.Facts,
                Verdict = verdicts[i],
                VerdictNumber = i,
            };
            owner.Later(() => ClosedLoop.Run(further, owner, ClosedLoop.AtRestrain));
        }

        return StepOutcome.Continue;
    }

    private static void Defer(LoopPass pass, ProgramSlot slot, LoopOwner owner)
    {
        if (slot.IsEvaluating && pass.Signal is not OperationSignal)
        {
            slot.Overlapped++;
            owner.Done(pass);
            return;
        }

        slot.IsEvaluating = true;
        owner.Host.Defer(pass, owner);
    }
}
