using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reeve.Cli.Client;
using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve exec list|show|start|cancel|resume</c>.</summary>
internal static class ExecVerb
{
    private const string Path = "/api/v1/executions";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly Column[] Columns =
    [
        Column.Of("id", "id"), Column.Of("workflow", "action.name"), Column.Of("status", "status"),
        Column.Of("dry run", "dry_run"), Column.Of("target", "target"),
        Column.Moment("created", "created_at"), Column.Moment("started", "started_at"), Column.Moment("scheduled for", "scheduled_for"),
        Column.Of("tenant", "scope.tenant"), Column.Of("created by", "created_by"),
    ];

    public static Command Make(Terminal terminal) => new("exec", "durable runs of workflows, operations and actors")
    {
        MakeList(terminal), MakeShow(terminal), MakeStart(terminal),
        MakeMove("cancel", "ask an execution to stop", terminal),
        MakeMove("resume", "let one that failed or was cancelled go on", terminal),
    };

    private static Command MakeList(Terminal terminal)
    {
        var filters = new RecordFilters(
            "pending, running, waiting, succeeded, failed or cancelled",
            "pending", "running", "waiting", "succeeded", "failed", "cancelled");
        var list = new Command("list", "the executions, newest first");
        filters.AddTo(list);
        new ClientOptions(list, terminal).Run(list, async (parsed, client, report, cancellationToken) =>
        {
            report.List(await filters.ListAsync(parsed, client, Path, cancellationToken), Columns);
            return ExitCode.Fine;
        });
        return list;
    }

    private static Command MakeShow(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "its id" };
        var show = new Command("show", "one execution with its steps") { id };
        new ClientOptions(show, terminal).Run(show, async (parsed, client, report, cancellationToken) =>
        {
            var found = await client.GetAsync(Of(parsed.GetValue(id)!), cancellationToken);
            report.One(found, one => terminal.Out.Write(YamlText.Write(one)));
            return ExitCode.Fine;
        });
        return show;
    }

    private static Command MakeStart(Terminal terminal)
    {
        var what = new Argument<string>("what")
        {
            Description = "an operation such as restart, or with --workflow or --actor the name of one",
        };
        var target = new Argument<string?>("target") { Description = "the target's path", Arity = ArgumentArity.ZeroOrOne };
        var isWorkflow = new Option<bool>("--workflow", "-w") { Description = "it is a workflow" };
        var isActor = new Option<bool>("--actor") { Description = "it is an actor" };
        var with = new Option<string[]>("--with")
        {
            Description = "an input as name=value, the value in JSON or as text; may be given again",
            HelpName = "INPUT",
            DefaultValueFactory = _ => [],
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "decide everything and do nothing" };
        var queue = new Option<bool>("--queue") { Description = "wait for its turn when another execution holds the target" };
        var at = new Option<string?>("--at") { Description = "when to start, such as 2026-01-31T12:00:00Z", HelpName = "TIME" };
        var key = new Option<string?>("--key")
        {
            Description = "an idempotency key: asked again, nothing new is started",
            HelpName = "KEY",
        };
        var wait = new Option<bool>("--wait") { Description = "wait for its end; exit code 1 unless it succeeded" };
        var start = new Command("start", "start a workflow, an operation or an actor")
        {
            what,
            target,
            isWorkflow,
            isActor,
            with,
            dryRun,
            queue,
            at,
            key,
            wait,
        };
        new ClientOptions(start, terminal).Run(start, async (parsed, client, report, cancellationToken) =>
        {
            var body = new JsonObject
            {
                [parsed.GetValue(isWorkflow) ? "workflow" : parsed.GetValue(isActor) ? "actor" : "operation"] = parsed.GetValue(what),
                ["target"] = parsed.GetValue(target),
                ["with"] = Inputs(parsed.GetValue(with)!),
                ["dry_run"] = parsed.GetValue(dryRun),
                ["queue"] = parsed.GetValue(queue),
                ["scheduled_for"] = parsed.GetValue(at),
            };
            var started = await client.PostAsync(Path, Json.From(body), cancellationToken, ("Idempotency-Key", parsed.GetValue(key)));
            if (!parsed.GetValue(wait))
            {
                report.One(started, one => report.Line($"execution {one.Text("id")} {one.Text("status")}"));
                return ExitCode.Fine;
            }

            var ended = await EndAsync(started.Text("id")!, client, terminal, cancellationToken);
            report.One(
                ended,
                one => report.Line(
                    $"execution {one.Text("id")} {one.Text("status")}{(one.Text("error") is { } error ? $": {error}" : "")}"));
            return ended.Text("status") == "succeeded" ? ExitCode.Fine : ExitCode.Found;
        });
        return start;
    }

    private static Command MakeMove(string verb, string description, Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the execution's id" };
        var command = new Command(verb, description) { id };
        new ClientOptions(command, terminal).Run(command, async (parsed, client, report, cancellationToken) =>
        {
            var moved = await client.PostAsync($"{Of(parsed.GetValue(id)!)}/{verb}", Json.EmptyObject, cancellationToken);
            report.One(
                moved,
                one => report.Line(
                    verb == "cancel" ? $"execution {one.Text("id")} is asked to stop" : $"execution {one.Text("id")} goes on"));
            return ExitCode.Fine;
        });
        return command;
    }

    private static async Task<JsonElement> EndAsync(string id, ApiClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = await client.GetAsync(Of(id), cancellationToken);
            var isEnded = now.Text("status") is "succeeded" or "failed" or "cancelled";
            if (terminal.IsInteractive)
            {
                terminal.Error.Write($"\r\e[K{(isEnded ? "" : Progress(now))}");
            }

            if (isEnded)
            {
                return now;
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    // how far it is, for whoever looks
    private static string Progress(JsonElement execution)
    {
        var steps = execution.TryGetProperty("steps", out var list) ? list.EnumerateArray().ToList() : [];
        var step = steps.Count > 0 ? $", step {steps.Count}: {steps[^1].Text("path")} {steps[^1].Text("status")}" : "";
        return Output.TableText.OneLine($"{execution.Text("status")}{step}");
    }

    private static JsonObject Inputs(string[] given)
    {
        var inputs = new JsonObject();
        foreach (var input in given)
        {
            var equals = input.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new VerbException(
                    string.Create(CultureInfo.InvariantCulture, $"exec start: --with {Quote.Text(input)}: expected name=value"),
                    ExitCode.WrongInput);
            }

            inputs[input[..equals]] = Value(input[(equals + 1)..]);
        }

        return inputs;
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static string Of(string id) => $"{Path}/{Uri.EscapeDataString(id)}";
}
