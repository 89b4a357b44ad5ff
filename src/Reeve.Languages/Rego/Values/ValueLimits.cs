namespace Reeve.Languages.Rego.Values;

/// <summary>How much a text may ask for when it is read as a value.</summary>
public sealed record ValueLimits
{
    /// <summary>The limits that hold when none are given.</summary>
    public static ValueLimits Default { get; } = new();

    /// <summary>How deeply arrays and objects may be nested. The default is 512.</summary>
    public int Depth { get; init; } = 512;
}
