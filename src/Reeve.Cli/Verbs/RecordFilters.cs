using System.CommandLine;
using System.Text.Json;
using Reeve.Cli.Client;

namespace Reeve.Cli.Verbs;

/// <summary>The options by which lists of records are narrowed.</summary>
internal sealed class RecordFilters
{
    private readonly Option<string?> _status;
    private readonly Option<string?> _target = new("--target") { Description = "a target and all below it", HelpName = "PATH" };
    private readonly Option<string?> _binding = new("--binding") { Description = "a binding", HelpName = "NAME" };
    private readonly Option<string?> _since =
        new("--since") { Description = "not before a time, or how long ago such as 2h", HelpName = "TIME" };
    private readonly Option<int> _limit =
        new Option<int>("--limit") { Description = "how many at the most", HelpName = "N", DefaultValueFactory = _ => 100 }.Between(1);

    /// <summary>The options, with what <c>--status</c> may say.</summary>
    public RecordFilters(string description, params string[] statuses)
    {
        _status = new Option<string?>("--status") { Description = description, HelpName = "STATUS" };
        _status.AcceptOnlyFromAmong(statuses);
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_status, _target, _binding, _since, _limit])
        {
            command.Options.Add(option);
        }
    }

    public Task<List<JsonElement>> ListAsync(ParseResult parsed, ApiClient client, string path, CancellationToken cancellationToken) =>
        client.ListAsync(path, parsed.GetValue(_limit), cancellationToken, Of(parsed));

    public (string Name, string? Value)[] Of(ParseResult parsed) =>
    [
        ("status", parsed.GetValue(_status)), ("target", parsed.GetValue(_target)),
        ("binding", parsed.GetValue(_binding)), ("since", parsed.GetValue(_since)),
    ];
}
