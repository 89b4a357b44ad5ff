using System.CommandLine;
using System.Text.Json;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve explain execution|incident|binding ID</c>: a short story of why it did, or why it did not.</summary>
internal static class ExplainVerb
{
    private static readonly string[] Kinds = ["execution", "incident", "binding"];

    public static Command Make(Terminal terminal)
    {
        var kind = new Argument<string>("kind") { Description = "execution, incident or binding" };
        var id = new Argument<string>("id") { Description = "its id; a binding's name" };
        var target = new Option<string?>("--target")
        {
            Description = "of a binding: only this target and what is below it",
            HelpName = "PATH",
        };
        var command = new Command("explain", "why did it act, and why did it not") { kind, id, target };
        new ClientOptions(command, terminal).Run(command, async (parsed, client, report, cancellationToken) =>
        {
            var written = parsed.GetValue(kind)!;
            if (!Kinds.Contains(written))
            {
                var hint = DidYouMean.Hint(written, Kinds);
                throw new VerbException(
                    $"explain: {Quote.Text(written)} cannot be explained{(hint.Length > 0 ? hint : $"; there are {Quote.List(Kinds)}")}",
                    ExitCode.WrongInput);
            }

            var told = await client.GetAsync(
                $"/api/v1/explain/{written}/{Uri.EscapeDataString(parsed.GetValue(id)!)}",
                cancellationToken, ("target", parsed.GetValue(target)));
            report.One(told, story => Tell(story, terminal));
            return ExitCode.Fine;
        });
        return command;
    }

    private static void Tell(JsonElement told, Terminal terminal)
    {
        terminal.Out.WriteLine($"{told.Text("kind")} {told.Text("id")}");
        string? day = null;
        foreach (var line in told.GetProperty("story").EnumerateArray())
        {
            var at = line.Text("at") is { } moment ? Column.Clock(moment) : "";
            if (at.Length > 0 && at[..10] != day)
            {
                day = at[..10];
                terminal.Out.WriteLine($"{day} (UTC)");
            }

            terminal.Out.WriteLine(
                $"  {(at.Length > 0 ? at[11..] : ""),-8}  {line.Text("topic"),-10}  {TableText.OneLine(line.Text("text") ?? "")}");
            if (!line.TryGetProperty("details", out var details))
            {
                continue;
            }

            foreach (var detail in details.EnumerateArray())
            {
                terminal.Out.WriteLine($"{"",24}{TableText.OneLine(detail.GetString() ?? "")}");
            }
        }
    }
}
