using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Text.Json;
using Reeve.Cli.Client;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary>What the shell offers where a name of something is to be written. What cannot be had quickly is not offered.</summary>
internal static class Completions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What can follow the words that were parsed: the value of an option, an option, a verb, or the next argument.</summary>
    public static IEnumerable<string> Of(ParseResult parsed, string[] before, string last)
    {
        var command = parsed.CommandResult.Command;
        var options = OptionsOf(parsed.CommandResult).Where(o => !o.Hidden).ToList();
        var wanting = before.Length == 0
            ? null
            : options.Find(o => o.Arity.MinimumNumberOfValues > 0 && (o.Name == before[^1] || o.Aliases.Contains(before[^1])));
        if (wanting is not null)
        {
            return wanting.GetCompletions(parsed.GetCompletionContext()).Select(TextOf);
        }

        if (last.StartsWith('-'))
        {
            return options.SelectMany(o => o.Aliases.Prepend(o.Name)).Where(n => n.StartsWith('-'));
        }

        var next = command.Arguments.FirstOrDefault(
            a => (parsed.GetResult(a)?.Tokens.Count ?? 0) < a.Arity.MaximumNumberOfValues);
        var values = next?.GetCompletions(parsed.GetCompletionContext()).Select(TextOf) ?? [];
        return command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).Concat(values);
    }

    /// <summary>The kinds of documents.</summary>
    public static IEnumerable<CompletionItem> Kinds() => Kind.All.Select(k => new CompletionItem(k.Name));

    /// <summary>The names of the contexts.</summary>
    public static IEnumerable<CompletionItem> Contexts()
    {
        try
        {
            return [.. ContextFile.Read(ContextFile.UsualPath).All.Keys.Select(n => new CompletionItem(n))];
        }
        catch (VerbException)
        {
            return [];
        }
    }

    /// <summary>The names of the documents of a kind that the server has.</summary>
    public static IEnumerable<CompletionItem> Names(Func<ApiClient> connect, string? written)
    {
        if (written is null)
        {
            return [];
        }

        try
        {
            var kind = Kind.Find("get", written);
            using var client = connect();
            using var patience = new CancellationTokenSource(Patience);
            var items = client.ListAsync($"/api/v1/{kind.Path}", 500, patience.Token).GetAwaiter().GetResult();
            return [.. items.Select(NameOf).OfType<string>().Select(n => new CompletionItem(n))];
        }
        catch (Exception e) when (e is VerbException or OperationCanceledException)
        {
            return [];
        }
    }

    private static string TextOf(CompletionItem item) => item.InsertText ?? item.Label;

    private static IEnumerable<Option> OptionsOf(CommandResult result)
    {
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent)
        {
            foreach (var option in command.Command.Options)
            {
                yield return option;
            }
        }
    }

    private static string? NameOf(JsonElement item) =>
        item.Text("path") ?? (item.TryGetProperty("metadata", out var metadata) ? metadata.Text("name") : item.Text("name"));
}
