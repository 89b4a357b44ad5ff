using System.CommandLine;
using Reeve.Cli.Output;
using Reeve.Cli.Texts;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve check FILE…</c>: does it compile, and is there a likely mistake in it?</summary>
internal static class CheckVerb
{
    public static Command Make(Terminal terminal)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "files, or folders with files of a known ending",
            Arity = ArgumentArity.OneOrMore,
        };
        var compileOnly = new Option<bool>("--compile-only") { Description = "errors only, no likely mistakes" };
        var output = new Option<string>("--output", "-o")
        {
            Description = "table or json",
            HelpName = "FORM",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "json");
        var command = new Command("check",
            "compile texts and look for likely mistakes; ends with 1 for those, with 2 when one does not compile")
        {
            files, compileOnly, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var unread = new List<TextReport>();
            var read = await SourceFiles.ReadAsync("check", parsed.GetValue(files)!, cancellationToken, (file, why) =>
            {
                terminal.Error.WriteLine(why);
                unread.Add(Unread(file, why[$"check: `{file}`".Length..].TrimStart(':', ' ')));
            });
            var reports = read.SelectMany(r => r.Dialect.Check(r.Texts, parsed.GetValue(compileOnly))).ToList();
            if (parsed.GetValue(output) == "json")
            {
                ReportWriter.Json(reports.Concat(unread), terminal.Out);
            }
            else if (reports.Count > 0)
            {
                ReportWriter.Lines(reports, terminal.Out);
                Sum(reports, terminal.Out);
            }

            return unread.Count > 0 || reports.Any(r => r.Errors.Count > 0) ? ExitCode.WrongInput
                : reports.Any(r => r.Findings.Count > 0) ? ExitCode.Found : ExitCode.Fine;
        });
        return command;
    }

    // one file that cannot be read hides nothing that is wrong with the others
    private static TextReport Unread(string file, string why) => new(
        file,
        [
            new TextMessage(1, 1, "Unreadable file", why, new Dictionary<string, string>
            {
                ["origin"] = $"template: {file}, line: 1",
                ["problem"] = "Unreadable file",
                ["summary"] = why,
                ["resolution"] = "name a file that can be read",
            }),
        ],
        []);

    private static void Sum(List<TextReport> reports, TextWriter to)
    {
        var errors = reports.Sum(r => r.Errors.Count);
        var findings = reports.Sum(r => r.Findings.Count);
        to.WriteLine(
            $"{Counted.Of(reports.Count, "file")}, {reports.Count(r => r.Errors.Count == 0)} without errors: "
            + $"{Counted.Of(errors, "error")}, {Counted.Of(findings, "finding")}");
    }
}
