using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;
using Reeve.Core.Journal;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve events [--follow]</c>: the journal as it grows; <c>reeve events send</c>: events handed in.</summary>
internal static class EventsVerb
{
    public static Command Make(Terminal terminal)
    {
        var filters = new RecordFilters("a kind of entry, such as action.held", [.. JournalKinds.All]);
        var follow = new Option<bool>("--follow") { Description = "go on until Ctrl-C, with what is written from now on" };
        var command = new Command("events", "what happened, from the journal; `events send` hands events in")
        {
            follow,
            MakeSend(terminal),
        };
        filters.AddTo(command);
        new ClientOptions(command, terminal).Run(command, (parsed, client, report, cancellationToken) =>
            ShowAsync(parsed, filters, parsed.GetValue(follow), client, report, cancellationToken));
        return command;
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed, RecordFilters filters, bool follow, ApiClient client, Report report, CancellationToken cancellationToken)
    {
        const string path = "/api/v1/journal";
        var shown = await filters.ListAsync(parsed, client, path, cancellationToken);
        shown.Reverse();
        long last = 0;
        foreach (var entry in shown)
        {
            Show(entry, report);
            last = entry.GetProperty("sequence").GetInt64();
        }

        if (follow)
        {
            var after = last.ToString(CultureInfo.InvariantCulture);
            await FollowAsync(filters.Of(parsed), shown.Count > 0 ? after : null, client, report, cancellationToken);
        }

        return ExitCode.Fine;
    }

    private static async Task FollowAsync(
        (string Name, string? Value)[] filters, string? after, ApiClient client, Report report, CancellationToken cancellationToken)
    {
        var query = filters.Where(f => f.Name is "target" or "binding")
            .Append(("kind", filters.First(f => f.Name == "status").Value))
            .ToArray();
        var stream = ChangeStream.FollowAsync(
            (last, stop) => client.OpenStreamAsync("/api/v1/events", last, stop, query), after,
            () => report.Terminal.Error.WriteLine("reeve: the connection is lost; trying again"), () => Task.CompletedTask,
            cancellationToken);
        try
        {
            await foreach (var change in stream)
            {
                // how executions and targets stand in between is not in the journal
                if (change.Data.TryGetProperty("sequence", out _))
                {
                    Show(change.Data, report);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is how following ends
        }
    }

    private static void Show(JsonElement entry, Report report) => report.Streamed(entry, e =>
    {
        var who = e.Text("binding") is { } binding ? $"{e.Text("who")} by `{binding}`" : e.Text("who");
        report.Line(TableText.OneLine(
            $"{Column.Clock(e.Text("at") ?? "")}  {e.Text("kind"),-20}  {e.Text("target") ?? "-",-24}  {e.Text("summary")}  ({who})"));
    });

    private static Command MakeSend(Terminal terminal)
    {
        var target = new Argument<string?>("target")
        {
            Description = "the path or an alias of the target",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var service = new Argument<string?>("service") { Description = "what was measured or seen", Arity = ArgumentArity.ZeroOrOne };
        var metric = new Argument<double?>("metric") { Description = "the value", Arity = ArgumentArity.ZeroOrOne };
        var state = new Option<string?>("--state") { Description = "a state as a word", HelpName = "STATE" };
        var description = new Option<string?>("--description") { Description = "for people", HelpName = "TEXT" };
        var ttl = new Option<string?>("--ttl") { Description = "how long it counts", HelpName = "DURATION" };
        var file = new Option<string?>("--file", "-f")
        {
            Description = "a file of events (JSON, or one on each line), or `-`",
            HelpName = "FILE",
        };
        var send = new Command("send", "hand one event in, or those of a file") { target, service, metric, state, description, ttl, file };
        new ClientOptions(send, terminal).Run(send, async (parsed, client, report, cancellationToken) =>
        {
            byte[] body;
            if (parsed.GetValue(file) is { } name)
            {
                body = (await DocumentFiles.ReadAsync("events send", [name], terminal, cancellationToken))[0].Text;
            }
            else if (parsed.GetValue(target) is { } path && parsed.GetValue(service) is { } seen)
            {
                if (parsed.GetValue(metric) is { } odd && !double.IsFinite(odd))
                {
                    throw new VerbException(
                        string.Create(CultureInfo.InvariantCulture, $"events send: `METRIC`: expected a finite number, found `{odd}`"),
                        ExitCode.WrongInput);
                }

                var one = new JsonObject { ["target"] = path, ["service"] = seen };
                Put(one, "metric", parsed.GetValue(metric) is { } value ? JsonValue.Create(value) : null);
                Put(one, "state", parsed.GetValue(state));
                Put(one, "description", parsed.GetValue(description));
                Put(one, "ttl", parsed.GetValue(ttl));
                body = Encoding.UTF8.GetBytes(Json.From(one).GetRawText());
            }
            else
            {
                throw new VerbException("events send: name a target and a service, or a file with `-f`", ExitCode.WrongInput);
            }

            var reply = await client.PostTextAsync("/api/v1/events", body, null, cancellationToken);
            report.One(reply, r => report.Line($"{r.Whole("accepted")} taken, {r.Whole("unmatched")} that no binding wants"));
            return ExitCode.Fine;
        });
        return send;
    }

    private static void Put(JsonObject into, string name, JsonNode? value)
    {
        if (value is not null)
        {
            into[name] = value;
        }
    }
}
