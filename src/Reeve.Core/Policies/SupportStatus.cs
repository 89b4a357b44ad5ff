namespace Reeve.Core.Policies;

/// <summary>How far a policy type can be relied on, and since when.</summary>
/// <param name="Level">How far.</param>
/// <param name="Since">A release or a date, as text; empty when nobody said.</param>
public sealed record SupportStatus(SupportLevel Level, string Since);

/// <summary>How far something can be relied on.</summary>
public enum SupportLevel
{
    /// <summary>It may change or go.</summary>
    Experimental,

    /// <summary>It stays.</summary>
    Supported,

    /// <summary>It will go; use something else.</summary>
    Deprecated,

    /// <summary>It is here and nobody looks after it.</summary>
    Unsupported,
}
