namespace Reeve.TestKit;

/// <summary>
/// A page of <c>docs/reference</c> that is written from the code: with REEVE_WRITE_REFERENCE=1 (<c>make reference</c>) the file is
/// written, else it is held against what the code says.
/// </summary>
public static class ReferencePage
{
    private const string Origin = "<!-- Written from the code by `make reference`; a test holds it. -->";

    /// <summary>Writes or holds a page; throws with the first line that differs.</summary>
    /// <param name="name">The file's name in <c>docs/reference</c>.</param>
    /// <param name="text">What the code says, from its first heading on.</param>
    public static async Task HoldAsync(string name, string text)
    {
        var path = Path.Combine(Checkout.Root, "docs", "reference", name);
        var wanted = $"{Origin}\n{text.ReplaceLineEndings("\n").TrimEnd('\n')}\n";
        if (Environment.GetEnvironmentVariable("REEVE_WRITE_REFERENCE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, wanted);
            return;
        }

        var there = File.Exists(path) ? await File.ReadAllTextAsync(path) : "";
        if (there == wanted)
        {
            return;
        }

        var (found, should) = (there.Split('\n'), wanted.Split('\n'));
        var at = found.Zip(should).TakeWhile(p => p.First == p.Second).Count();
        throw new InvalidOperationException(
            $"docs/reference/{name}:{at + 1} is not what the code says; run `make reference`\n"
            + $"  is     {found.ElementAtOrDefault(at)}\n  should {should.ElementAtOrDefault(at)}");
    }

    /// <summary>A text in the cell of a table.</summary>
    public static string Cell(string? text) =>
        (text ?? "").ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal).Trim();
}
