using System.CommandLine;
using System.Text.Json;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve apply -f FILE|DIR|-</c>: all the documents as one, or none.</summary>
internal static class ApplyVerb
{
    public static Command Make(Terminal terminal)
    {
        var files = new Option<string[]>("--file", "-f")
        {
            Description = "a file, a folder, or `-` for standard input; may be given again",
            HelpName = "FILE",
            Required = true,
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "only say what would change" };
        var command = new Command("apply", "create or change what documents say") { files, dryRun };
        var options = new ClientOptions(command, terminal);
        options.Run(command, async (parsed, client, report, cancellationToken) =>
        {
            var texts = await DocumentFiles.ReadAsync("apply", parsed.GetValue(files)!, terminal, cancellationToken);
            Show(await SendAsync(client, "/api/v1/apply", texts, parsed.GetValue(dryRun), cancellationToken), report);
            return ExitCode.Fine;
        });
        return command;
    }

    /// <summary>
    /// Hands texts in as one request. Several files go as a bundle, so that they are applied as one and places still name each file.
    /// </summary>
    public static Task<JsonElement> SendAsync(
        ApiClient client, string path, IReadOnlyList<(string Name, byte[] Text)> texts, bool dryRun, CancellationToken cancellationToken)
    {
        var dry = ("dry_run", dryRun ? "true" : null);
        if (texts.Count == 1)
        {
            return client.PostTextAsync(path, texts[0].Text, cancellationToken, dry, ("file", texts[0].Name));
        }

        return client.PostFilesAsync(path, texts, cancellationToken, dry);
    }

    /// <summary>What has changed, one line for each document.</summary>
    public static void Show(JsonElement reply, Report report) => report.One(reply, _ =>
    {
        var dry = reply.GetProperty("dry_run").GetBoolean() ? " (dry run)" : "";
        foreach (var change in reply.GetProperty("changes").EnumerateArray())
        {
            report.Line($"{change.Text("kind")}/{change.Text("name")} {change.Text("change")}, revision {change.Whole("revision")}{dry}");
        }
    });
}
