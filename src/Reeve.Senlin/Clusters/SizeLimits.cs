namespace Reeve.Senlin.Clusters;

/// <summary>How large things may become.</summary>
internal static class SizeLimits
{
    /// <summary>The most nodes of one cluster.</summary>
    public const int MostNodes = Policies.PolicyQuestion.MaxNodes;

    /// <summary>The longest name of anything.</summary>
    public const int LongestName = 255;

    /// <summary>The largest request, in bytes.</summary>
    public const int LargestRequest = 1024 * 1024;

    /// <summary>The longest time that an action may be given, in seconds.</summary>
    public const int LongestTimeout = 7 * 24 * 3600;
}
