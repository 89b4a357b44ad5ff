namespace Reeve.Languages.Data;

/// <summary>What one evaluation may take.</summary>
/// <param name="Steps">Nodes evaluated.</param>
/// <param name="Output">Values and characters made.</param>
public sealed record EvaluationLimits(long Steps, long Output)
{
    /// <summary>Enough for a million rows, and over within seconds.</summary>
    public static EvaluationLimits Usual { get; } = new(50_000_000, 100_000_000);
}

/// <summary>What one evaluation took so far.</summary>
internal sealed class EvaluationBudget(EvaluationLimits limits, CancellationToken cancellationToken)
{
    private long _steps;
    private long _output;

    public void Step()
    {
        if (++_steps > limits.Steps)
        {
            throw new ExpressionFault(0, $"stopped after {limits.Steps} steps");
        }

        if ((_steps & 4095) == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Make(long size)
    {
        _output += size;
        if (_output > limits.Output)
        {
            throw new ExpressionFault(0, $"stopped when it had made more than {limits.Output} values and characters");
        }
    }
}
