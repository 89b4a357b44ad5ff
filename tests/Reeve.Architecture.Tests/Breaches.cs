namespace Reeve.Architecture.Tests;

/// <summary>Fails with every breach on a line of its own; the assertion library would shorten them.</summary>
internal static class Breaches
{
    public static void AreAbsent(IEnumerable<string> found)
    {
        var breaches = found.Distinct().ToList();
        Assert.True(breaches.Count == 0, string.Join('\n', breaches));
    }
}
