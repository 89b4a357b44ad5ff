using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve context list|set|use|delete</c>: servers by name, in a file.</summary>
internal static class ContextVerb
{
    private static readonly Column[] Columns =
    [
        Column.Of("current", "current"), Column.Of("name", "name"), Column.Of("server", "server"), Column.Of("tenant", "tenant"),
        Column.Of("project", "project"), Column.Of("token", "token"),
    ];

    public static Command Make(Terminal terminal) => new("context", "servers by name, with their tokens, in a file")
    {
        MakeList(terminal), MakeSet(terminal), MakeUse(terminal), MakeDelete(terminal),
    };

    private static Command MakeList(Terminal terminal)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "table, json or yaml",
            HelpName = "FORM",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "json", "yaml");
        var list = new Command("list", "the contexts of the file; tokens are not shown") { output };
        list.SetAction(parsed =>
        {
            var file = ContextFile.Read(ContextFile.UsualPath);
            new Report(terminal, parsed.GetValue(output)!).List([.. file.All.Values.Select(c => Shown(c, file.Current))], Columns);
            return ExitCode.Fine;
        });
        return list;
    }

    private static Command MakeSet(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "its name" };
        var server = new Option<string?>("--server") { Description = "the server's URL; needed for a new context", HelpName = "URL" };
        var tenant = new Option<string?>("--tenant") { Description = "whose", HelpName = "NAME" };
        var project = new Option<string?>("--project") { Description = "which project of the tenant", HelpName = "NAME" };
        var tokenFile = new Option<string?>("--token-file")
        {
            Description = "a file that holds the token; it stays there",
            HelpName = "FILE",
        };
        var tokenStdin = new Option<bool>("--token-stdin") { Description = "keep the token that is piped in" };
        var set = new Command("set", "add a context, or change what is said of it; the first becomes the current one")
        {
            name, server, tenant, project, tokenFile, tokenStdin,
        };
        set.SetAction(async (parsed, cancellationToken) =>
        {
            var file = ContextFile.Read(ContextFile.UsualPath);
            var key = parsed.GetValue(name)!;
            if (!ResourceDocument.IsName(key))
            {
                throw new VerbException(
                    $"context set: {Quote.Text(key)} is no name; use letters, digits, `-`, `_` and `.`", ExitCode.WrongInput);
            }

            var url = parsed.GetValue(server) ?? file.All.GetValueOrDefault(key)?.Server
                ?? throw new VerbException("context set: `--server` is missing: say where the server is", ExitCode.WrongInput);
            ClientOptions.Url(url);
            var context = (file.All.GetValueOrDefault(key) ?? new ServerContext(key, url)) with { Server = url };
            context = context with
            {
                Tenant = parsed.GetValue(tenant) ?? context.Tenant,
                Project = parsed.GetValue(project) ?? context.Project,
            };
            if (parsed.GetValue(tokenFile) is { } path)
            {
                if (!File.Exists(path))
                {
                    throw new VerbException($"context set: `--token-file`: there is no file {Quote.Text(path)}", ExitCode.WrongInput);
                }

                context = context with { Token = null, TokenFile = Path.GetFullPath(path) };
            }
            else if (parsed.GetValue(tokenStdin))
            {
                using var reader = new StreamReader(terminal.In, leaveOpen: true);
                var token = (await reader.ReadToEndAsync(cancellationToken)).Trim();
                context = token.Length > 0 && token.All(c => c is > ' ' and <= '~')
                    ? context with { Token = token, TokenFile = null }
                    : throw new VerbException("context set: what is piped in is no token", ExitCode.WrongInput);
            }

            file.Put(context);
            file.Current ??= key;
            file.Write();
            terminal.Out.WriteLine($"context `{key}` is kept in {file.Path}");
            return ExitCode.Fine;
        });
        return set;
    }

    private static Command MakeUse(Terminal terminal)
    {
        var name = Named();
        var use = new Command("use", "make a context the current one") { name };
        use.SetAction(parsed =>
        {
            var file = ContextFile.Read(ContextFile.UsualPath);
            var context = file.Find(parsed.GetValue(name)!);
            file.Current = context.Name;
            file.Write();
            terminal.Out.WriteLine($"context `{context.Name}` is the current one: {context.Server}");
            return ExitCode.Fine;
        });
        return use;
    }

    private static Command MakeDelete(Terminal terminal)
    {
        var name = Named();
        var delete = new Command("delete", "forget a context") { name };
        delete.SetAction(parsed =>
        {
            var file = ContextFile.Read(ContextFile.UsualPath);
            file.Remove(file.Find(parsed.GetValue(name)!).Name);
            file.Write();
            terminal.Out.WriteLine($"context `{parsed.GetValue(name)}` is forgotten");
            return ExitCode.Fine;
        });
        return delete;
    }

    private static Argument<string> Named()
    {
        var name = new Argument<string>("name") { Description = "its name" };
        name.CompletionSources.Add(_ => Completions.Contexts());
        return name;
    }

    private static JsonElement Shown(ServerContext context, string? current)
    {
        var shown = new JsonObject
        {
            ["current"] = context.Name == current,
            ["name"] = context.Name,
            ["server"] = context.Server,
        };
        foreach (var (name, value) in ((string, string?)[])
        [
            ("tenant", context.Tenant), ("project", context.Project),
            ("token", context.TokenFile is { } file ? $"in {file}" : context.Token is null ? null : "kept"),
        ])
        {
            if (value is not null)
            {
                shown[name] = value;
            }
        }

        return Json.From(shown);
    }
}
