using System.CommandLine;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve completion bash|zsh|fish</c>: what a shell needs to complete Reeve's words; it asks <c>reeve complete</c>.</summary>
internal static class CompletionVerb
{
    private const string Bash = """
        # reeve completion bash > /etc/bash_completion.d/reeve
        _reeve() {
            local IFS=$'\n'
            COMPREPLY=($(reeve complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
        }
        complete -o default -F _reeve reeve

        """;

    private const string Zsh = """
        #compdef reeve
        # reeve completion zsh > "${fpath[1]}/_reeve"
        _reeve() {
            local -a found
            found=("${(@f)$(reeve complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            compadd -Q -- ${found[@]} || _files
        }
        if [ "$funcstack[1]" = "_reeve" ]; then
            _reeve "$@"
        else
            compdef _reeve reeve
        fi

        """;

    private const string Fish = """
        # reeve completion fish > ~/.config/fish/completions/reeve.fish
        function __reeve_complete
            set -l words (commandline -opc) (commandline -ct)
            reeve complete -- $words[2..-1] 2>/dev/null
        end
        complete -c reeve -f -a '(__reeve_complete)'
        complete -c reeve -n '__fish_seen_argument -s f -l file' -F

        """;

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
    };

    public static Command Make(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.CompletionSources.Add(["bash", "zsh", "fish"]);
        var command = new Command("completion", "print what a shell needs to complete reeve's words") { shell };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(shell)!;
            terminal.Out.Write(Scripts.TryGetValue(name, out var script)
                ? script.ReplaceLineEndings("\n")
                : throw new VerbException(
                    $"completion: there is nothing for the shell {Quote.Text(name)}{DidYouMean.Hint(name, Scripts.Keys)}; "
                        + $"there are {Quote.List(Scripts.Keys)}",
                    ExitCode.WrongInput));
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>What can stand in the place of the last of the words; the shells ask it.</summary>
    public static Command MakeComplete(Terminal terminal)
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("complete", "what can stand in the place of the last word") { words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (var word in CommandLine.Complete(parsed.GetValue(words) ?? [], terminal))
            {
                terminal.Out.WriteLine(word);
            }

            return ExitCode.Fine;
        });
        return command;
    }
}
