using System.Collections.Immutable;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Restraints;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Time;

namespace Reeve.Core.Matching;

/// <summary>Puts a policy to work on targets: which signals, which restraints, what to do.</summary>
public sealed record Binding
{
    /// <summary>Whose it is.</summary>
    public required Scope Scope { get; init; }

    /// <summary>Its name in the scope.</summary>
    public required string Name { get; init; }

    /// <summary>Counts its changes.</summary>
    public long Revision { get; init; }

    /// <summary>The policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>Is it at work?</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Does it act, or only say what it would do?</summary>
    public BindingMode Mode { get; init; } = BindingMode.Enforce;

    /// <summary>Which of several bindings is asked first about an operation: the smallest number.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Which targets.</summary>
    public required TargetSelector Targets { get; init; }

    /// <summary>What one state of the program belongs to.</summary>
    public KeyScope Per { get; init; } = KeyScope.Instance;

    /// <summary>Which events; empty for none.</summary>
    public ImmutableArray<EventFilter> Events { get; init; } = [];

    /// <summary>When it ticks; null for never.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>Which operations it is asked about; empty for none.</summary>
    public ImmutableArray<OperationFilter> Operations { get; init; } = [];

    /// <summary>What it means when the policy cannot be evaluated.</summary>
    public FailureRule OnFailure { get; init; } = FailureRule.Incident;

    /// <summary>What holds its actions back.</summary>
    public RestraintSettings Restraints { get; init; } = new();

    /// <summary>How its incidents look.</summary>
    public IncidentSettings Incident { get; init; } = new();

    /// <summary>What to do about a finding: branches run side by side, steps in order.</summary>
    public ImmutableArray<Branch> Escalation { get; init; } = [];

    /// <summary>What to do when the finding has cleared.</summary>
    public ImmutableArray<Branch> Resolution { get; init; } = [];

    /// <summary>Within what an action starts once.</summary>
    public RepeatRule Repeat { get; init; } = RepeatRule.Episode;
}

/// <summary>Does a binding act?</summary>
public enum BindingMode
{
    /// <summary>It acts.</summary>
    Enforce,

    /// <summary>It says what it would do; nothing is done.</summary>
    Observe,
}

/// <summary>What one state of a program belongs to.</summary>
public enum KeyScope
{
    /// <summary>Each target that is matched (a node instance) has its own.</summary>
    Instance,

    /// <summary>All instances of a group share one.</summary>
    Group,

    /// <summary>All targets of the binding share one.</summary>
    All,
}

/// <summary>What a policy that cannot be evaluated means.</summary>
public enum FailureRule
{
    /// <summary>An incident that says so; an operation that was asked about is refused.</summary>
    Incident,

    /// <summary>Nothing; an operation that was asked about goes on.</summary>
    Skip,

    /// <summary>The operation is refused, without an incident.</summary>
    Refuse,

    /// <summary>The operation goes on, with an incident.</summary>
    Allow,
}

/// <summary>Within what an action starts once.</summary>
public enum RepeatRule
{
    /// <summary>Once for each attempt within an episode: Reeve's own rule.</summary>
    Episode,

    /// <summary>Once for each signal with a finding, held only by restraints: what Cloudify's triggers and EMCO's intents did.</summary>
    Signal,
}

/// <summary>Which targets a binding governs: all that are given must fit.</summary>
public sealed record TargetSelector
{
    /// <summary>This target and everything below it; null for anywhere.</summary>
    public string? Path { get; init; }

    /// <summary>Targets of this kind; null for any.</summary>
    public string? Kind { get; init; }

    /// <summary>Targets that have all these labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Does the target fit? The scope is the caller's to check.</summary>
    public bool Fits(Target target)
    {
        if (Path is not null && !new TargetKey(target.Key.Scope, Path).Covers(target.Key))
        {
            return false;
        }

        if (Kind is not null && !string.Equals(Kind, target.Kind, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var (name, value) in Labels)
        {
            if (!target.Labels.TryGetValue(name, out var has) || has != value)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Which events: a service by name, or by a pattern with <c>*</c> (any text) in it; a state, if given.</summary>
public sealed record EventFilter(string Service, string? State = null)
{
    /// <summary>Is the service a pattern?</summary>
    public bool IsPattern => Service.Contains('*', StringComparison.Ordinal);

    /// <summary>Does the event fit?</summary>
    public bool Fits(Event seen) =>
        (State is null || string.Equals(State, seen.State, StringComparison.Ordinal))
        && (IsPattern ? FitsPattern(Service, seen.Service) : string.Equals(Service, seen.Service, StringComparison.Ordinal));

    // a greedy match that goes back to the last star only, so its cost stays below pattern × text
    private static bool FitsPattern(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }
}

/// <summary>Which operations, and when: a name, or <c>*</c> for all.</summary>
public sealed record OperationFilter(string Operation, OperationPhase Phase);

/// <summary>How the incidents of a binding look.</summary>
public sealed record IncidentSettings
{
    /// <summary>Does a finding open an incident? An episode is kept either way.</summary>
    public bool Open { get; init; } = true;

    /// <summary>How grave: <c>info</c>, <c>warning</c> or <c>critical</c>.</summary>
    public string Severity { get; init; } = "warning";

    /// <summary>Only these fields of a finding's data say whether it is a new one; empty for all.</summary>
    public ImmutableArray<string> HashInclude { get; init; } = [];

    /// <summary>These fields do not.</summary>
    public ImmutableArray<string> HashExclude { get; init; } = [];

    /// <summary>Does a changed finding run the escalation again?</summary>
    public bool RerunOnChange { get; init; } = true;
}
