using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Text.RegularExpressions;
using Reeve.Cli.Help;
using Reeve.Cli.Verbs;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Cli;

/// <summary>The verbs, and what they have in common: parsing, errors, exit codes.</summary>
internal static partial class CommandLine
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

    private static readonly ParserConfiguration Plain = new() { ResponseFileTokenReplacer = null };

    // texts for people, words that a policy sees as they are, and queries, whose own language says what is wrong with none
    private static readonly string[] MayBeEmpty =
    [
        "query", "--comment", "--description", "--state", "--revision", "--org-name", "--project-name", "--policy-id",
        "--meta-parent-policy-id",
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
        args = args is ["help", .. var verb] ? [.. verb, "--help"] : args;
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args, Plain);
        var isUnknown = parsed.UnmatchedTokens.Count > 0 && parsed.CommandResult.Command.Subcommands.Count > 0;
        if (isUnknown
            || (parsed.Errors.Count > 0 || Mistyped(parsed) is not null || Empty(parsed) is not null)
            && !args.Any(a => a is "--help" or "-h" or "-?"))
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
        catch (Exception bug)
        {
            // nothing should come here; a user gets one line and a promised exit code all the same
            terminal.Error.WriteLine($"reeve: failed unexpectedly: {bug.GetType().Name}: {bug.Message.TrimEnd('.')}");
            return ExitCode.CouldNotRun;
        }
    }

    /// <summary>What can stand in the place of the last of some words, sorted.</summary>
    public static IEnumerable<string> Complete(string[] words, Terminal terminal)
    {
        var last = words.Length > 0 ? words[^1] : "";
        var before = words.Length > 0 ? words[..^1] : [];
        var parsed = Root(terminal).Parse(before, Plain);
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
        if (parsed.UnmatchedTokens.Count > 0 || Mistyped(parsed) is not null)
        {
            var word = Mistyped(parsed) ?? parsed.UnmatchedTokens[0];
            var isOption = word.StartsWith('-');
            List<string> names = isOption ? [.. OptionsOf(parsed.CommandResult)] : [.. command.Subcommands.Select(c => c.Name)];
            var what = isOption ? "option" : command.Subcommands.Count > 0 ? "verb" : "further argument";
            var hint = DidYouMean.Hint(word, names);
            var there = hint.Length == 0 && names.Count > 0 && !isOption ? $"; there are {Quote.List(names)}" : "";
            return $"{PathOf(parsed.CommandResult)}there is no {what} {Quote.Text(word)} here{hint}{there}";
        }

        if (Empty(parsed) is { } empty)
        {
            return $"{PathOf(parsed.CommandResult)}`{empty}` must not be empty";
        }

        var missing = command.Arguments.FirstOrDefault(
            a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 });
        if (missing is not null)
        {
            return $"{PathOf(parsed.CommandResult)}`{missing.Name.ToUpperInvariant()}` is missing; "
                + $"see `reeve {PathOf(parsed.CommandResult).Replace(":", "", StringComparison.Ordinal)}--help`";
        }

        if (command.Subcommands.Count > 0 && parsed.Errors[0].SymbolResult is not OptionResult)
        {
            return $"{PathOf(parsed.CommandResult)}say what to do: {Quote.List(command.Subcommands.Select(c => c.Name))}";
        }

        return PathOf(parsed.CommandResult) + Told(parsed.Errors[0]);
    }

    /// <summary>A mistake of the parser in plain words, with the option that it is about.</summary>
    public static string Told(ParseError error)
    {
        var of = error.SymbolResult as OptionResult;
        if (of is { Tokens.Count: 0 })
        {
            return of.IdentifierToken?.Value is { } written ? $"`{written}` needs a value" : $"`{of.Option.Name}` is missing";
        }

        var name = of is null ? "" : $"`{of.Option.Name}`: ";
        if (OneOf().Match(error.Message) is { Success: true } choice)
        {
            var allowed = Name().Matches(choice.Groups[2].Value).Select(m => m.Groups[1].Value).ToList();
            var wrong = choice.Groups[1].Value;
            return $"{name}expected {Quote.List(allowed)}, found {Quote.Text(wrong)}{DidYouMean.Hint(wrong, allowed)}";
        }

        if (OfType().Match(error.Message) is { Success: true } value)
        {
            var option = value.Groups[2].Value == "option" ? $"`{value.Groups[3].Value}`: " : "";
            var wanted = value.Groups[4].Value.Contains("Int", StringComparison.Ordinal) ? "a whole number" : "a number";
            return $"{option}expected {wanted}, found {Quote.Text(value.Groups[1].Value)}";
        }

        var message = error.Message.TrimEnd('.').Replace('\'', '`');
        return char.ToLowerInvariant(message[0]) + message[1..];
    }

    // an option that is not there would be taken for the value of an argument
    private static string? Mistyped(ParseResult parsed) => parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash)
        ? null
        : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value)
            .FirstOrDefault(t => t.Length > 2 && t.StartsWith("--", StringComparison.Ordinal) && char.IsAsciiLetter(t[2]));

    // nothing is named by an empty text
    private static string? Empty(ParseResult parsed)
    {
        foreach (var child in parsed.CommandResult.Children)
        {
            if (!child.Tokens.Any(t => t.Value.Length == 0 && t.Type == TokenType.Argument))
            {
                continue;
            }

            if (child is ArgumentResult argument && !MayBeEmpty.Contains(argument.Argument.Name) && !parsed.CommandResult.Command.Hidden)
            {
                return argument.Argument.Name.ToUpperInvariant();
            }

            if (child is OptionResult option && !MayBeEmpty.Contains(option.Option.Name))
            {
                return option.Option.Name;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^Argument '(.*?)' not recognized\. Must be one of:(.*)$", RegexOptions.Singleline)]
    private static partial Regex OneOf();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Name();

    [GeneratedRegex("^Cannot parse argument '(.*?)' for (command|option) '(.*?)' as expected type '(.*?)'", RegexOptions.Singleline)]
    private static partial Regex OfType();

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
