using System.Text.RegularExpressions;

namespace Reeve.Architecture.Tests;

/// <summary>The glossary's words are the only ones for their things: no type of ours carries one that it rules out.</summary>
public sealed partial class Words
{
    [Fact]
    public void No_type_is_named_with_a_word_that_the_glossary_rules_out()
    {
        var ruledOut = RuledOut();
        Assert.NotEmpty(ruledOut);
        Breaches.AreAbsent(
            from file in Repository.Files("src", "*.cs")
            from Match declared in Declaration().Matches(Repository.Text(file))
            let name = declared.Groups[1].Value
            from Match word in Word().Matches(name)
            where ruledOut.TryGetValue(word.Value, out var exceptIn) && !exceptIn.Any(file.Contains)
            select $"{file}: `{name}`; GLOSSARY.md has another word for it");
    }

    [Fact]
    public void The_glossary_explains_every_stage_and_noun_of_the_core()
    {
        var glossary = Repository.Text("GLOSSARY.md");
        string[] words =
        [
            "signal", "target", "policy type", "policy", "binding", "engine", "verdict", "finding", "restraint", "incident", "episode",
            "execution", "actor", "driver", "journal",
        ];
        Assert.All(words, word => Assert.Contains($"| **{word}** |", glossary, StringComparison.Ordinal));
    }

    /// <summary>Lines such as <c>- `Alarm`: say incident</c>, or <c>- `Template` (but in Flexera): …</c>.</summary>
    private static Dictionary<string, string[]> RuledOut() => Repository.Lines("GLOSSARY.md")
        .Select(line => Rule().Match(line))
        .Where(rule => rule.Success)
        .ToDictionary(
            rule => rule.Groups["word"].Value,
            rule => rule.Groups["where"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            StringComparer.Ordinal);

    [GeneratedRegex(@"^- `(?<word>\w+)`(?: \(but in (?<where>[^)]*)\))?:")]
    private static partial Regex Rule();

    [GeneratedRegex(
        @"^\s*(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref)\s+)+"
        + @"(?:class|interface|enum|struct|record(?:\s+(?:struct|class))?)\s+(\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();
}
