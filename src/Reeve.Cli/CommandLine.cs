using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using Reeve.Cli.Help;
using Reeve.Cli.Verbs;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Cli;

/// <summary>The verbs, and what they have in common: parsing, errors, exit codes.</summary>
internal static class CommandLine
{
    private static readonly Func<Terminal, Command>[] Verbs =
    [
        ServeVerb.Make, ApplyVerb.Make, GetVerb.Make, DeleteVerb.Make, PolicyTypeVerb.Make, IncidentVerb.Make,
        DecideVerb.MakeApprove, DecideVerb.MakeDeny, ExecVerb.Make, EventsVerb.Make, ExplainVerb.Make, QueryVerb.Make,
        TokenVerb.Make, TokenVerb.MakeWhoAmI, SecretVerb.Make, PluginVerb.Make,
        CheckVerb.Make, FmtVerb.Make, RunVerb.Make,
        SimulateVerb.Make, EvalVerb.Make, TestVerb.Make, DemoVerb.Make, DemoVerb.MakeWorker, ScriptWorkerVerb.Make,
        ContextVerb.Make, CompletionVerb.Make, CompletionVerb.MakeComplete, BackupVerb.MakeBackup, BackupVerb.MakeRestore,
        BuildVerb.Make,
    ];

    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        // the shortest question gets the quickest answer: nothing else is loaded
        if (args is ["--version" or "-V"])
        {
            terminal.Out.WriteLine($"reeve {Version}");
            return ExitCode.Fine;
        }

        var root = Root(terminal);

        // what begins with `@` is a text like others, not the name of a file with more words
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && !args.Any(a => a is "--help" or "-h" or "-?"))
        {
            terminal.Error.WriteLine($"reeve: {Complaint(parsed)}");
            return ExitCode.WrongInput;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (VerbException e)
        {
            terminal.Error.WriteLine(e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.CouldNotRun;
        }
    }

    /// <summary>What can stand in the place of the last of some words, sorted.</summary>
    public static IEnumerable<string> Complete(string[] words, Terminal terminal)
    {
        var last = words.Length > 0 ? words[^1] : "";
        var before = words.Length > 0 ? words[..^1] : [];
        var parsed = Root(terminal).Parse(before, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return Completions.Of(parsed, before, last)
            .Where(c => c.StartsWith(last, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }

    /// <summary>All verbs, below one root.</summary>
    public static RootCommand Root(Terminal terminal)
    {
        var root = new RootCommand("reeve watches what you run, judges it by policy, acts once and safely, and can explain why");
        foreach (var make in Verbs)
        {
            root.Subcommands.Add(make(terminal));
        }

        HelpWithExamples.AddTo(root);
        return root;
    }

    private static string Version =>
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    // the parser's own words are of another style and say nothing of what was meant
    private static string Complaint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0)
        {
            var word = parsed.UnmatchedTokens[0];
            var isOption = word.StartsWith('-');
            List<string> names = isOption ? [.. OptionsOf(parsed.CommandResult)] : [.. command.Subcommands.Select(c => c.Name)];
            var what = isOption ? "option" : command.Subcommands.Count > 0 ? "verb" : "further argument";
            var hint = DidYouMean.Hint(word, names);
            var there = hint.Length == 0 && names.Count > 0 && !isOption ? $"; there are {Quote.List(names)}" : "";
            return $"{PathOf(parsed.CommandResult)}there is no {what} {Quote.Text(word)} here{hint}{there}";
        }

        var missing = command.Arguments.FirstOrDefault(
            a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 });
        if (missing is not null)
        {
            return $"{PathOf(parsed.CommandResult)}`{missing.Name.ToUpperInvariant()}` is missing; "
                + $"see `reeve {PathOf(parsed.CommandResult).Replace(":", "", StringComparison.Ordinal)}--help`";
        }

        if (command.Subcommands.Count > 0)
        {
            return $"{PathOf(parsed.CommandResult)}say what to do: {Quote.List(command.Subcommands.Select(c => c.Name))}";
        }

        var message = parsed.Errors[0].Message.TrimEnd('.').Replace('\'', '`');
        return PathOf(parsed.CommandResult) + char.ToLowerInvariant(message[0]) + message[1..];
    }

    private static string PathOf(CommandResult result) => HelpWithExamples.PathOf(result) is { Length: > 0 } path ? $"{path}: " : "";

    private static IEnumerable<string> OptionsOf(CommandResult result)
    {
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent)
        {
            foreach (var option in command.Command.Options)
            {
                yield return option.Name;
            }
        }
    }
}
