using System.Text.Json;

namespace Reeve.Languages.Tests.Rego;

/// <summary>All shared cases, category by category; those known to fail are named with the reason, and must fail.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Categories()
    {
        var names = new TheoryData<string>();
        foreach (var file in Directory.GetFiles(Folder ?? ".", "*.json").Order(StringComparer.Ordinal))
        {
            names.Add(Path.GetFileNameWithoutExtension(file));
        }

        return names;
    }

    [ConformanceTheory]
    [MemberData(nameof(Categories))]
    public void Cases_hold_but_for_those_known_to_fail(string category)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder!, category + ".json")));
        foreach (var one in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            var named = new ConformanceCase(one);
            var reason = KnownFailures.Reason(category, named.Id);
            var wrong = named.Run();
            if (reason is null)
            {
                Assert.True(wrong is null, $"{named.Id}: {wrong}");
            }
            else
            {
                Assert.True(wrong is not null, $"{named.Id} is said to fail ({reason}) and passes: take it off the list");
            }
        }
    }

    internal static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "conformance", "rego", "cases");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return Environment.GetEnvironmentVariable("REEVE_CONFORMANCE") is { Length: > 0 } given
            && Directory.Exists(Path.Combine(given, "rego", "cases"))
            ? Path.Combine(given, "rego", "cases")
            : null;
    }
}

/// <summary>A theory over the shared cases; skipped, and visibly so, where they are not there.</summary>
internal sealed class ConformanceTheoryAttribute : TheoryAttribute
{
    public ConformanceTheoryAttribute()
    {
        if (ConformanceTests.Folder is null)
        {
            Skip = "../shared/conformance/rego is not there";
        }
    }
}
