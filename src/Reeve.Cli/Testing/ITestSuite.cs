namespace Reeve.Cli.Testing;

/// <summary>The tests of one language, which <c>reeve test</c> finds beside what they test.</summary>
internal interface ITestSuite
{
    /// <summary>Are there files of this language at the paths, but for those that are left out?</summary>
    bool IsAt(TestRequest request);

    /// <summary>Runs the tests and tells of them; answers with the exit code.</summary>
    Task<int> RunAsync(TestRequest request, Terminal terminal, CancellationToken cancellationToken);
}

/// <summary>What of the tests is run, and how it is told.</summary>
/// <param name="Paths">Files and folders.</param>
internal sealed record TestRequest(IReadOnlyList<string> Paths)
{
    /// <summary>A regular expression that the full name of a test must match; null for all.</summary>
    public string? Run { get; init; }

    public bool Verbose { get; init; }

    public bool Json { get; init; }

    /// <summary>Report what the tests reach instead of the tests.</summary>
    public bool Coverage { get; init; }

    /// <summary>The share that the tests must reach at least, in percent.</summary>
    public double Threshold { get; init; }

    /// <summary>Skipped tests are no reason to end with 1.</summary>
    public bool MaySkip { get; init; }

    /// <summary>How long one test may take; null: what is usual in its language.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The paths are bundles.</summary>
    public bool Bundles { get; init; }

    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Texts are of the version of the language before the present one.</summary>
    public bool V0 { get; init; }
}
