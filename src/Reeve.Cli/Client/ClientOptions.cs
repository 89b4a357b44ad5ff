using System.CommandLine;
using Reeve.Cli.Output;
using Reeve.Cli.Verbs;

namespace Reeve.Cli.Client;

/// <summary>The options that every client verb has.</summary>
internal sealed class ClientOptions
{
    private readonly Option<string?> _server =
        new("--server")
        {
            Description = "the server's URL; REEVE_SERVER, else the context's, else http://127.0.0.1:8470",
            HelpName = "URL",
        };

    private readonly Option<string?> _context =
        new("--context") { Description = "a context of `reeve context`; REEVE_CONTEXT, else the current one", HelpName = "NAME" };

    private readonly Option<string> _output =
        new("--output", "-o") { Description = "table, json or yaml", HelpName = "FORM", DefaultValueFactory = _ => "table" };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "whose; `default` unless said", HelpName = "NAME" };
    private readonly Option<string?> _project = new("--project") { Description = "which project of the tenant", HelpName = "NAME" };
    private readonly Terminal _terminal;

    /// <summary>Adds the options to a command.</summary>
    public ClientOptions(Command command, Terminal terminal)
    {
        _terminal = terminal;
        _output.AcceptOnlyFromAmong("table", "json", "yaml");
        command.Options.Add(_server);
        command.Options.Add(_context);
        _context.CompletionSources.Add(_ => Completions.Contexts());
        command.Options.Add(_output);
        command.Options.Add(_tenant);
        command.Options.Add(_project);
    }

    /// <summary>
    /// A client of the server that was named. A context's token goes to that context's server only, never to one that was named otherwise.
    /// </summary>
    public ApiClient Client(ParseResult parsed)
    {
        var named = parsed.GetValue(_server)
            ?? (Environment.GetEnvironmentVariable("REEVE_SERVER") is { Length: > 0 } elsewhere ? elsewhere : null);
        var context = named is null || parsed.GetValue(_context) is not null ? Context(parsed.GetValue(_context)) : null;
        var url = Url(named ?? context?.Server ?? "http://127.0.0.1:8470");
        var ownToken = Environment.GetEnvironmentVariable("REEVE_TOKEN") is { Length: > 0 } said ? said : null;
        var token = ownToken ?? (named is null || named == context?.Server ? context?.ReadToken() : null);
        return new ApiClient(url, parsed.GetValue(_tenant) ?? context?.Tenant, parsed.GetValue(_project) ?? context?.Project, token);
    }

    /// <summary>A server's URL; throws a <see cref="VerbException"/> when it is none.</summary>
    public static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? server
            : throw new VerbException($"reeve: server: `{text}` is no URL; write one such as `http://127.0.0.1:8470`", ExitCode.WrongInput);

    private static ServerContext? Context(string? named)
    {
        var file = ContextFile.Read(ContextFile.UsualPath);
        return (named ?? (Environment.GetEnvironmentVariable("REEVE_CONTEXT") is { Length: > 0 } said ? said : file.Current)) is { } name
            ? file.Find(name)
            : null;
    }

    /// <summary>Writes in the form that was asked for.</summary>
    public Report Report(ParseResult parsed) => new(_terminal, parsed.GetValue(_output) ?? "table");

    /// <summary>Makes the command run the function with a client.</summary>
    public void Run(Command command, Func<ParseResult, ApiClient, Report, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = Client(parsed);
            return await run(parsed, client, Report(parsed), cancellationToken);
        });
}
