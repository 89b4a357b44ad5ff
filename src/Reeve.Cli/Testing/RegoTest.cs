using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Cli.Testing;

/// <summary>A rule that is a test.</summary>
/// <param name="Location">Where the rule begins.</param>
/// <param name="Package">Such as <c>data.shop</c>.</param>
/// <param name="Name">The name of the rule, with a number when it is not the first of it.</param>
/// <param name="Query">What must be true.</param>
/// <param name="Depth">How many names a case of the test has; 0 when the rule is one test.</param>
internal sealed record RegoTest(Location Location, string Package, string Name, string Query, int Depth)
{
    /// <summary>Is it still to be done?</summary>
    public bool IsSkipped => Name.Split('.')[^1].StartsWith("todo_", StringComparison.Ordinal);

    public string FullName => $"{Package}.{Name}";
}

/// <summary>How a test ended.</summary>
internal sealed record RegoTestResult(RegoTest Test)
{
    public bool Failed { get; init; }

    public bool Skipped { get; init; }

    /// <summary>What kept it from being run to its end.</summary>
    public string? Error { get; init; }

    public long Nanoseconds { get; init; }

    /// <summary>What it printed.</summary>
    public string Output { get; init; } = "";

    /// <summary>The last statement that was not true, with what its variables were.</summary>
    public TraceEvent? FailedAt { get; init; }

    /// <summary>The cases of the test by name.</summary>
    public SortedDictionary<string, TestCase> Cases { get; init; } = new(StringComparer.Ordinal);

    public bool Passed => !Failed && !Skipped && Error is null;

    public string Outcome => Failed ? "FAIL" : Skipped ? "SKIPPED" : Error is not null ? "ERROR" : "PASS";

    /// <summary>All cases that have no cases of their own; a test without cases is one.</summary>
    public (int Passed, int Failed) Count()
    {
        if (Skipped || Error is not null)
        {
            return (0, 0);
        }

        var leaves = Cases.Values.SelectMany(c => c.Leaves()).ToList();
        return leaves.Count == 0 ? (Failed ? 0 : 1, Failed ? 1 : 0) : (leaves.Count(l => !l.Failed), leaves.Count(l => l.Failed));
    }
}

/// <summary>A case of a test, which may have cases itself.</summary>
internal sealed class TestCase(string name)
{
    public string Name => name;

    public bool Failed { get; set; }

    public SortedDictionary<string, TestCase> Cases { get; } = new(StringComparer.Ordinal);

    public IEnumerable<TestCase> Leaves() => Cases.Count == 0 ? [this] : Cases.Values.SelectMany(c => c.Leaves());

    /// <summary>Adds the case at a path, failed until it is known to have passed.</summary>
    public static void Add(SortedDictionary<string, TestCase> cases, IReadOnlyList<string> path, bool passed)
    {
        if (!cases.TryGetValue(path[0], out var here))
        {
            cases[path[0]] = here = new TestCase(path[0]) { Failed = !passed };
        }

        if (path.Count == 1)
        {
            here.Failed = !passed;
            return;
        }

        Add(here.Cases, [.. path.Skip(1)], passed);
        here.Failed = here.Cases.Values.Any(c => c.Failed);
    }
}
