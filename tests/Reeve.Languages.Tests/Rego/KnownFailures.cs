namespace Reeve.Languages.Tests.Rego;

/// <summary>The shared cases that do not hold yet, each with the reason; a whole category goes by its name.</summary>
internal static class KnownFailures
{
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["time/test-time-0947#0"] = "test.sleep is a function of tests alone",
    };

    /// <summary>Why a case fails; null when it must hold.</summary>
    public static string? Reason(string category, string id) => Reasons.GetValueOrDefault(category) ?? Reasons.GetValueOrDefault(id);
}
