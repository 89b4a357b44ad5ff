namespace Reeve.Languages.Rego.Evaluation;

/// <summary>Where an evaluation is stopped with an error that names the rule and the place it was at.</summary>
public sealed record EvaluationLimits
{
    /// <summary>The limits that hold when none are given.</summary>
    public static EvaluationLimits Default { get; } = new();

    /// <summary>Steps: statements tried and elements visited. The default is 100 million.</summary>
    public long Steps { get; init; } = 100_000_000;

    /// <summary>Wall time. The default is ten seconds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes the evaluation may allocate in all, collected again or not. The default is 2 GiB.</summary>
    public long AllocatedBytes { get; init; } = 2L << 30;

    /// <summary>About how many characters the result may have when it is printed. The default is 256 Mi.</summary>
    public long Output { get; init; } = 256L << 20;

    /// <summary>Rows a query may answer. The default is 100,000.</summary>
    public int Rows { get; init; } = 100_000;

    /// <summary>Elements of the largest set, object or array that rules and comprehensions build. The default is 10 million.</summary>
    public int Elements { get; init; } = 10_000_000;

    /// <summary>
    /// How deep rules and functions may call each other. The default is 2,000; the stack of the thread may end it before.
    /// </summary>
    public int Depth { get; init; } = 2_000;
}
