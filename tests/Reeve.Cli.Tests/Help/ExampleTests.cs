using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Cli.Help;
using Reeve.TestKit;

namespace Reeve.Cli.Tests.Help;

/// <summary>The examples of the help: each verb has some, and each of them does what it says, in a shell, on real files.</summary>
public sealed partial class ExampleTests(ExampleFolder folder) : IClassFixture<ExampleFolder>
{
    public static TheoryData<string> Verbs =>
        [.. Examples.Verbs.Select(v => v.Split(' ')[0]).Distinct(StringComparer.Ordinal)];

    [Fact]
    public void Every_verb_has_examples_and_no_example_is_of_another_verb()
    {
        var verbs = Leaves(CommandLine.Root(new Terminal(Stream.Null, TextWriter.Null, TextWriter.Null, 0)), "").ToList();
        Assert.DoesNotContain(verbs, v => Examples.Of(v).Count == 0);
        Assert.Empty(Examples.Verbs.Except(verbs, StringComparer.Ordinal));
        Assert.All(verbs, v => Assert.All(Examples.Of(v), e => Assert.StartsWith($"reeve {v}", e, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Help_ends_with_the_examples()
    {
        var output = new StringWriter();
        var terminal = new Terminal(Stream.Null, output, TextWriter.Null, 0);
        Assert.Equal(ExitCode.Fine, await CommandLine.RunAsync(["exec", "start", "--help"], terminal, CancellationToken.None));
        Assert.EndsWith(
            $"Examples:\n  {string.Join("\n  ", Examples.Of("exec start"))}\n\n",
            output.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task What_the_help_shows_can_be_run(string verb)
    {
        var script = new StringBuilder(folder.Prelude);
        foreach (var example in Examples.Verbs.Where(v => v.Split(' ')[0] == verb).SelectMany(Examples.Of))
        {
            script.Append(Line(example)).Append('\n');
        }

        await using var shell = await ChildProcess.StartAsync(new ChildProcessOptions
        {
            Program = "bash",
            Arguments = ["-c", script.ToString()],
            WorkingFolder = folder.Path,
            Environment = folder.Variables,
        });
        Assert.True(await shell.WaitForExitAsync() == 0, shell.Transcript());
    }

    // what an example needs of this world: ports that are free, ids that are there, an end to what has none
    private string Line(string example)
    {
        var (command, remark) = example.Split("  # ") is [var c, var r] ? (c, r) : (example, "");
        command = folder.Known(Port().Replace(command, "$1 0"));
        if (command.StartsWith("reeve serve", StringComparison.Ordinal))
        {
            command = command.Replace("https://0.0.0.0:8470", "https://127.0.0.1:0", StringComparison.Ordinal)
                .Replace("--riemann ", "--riemann 127.0.0.1:0 ", StringComparison.Ordinal);
            command += command.Contains("--urls", StringComparison.Ordinal) || command.Contains("--config", StringComparison.Ordinal)
                ? "" : " --urls http://127.0.0.1:0";
        }

        if (command == "reeve demo")
        {
            command += " --urls http://127.0.0.1:0";
        }

        var quoted = $"\"{command.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        var ends = Ends().Match(remark) is { Success: true } said ? int.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return remark == "until Ctrl-C"
            ? $"goes_on {quoted}"
            : $"code=0; {command} || code=$?; [ $code = {ends} ] || {{ echo {quoted} ended with $code; exit 1; }}";
    }

    private static IEnumerable<string> Leaves(Command command, string before)
    {
        foreach (var below in command.Subcommands.Where(c => !c.Hidden))
        {
            var path = $"{before}{below.Name}";
            if (below.Action is not null && below.Subcommands.Count == 0 || path == "events")
            {
                yield return path;
            }

            foreach (var leaf in Leaves(below, $"{path} "))
            {
                yield return leaf;
            }
        }
    }

    [GeneratedRegex(@"(--\w+-port) \d+")]
    private static partial Regex Port();

    [GeneratedRegex(@"^ends with (\d)$")]
    private static partial Regex Ends();
}
