using Reeve.Core.Identity;
using Reeve.Core.Matching;

namespace Reeve.Core.Restraints;

/// <summary>Somebody asked for quiet: no actions on some targets, by some bindings, for some time.</summary>
public sealed record Silence
{
    /// <summary>Whose it is.</summary>
    public required Scope Scope { get; init; }

    /// <summary>Its name in the scope.</summary>
    public required string Name { get; init; }

    /// <summary>Which targets.</summary>
    public required TargetSelector Targets { get; init; }

    /// <summary>Which binding; null for all.</summary>
    public string? Binding { get; init; }

    /// <summary>From when.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until when; not included.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";
}
