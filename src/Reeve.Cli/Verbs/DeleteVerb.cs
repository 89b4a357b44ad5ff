using System.CommandLine;
using System.Text.Json;
using Reeve.Cli.Client;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve delete KIND NAME</c>, or <c>-f</c> for what documents name.</summary>
internal static class DeleteVerb
{
    public static Command Make(Terminal terminal)
    {
        var kind = new Argument<string?>("kind")
        {
            Description = "target, policy-type, policy, binding, workflow or silence",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var name = new Argument<string?>("name") { Description = "which one", Arity = ArgumentArity.ZeroOrOne };
        var files = new Option<string[]>("--file", "-f")
        {
            Description = "a file, a folder, or `-`: deletes what its documents name",
            HelpName = "FILE",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "only say what would go" };
        var command = new Command("delete", "delete documents") { kind, name, files, dryRun };
        var options = new ClientOptions(command, terminal);
        kind.CompletionSources.Add(_ => Completions.Kinds());
        name.CompletionSources.Add(at => Completions.Names(() => options.Client(at.ParseResult), at.ParseResult.GetValue(kind)));
        options.Run(command, async (parsed, client, report, cancellationToken) =>
        {
            var named = parsed.GetValue(files) is { Length: > 0 } given ? given : null;
            JsonElement reply;
            if (named is not null && parsed.GetValue(kind) is null)
            {
                var texts = await DocumentFiles.ReadAsync("delete", named, terminal, cancellationToken);
                reply = await ApplyVerb.SendAsync(client, "/api/v1/delete", texts, null, cancellationToken, ("dry_run", Dry(parsed)));
            }
            else if (named is null && parsed.GetValue(kind) is { } written && parsed.GetValue(name) is { } one)
            {
                reply = await client.DeleteAsync(
                    $"/api/v1/{Kind.Find("delete", written).Path}/{Uri.EscapeDataString(one)}", cancellationToken,
                    ("dry_run", Dry(parsed)));
            }
            else
            {
                throw new VerbException("delete: name either a kind and a name, or files with `-f`", ExitCode.WrongInput);
            }

            ApplyVerb.Show(reply, report);
            return ExitCode.Fine;
        });
        return command;

        string? Dry(ParseResult parsed) => parsed.GetValue(dryRun) ? "true" : null;
    }
}
