using System.Text.RegularExpressions;

namespace Reeve.TestKit;

/// <summary>
/// The commands of a page of the documentation (<c>sh</c> blocks), run one block after the other; a <c>text</c> block after one is what it
/// prints, in this order, with <c>…</c> for what is left out.
/// </summary>
public static partial class DocumentedCommands
{
    /// <summary>Runs them in a folder of their own; throws when one fails or prints something else.</summary>
    /// <param name="page">The page's name in <c>docs/</c>.</param>
    /// <param name="prelude">What each shell is told first, such as functions.</param>
    /// <param name="environment">Variables that the commands use.</param>
    public static async Task RunAsync(string page, string prelude, IReadOnlyDictionary<string, string?> environment)
    {
        var blocks = Block().Matches(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", page)))
            .Select(b => (Language: b.Groups[1].Value, Text: b.Groups[2].Value))
            .ToList();
        if (blocks.Count == 0)
        {
            throw new InvalidOperationException($"{page} has no commands");
        }

        using var folder = new TempFolder();
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i].Language == "sh")
            {
                var printed = await RunAsync(prelude + blocks[i].Text, folder, environment);
                if (i + 1 < blocks.Count && blocks[i + 1].Language == "text")
                {
                    MustPrint(blocks[i].Text, blocks[i + 1].Text, printed);
                }
            }
        }
    }

    private static async Task<string> RunAsync(string script, TempFolder folder, IReadOnlyDictionary<string, string?> environment)
    {
        await using var shell = await ChildProcess.StartAsync(new ChildProcessOptions
        {
            Program = "bash",
            Arguments = ["-e", "-c", script],
            WorkingFolder = folder.Path,
            Environment = environment,
        });
        var code = await shell.WaitForExitAsync();
        return code == 0
            ? shell.Transcript()
            : throw new InvalidOperationException($"{script}\nended with {code}: {shell.Transcript()}");
    }

    private static void MustPrint(string script, string expected, string printed)
    {
        var at = 0;
        foreach (var part in expected.Split(['\n', '…'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var found = printed.IndexOf(part, at, StringComparison.Ordinal);
            at = found >= 0
                ? found + part.Length
                : throw new InvalidOperationException($"{script}\ndoes not print `{part}` here: {printed[at..]}");
        }
    }

    [GeneratedRegex("^```(sh|text)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
