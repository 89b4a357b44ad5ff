using System.CommandLine;
using Reeve.Cli.Output;

namespace Reeve.Cli.Client;

/// <summary>The options that every client verb has.</summary>
internal sealed class ClientOptions
{
    private readonly Option<string?> _server =
        new("--server") { Description = "the server's URL; REEVE_SERVER, else http://127.0.0.1:8470", HelpName = "URL" };
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
        command.Options.Add(_output);
        command.Options.Add(_tenant);
        command.Options.Add(_project);
    }

    /// <summary>A client of the server that was named.</summary>
    public ApiClient Client(ParseResult parsed)
    {
        var url = parsed.GetValue(_server) ?? Environment.GetEnvironmentVariable("REEVE_SERVER") ?? "http://127.0.0.1:8470";
        return Uri.TryCreate(url, UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? new ApiClient(server, parsed.GetValue(_tenant), parsed.GetValue(_project))
            : throw new VerbException($"reeve: server: `{url}` is no URL; write one such as `http://127.0.0.1:8470`", ExitCode.WrongInput);
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
