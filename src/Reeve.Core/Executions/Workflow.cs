using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Identity;

namespace Reeve.Core.Executions;

/// <summary>A native workflow: named steps that run in order, durably.</summary>
public sealed record Workflow
{
    /// <summary>Whose it is.</summary>
    public required Scope Scope { get; init; }

    /// <summary>Its name in the scope.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public string Description { get; init; } = "";

    /// <summary>The steps.</summary>
    public required ImmutableArray<WorkflowStep> Steps { get; init; }

    /// <summary>Values for inputs that are not given; an object.</summary>
    public JsonElement Defaults { get; init; } = Json.EmptyObject;

    /// <summary>The inputs that must be given.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>How long all of it may take; null for no bound.</summary>
    public TimeSpan? Timeout { get; init; }
}

/// <summary>One step of a workflow: an action, a pause, or branches side by side.</summary>
public sealed record WorkflowStep
{
    /// <summary>Its name, unique among its neighbours.</summary>
    public required string Name { get; init; }

    /// <summary>The action; null for a pause or branches.</summary>
    public ActionSpec? Action { get; init; }

    /// <summary>A pause.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Branches that run side by side; the step ends when all have.</summary>
    public ImmutableArray<ImmutableArray<WorkflowStep>> Parallel { get; init; } = [];

    /// <summary>Runs only if this holds; else it is skipped.</summary>
    public Condition? When { get; init; }

    /// <summary>How it is tried again.</summary>
    public RetrySettings Retry { get; init; } = RetrySettings.Default;

    /// <summary>How long one try may take (for an approval: how long people have); null for the action's own bound.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Does the workflow go on when the step has failed?</summary>
    public bool ContinueOnError { get; init; }
}

/// <summary>How a failed try is repeated.</summary>
/// <param name="Attempts">How many tries in all; 1 for no repetition.</param>
/// <param name="Backoff">The pause after the first failed try; it doubles with each.</param>
/// <param name="MaxBackoff">The longest pause.</param>
/// <param name="Always">Also after failures that say that trying again will not help?</param>
public sealed record RetrySettings(int Attempts, TimeSpan Backoff, TimeSpan MaxBackoff, bool Always)
{
    /// <summary>Five tries for what is transient, 1 s, 2 s, 4 s, 8 s apart.</summary>
    public static readonly RetrySettings Default = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), false);

    /// <summary>The pause after a number of tries.</summary>
    public TimeSpan PauseAfter(int tries)
    {
        var pause = Backoff * Math.Pow(2, Math.Min(tries - 1, 30));
        return pause < MaxBackoff ? pause : MaxBackoff;
    }
}
