using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve apply -f FILE|DIR|-</c>: all the documents as one, or none.</summary>
internal static class ApplyVerb
{
    private static readonly Option<string[]> Files = new("--file", "-f")
    {
        Description = "a file, a folder, or `-` for standard input; may be given again",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "only say what would change, line by line" };

    private static readonly Option<bool> Diff = new("--diff") { Description = "show what changes line by line, then apply" };

    private static readonly Option<bool> Prune =
        new("--prune") { Description = "delete what is not in the files, of every kind, in the projects that they are of" };

    private static readonly Option<string[]> Selector = new("--selector", "-l")
    {
        Description = "with --prune: only what has this label, NAME=VALUE or NAME; may be given again",
        HelpName = "LABEL",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "do not ask before --prune deletes something" };

    private static readonly Option<string?> Key =
        new("--key") { Description = "an idempotency key: asked again, the answer is the same", HelpName = "KEY" };

    public static Command Make(Terminal terminal)
    {
        var command = new Command("apply", "create or change what documents say") { Files, DryRun, Diff, Prune, Selector, Yes, Key };
        new ClientOptions(command, terminal).Run(command, RunAsync);
        return command;
    }

    /// <summary>
    /// Hands texts in as one request. Several files go as a bundle, so that they are applied as one and places still name each file.
    /// </summary>
    public static Task<JsonElement> SendAsync(
        ApiClient client, string path, IReadOnlyList<(string Name, byte[] Text)> texts, string? key,
        CancellationToken cancellationToken, params (string Name, string? Value)[] query) => texts.Count == 1
            ? client.PostTextAsync(path, texts[0].Text, key, cancellationToken, [.. query, ("file", texts[0].Name)])
            : client.PostFilesAsync(path, texts, key, cancellationToken, query);

    /// <summary>What has changed, one line for each document; for a plan with the differing lines.</summary>
    public static void Show(JsonElement reply, Report report) => report.One(reply, _ =>
    {
        var dry = reply.GetProperty("dry_run").GetBoolean() ? " (dry run)" : "";
        foreach (var change in reply.GetProperty("changes").EnumerateArray())
        {
            report.Line($"{change.Text("kind")}/{change.Text("name")} {change.Text("change")}, revision {change.Whole("revision")}{dry}");
            var before = change.TryGetProperty("before", out var old) ? old : default;
            var after = change.TryGetProperty("after", out var now) ? now : default;
            if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
            {
                report.Terminal.Out.Write(DiffText.Of(before, after, report.Terminal.HasColours));
            }
        }
    });

    private static async Task<int> RunAsync(ParseResult parsed, ApiClient client, Report report, CancellationToken cancellationToken)
    {
        var terminal = report.Terminal;
        var labels = parsed.GetValue(Selector)!;
        if (labels.Length > 0 && !parsed.GetValue(Prune))
        {
            throw new VerbException("apply: `--selector` narrows what `--prune` deletes; say `--prune` too", ExitCode.WrongInput);
        }

        var texts = await DocumentFiles.ReadAsync("apply", parsed.GetValue(Files)!, terminal, cancellationToken);
        (string, string?)[] query =
        [
            ("prune", parsed.GetValue(Prune) ? "true" : null), .. labels.Select(l => ("label", (string?)l)),
        ];
        var asks = parsed.GetValue(Prune) && !parsed.GetValue(Yes) && terminal.IsInteractive;
        if (parsed.GetValue(DryRun) || parsed.GetValue(Diff) || asks)
        {
            var plan = await SendAsync(
                client, "/api/v1/apply", texts, null, cancellationToken, [.. query, ("dry_run", "true"), ("diff", "true")]);
            if (parsed.GetValue(DryRun) || report.IsTable)
            {
                Show(plan, report);
            }

            if (parsed.GetValue(DryRun))
            {
                return ExitCode.Fine;
            }

            if (asks && !await AgreesAsync(plan, terminal, cancellationToken))
            {
                terminal.Error.WriteLine("apply: nothing was changed");
                return ExitCode.Found;
            }
        }

        Show(await SendAsync(client, "/api/v1/apply", texts, parsed.GetValue(Key), cancellationToken, query), report);
        return ExitCode.Fine;
    }

    private static async Task<bool> AgreesAsync(JsonElement plan, Terminal terminal, CancellationToken cancellationToken)
    {
        var deleted = plan.GetProperty("changes").EnumerateArray().Count(c => c.Text("change") == "deleted");
        if (deleted == 0)
        {
            return true;
        }

        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"{deleted} documents will be deleted; go on? [y/N] "));
        await terminal.Error.FlushAsync(cancellationToken);
        using var reader = new StreamReader(terminal.In, leaveOpen: true);
        return (await reader.ReadLineAsync(cancellationToken))?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
