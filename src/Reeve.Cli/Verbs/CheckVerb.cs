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
            var read = await SourceFiles.ReadAsync("check", parsed.GetValue(files)!, cancellationToken);
            var reports = read.SelectMany(r => r.Dialect.Check(r.Texts, parsed.GetValue(compileOnly))).ToList();
            if (parsed.GetValue(output) == "json")
            {
                ReportWriter.Json(reports, terminal.Out);
            }
            else
            {
                ReportWriter.Lines(reports, terminal.Out);
                Sum(reports, terminal.Out);
            }

            return reports.Any(r => r.Errors.Count > 0) ? ExitCode.WrongInput
                : reports.Any(r => r.Findings.Count > 0) ? ExitCode.Found : ExitCode.Fine;
        });
        return command;
    }

    private static void Sum(List<TextReport> reports, TextWriter to)
    {
        var errors = reports.Sum(r => r.Errors.Count);
        var findings = reports.Sum(r => r.Findings.Count);
        to.WriteLine(
            $"{Counted.Of(reports.Count, "file")}, {reports.Count(r => r.Errors.Count == 0)} without errors: "
            + $"{Counted.Of(errors, "error")}, {Counted.Of(findings, "finding")}");
    }
}
