using System.Text.Json;

namespace Reeve.Core.Restraints;

/// <summary>A reason to hold an action back now.</summary>
public interface IRestraint
{
    /// <summary>Its name in documents, journal and explanations.</summary>
    string Name { get; }

    /// <summary>May the action start now?</summary>
    RestraintAnswer Ask(in RestraintQuestion question);
}

/// <summary>What a restraint says: <i>allow</i>, or <i>held, because…, until…</i>.</summary>
public readonly record struct RestraintAnswer
{
    private RestraintAnswer(RestraintExplanation? because, DateTimeOffset? until)
    {
        Because = because;
        Until = until;
    }

    /// <summary>It may start.</summary>
    public static RestraintAnswer Allow => default;

    /// <summary>It is held back until a known time (then it is asked again), or until something changes (null).</summary>
    public static RestraintAnswer Held(RestraintExplanation because, DateTimeOffset? until) => new(because, until);

    /// <summary>Why it is held back; null when it may start.</summary>
    public RestraintExplanation? Because { get; }

    /// <summary>Until when, at the least; null when only a change of something else can end it.</summary>
    public DateTimeOffset? Until { get; }

    /// <summary>Is it held back?</summary>
    public bool IsHeld => Because is not null;
}

/// <summary>Why an action is held back, with the numbers that say so. Each restraint has its own.</summary>
public abstract record RestraintExplanation
{
    /// <summary>One line for people: lower case, no full stop.</summary>
    public abstract string Text { get; }

    /// <summary>The numbers, as members of a JSON object that has been begun.</summary>
    public abstract void WriteTo(Utf8JsonWriter writer);
}
