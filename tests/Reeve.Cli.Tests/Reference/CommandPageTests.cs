using System.CommandLine;
using System.Globalization;
using System.Text;
using Reeve.Cli.Help;
using Reeve.TestKit;

namespace Reeve.Cli.Tests.Reference;

/// <summary>The pages of the reference about the command line and the settings of the server, from the verbs themselves.</summary>
public sealed class CommandPageTests
{
    private static readonly string[] Client = ["--server", "--context", "--output", "--tenant", "--project"];

    [Fact]
    public Task The_page_of_the_command_line_is_what_the_verbs_say()
    {
        var root = CommandLine.Root(new Terminal(Stream.Null, TextWriter.Null, TextWriter.Null, 0));
        var text = new StringBuilder(
            """
            # The command line

            | ends with | when |
            |---|---|
            | 0 | it is done |
            | 1 | a policy said no, or something was found |
            | 2 | what was written is wrong |
            | 3 | it could not be run |

            `reeve VERB --help` says the same as this page. What settings of `serve` are called in files and in the environment is in
            [configuration.md](configuration.md).

            ## Options of every verb that asks a server


            """.ReplaceLineEndings("\n"));
        WriteOptions(text, root.Subcommands.First(c => c.Name == "get").Options.Where(o => Client.Contains(o.Name)));
        foreach (var command in root.Subcommands.Where(c => !c.Hidden))
        {
            Write(text, command, "");
        }

        return ReferencePage.HoldAsync("cli.md", text.ToString());
    }

    [Fact]
    public Task The_page_of_the_settings_is_what_serve_takes()
    {
        var root = CommandLine.Root(new Terminal(Stream.Null, TextWriter.Null, TextWriter.Null, 0));
        var text = new StringBuilder(
            """
            # Settings of `reeve serve`

            Each is an option, a variable of the environment and a line of the file that `--config` names, in this order; how they go
            together is told in [configuration.md](../configuration.md).

            | option | variable | says | unless said |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var option in Shown(root.Subcommands.First(c => c.Name == "serve").Options))
        {
            var variable = "REEVE_" + option.Name[2..].Replace('-', '_').ToUpperInvariant();
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{Usage(option)}` | `{variable}` | {ReferencePage.Cell(option.Description)} | {Default(option)} |\n");
        }

        return ReferencePage.HoldAsync("configuration.md", text.ToString());
    }

    private static void Write(StringBuilder text, Command command, string before)
    {
        var path = before + command.Name;
        var arguments = string.Concat(command.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $" [{Word(a)}]" : $" {Word(a)}"));
        text.Append(CultureInfo.InvariantCulture, $"\n## `reeve {path}{arguments}`\n\n{Sentence(command.Description)}\n");
        if (command.Arguments.Count > 0)
        {
            text.Append("\n| argument | is |\n|---|---|\n");
            foreach (var argument in command.Arguments)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{Word(argument)}` | {ReferencePage.Cell(argument.Description)} |\n");
            }
        }

        var options = Shown(command.Options).ToList();
        var asks = options.Exists(o => o.Name == "--context");
        options.RemoveAll(o => path == "serve" || (asks && Client.Contains(o.Name)));
        if (options.Count > 0)
        {
            text.Append('\n');
            WriteOptions(text, options);
        }

        if (asks)
        {
            text.Append("\nIt asks a server, and has the options for that.\n");
        }

        var examples = Examples.Of(path);
        if (examples.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n```\n{string.Join('\n', examples)}\n```\n");
        }

        foreach (var below in command.Subcommands.Where(c => !c.Hidden))
        {
            Write(text, below, $"{path} ");
        }
    }

    private static void WriteOptions(StringBuilder text, IEnumerable<Option> options)
    {
        text.Append("| option | says | unless said |\n|---|---|---|\n");
        foreach (var option in options)
        {
            var needed = option.Required ? " (needed)" : "";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{Usage(option)}` | {ReferencePage.Cell(option.Description)}{needed} | {Default(option)} |\n");
        }
    }

    private static IEnumerable<Option> Shown(IEnumerable<Option> options) =>
        options.Where(o => !o.Hidden && o.Name.StartsWith("--", StringComparison.Ordinal) && o.Name is not "--help");

    private static string Usage(Option option)
    {
        var names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).OrderBy(a => a.Length).Append(option.Name));
        var takes = option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);
        return takes ? $"{names} {option.HelpName ?? option.Name[2..].ToUpperInvariant()}" : names;
    }

    private static string Default(Option option) =>
        !option.HasDefaultValue || option.ValueType == typeof(bool) ? "" : option.GetDefaultValue() switch
        {
            null or System.Collections.ICollection { Count: 0 } => "",
            var value => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
        };

    private static string Word(Argument argument) =>
        (argument.HelpName ?? argument.Name.ToUpperInvariant()) + (argument.Arity.MaximumNumberOfValues > 1 ? "…" : "");

    private static string Sentence(string? text) =>
        string.IsNullOrEmpty(text) ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..]}.";
}
