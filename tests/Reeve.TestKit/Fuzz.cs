namespace Reeve.TestKit;

/// <summary>How long tests that try nonsense at random go on: <c>make fuzz</c> has them go on longer, and from another seed.</summary>
public static class Fuzz
{
    /// <summary>The trait of such tests, for filters.</summary>
    public const string Kind = "fuzz";

    /// <summary>The rounds of a test: so many usually, times <c>REEVE_FUZZ</c> when that is set.</summary>
    public static int Rounds(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("REEVE_FUZZ"), out var times) && times > 0 ? checked(usual * times) : usual;

    /// <summary>The seed: the usual one, or <c>REEVE_FUZZ_SEED</c>.</summary>
    public static int Seed(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("REEVE_FUZZ_SEED"), out var seed) ? seed : usual;
}
