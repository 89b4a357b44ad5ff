using System.CommandLine;
using Reeve.Cli.Texts;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve fmt FILE…</c>: rewrites texts in the form of their language.</summary>
internal static class FmtVerb
{
    public static Command Make(Terminal terminal)
    {
        var files = new Argument<string[]>("file")
        {
            Description = "files, or folders with files of a known ending",
            Arity = ArgumentArity.OneOrMore,
        };
        var write = new Option<bool>("--write", "-w") { Description = "change the files instead of printing the text" };
        var list = new Option<bool>("--list",
            "-l")
        { Description = "print only the names of files that would change; ends with 1 when there is one" };
        var command = new Command("fmt", "write texts in one form; what they mean stays the same") { files, write, list };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var changed = false;
            var broken = false;
            foreach (var (dialect, texts) in await SourceFiles.ReadAsync("fmt", parsed.GetValue(files)!, cancellationToken))
            {
                foreach (var text in texts)
                {
                    var (formatted, report) = dialect.Format(text);
                    if (formatted is null)
                    {
                        broken = true;
                        ReportWriter.Lines([report], terminal.Error);
                        continue;
                    }

                    changed |= formatted != text.Text;
                    if (parsed.GetValue(list) && formatted != text.Text)
                    {
                        terminal.Out.WriteLine(text.File);
                    }

                    if (parsed.GetValue(write) && formatted != text.Text)
                    {
                        await File.WriteAllTextAsync(text.File, formatted, cancellationToken);
                    }
                    else if (!parsed.GetValue(write) && !parsed.GetValue(list))
                    {
                        terminal.Out.Write(formatted);
                    }
                }
            }

            return broken ? ExitCode.WrongInput : parsed.GetValue(list) && changed ? ExitCode.Found : ExitCode.Fine;
        });
        return command;
    }
}
