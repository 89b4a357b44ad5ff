using System.CommandLine;
using System.Text.Json;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve get KIND [NAME]</c>.</summary>
internal static class GetVerb
{
    private const int Most = 10_000;

    public static Command Make(Terminal terminal)
    {
        var kind = new Argument<string>("kind") { Description = "target, policy-type, policy, binding, workflow or silence" };
        var name = new Argument<string?>("name") { Description = "one of them; a target by its path", Arity = ArgumentArity.ZeroOrOne };
        var document = new Option<bool>("--document") { Description = "targets and policy types as the documents that were applied" };
        var watch = new Option<bool>("--watch", "-w") { Description = "go on until Ctrl-C, with a line for each change" };
        var command = new Command("get", "show documents and targets") { kind, name, document, watch };
        var options = new ClientOptions(command, terminal);
        kind.CompletionSources.Add(_ => Completions.Kinds());
        name.CompletionSources.Add(at => Completions.Names(() => options.Client(at.ParseResult), at.ParseResult.GetValue(kind)));
        options.Run(command, (parsed, client, report, cancellationToken) =>
            ShowAsync(
                Kind.Find("get", parsed.GetValue(kind)!), parsed.GetValue(name), parsed.GetValue(document), parsed.GetValue(watch),
                client, report, cancellationToken));
        return command;
    }

    /// <summary>Shows one, or all.</summary>
    public static async Task<int> ShowAsync(
        Kind kind, string? name, bool document, bool watch, ApiClient client, Report report, CancellationToken cancellationToken)
    {
        var form = ("as", document && kind.Path is "targets" or "policy-types" ? "document" : null);
        var columns = form.Item2 is null
            ? kind.Columns
            : [
                Column.Of("name", "metadata.name"), Column.Of("revision", "metadata.revision"), Column.Of("project", "metadata.project")
            ];
        if (watch)
        {
            return await new WatchedTable(kind, name, columns, form.Item2, client, report).RunAsync(cancellationToken);
        }

        if (name is null)
        {
            report.List(await client.ListAsync($"/api/v1/{kind.Path}", Most, cancellationToken, form), columns);
            return ExitCode.Fine;
        }

        var path = string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
        var found = await client.GetAsync($"/api/v1/{kind.Path}/{path}", cancellationToken, form);
        report.One(found, one =>
        {
            // a document is best read as it was written
            if (kind.Path == "targets" && form.Item2 is null)
            {
                report.List([one], kind.Columns);
            }
            else
            {
                report.Terminal.Out.Write(YamlText.Write(one));
            }
        });
        return ExitCode.Fine;
    }
}
