using System.CommandLine;
using System.Runtime.InteropServices;
using Reeve.Cli.Demo;
using Reeve.Core.Documents;
using Reeve.Core.Time;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Verbs;

/// <summary>
/// <c>reeve demo</c>: the loop at work on a small shop of real processes; and <c>demo-worker</c>, one of those processes.
/// </summary>
internal static class DemoVerb
{
    private static readonly Option<string?> ExitAfter = new("--exit-after")
    {
        Description = "end after so long (60s): kill a worker, approve and judge what happened, all by itself",
        HelpName = "TIME",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "a folder in which its data stays, to look at later with `reeve serve --data DIR/data`",
        HelpName = "DIR",
    };

    private static readonly Option<string?> Urls = new("--urls")
    {
        Description = "where to listen; http://127.0.0.1:8470 unless given, or a free port when that is taken",
        HelpName = "URL",
    };

    private static readonly Option<int> Port = new("--port") { Required = true };
    private static readonly Option<string> Target = new("--target") { Required = true };
    private static readonly Option<string> Intake = new("--intake") { Required = true };
    private static readonly Option<string> Spool = new("--spool") { Required = true };

    /// <summary>The verb.</summary>
    public static Command Make(Terminal terminal)
    {
        var command = new Command("demo", "show the loop at work on a small shop of real processes, until Ctrl-C")
        {
            ExitAfter,
            Data,
            Urls,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, terminal, cancellationToken));
        return command;
    }

    /// <summary>The worker that the demonstration's process driver starts.</summary>
    public static Command MakeWorker(Terminal terminal)
    {
        _ = terminal;
        var command = new Command("demo-worker", "one worker of the demonstration's shop") { Port, Target, Intake, Spool };
        command.Hidden = true;
        command.SetAction(async (parsed, _) =>
        {
            using var worker = new DemoWorker(
                parsed.GetValue(Port), parsed.GetValue(Target)!, parsed.GetValue(Intake)!, parsed.GetValue(Spool)!, TimeProvider.System);
            return await worker.RunAsync();
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        TimeSpan? exitAfter = null;
        if (parsed.GetValue(ExitAfter) is { } text)
        {
            if (!Durations.TryParse(text, out var after))
            {
                throw new VerbException($"demo: --exit-after: expected {Durations.Expected}, found `{text}`", ExitCode.WrongInput);
            }

            if (after < DemoPlan.Shortest)
            {
                throw new VerbException(
                    $"demo: --exit-after: {Durations.Format(after)} is too short to show everything; "
                        + $"take {Durations.Format(DemoPlan.Shortest)} or more",
                    ExitCode.WrongInput);
            }

            exitAfter = after;
        }

        if (parsed.GetValue(Data) is { } folder && File.Exists(folder))
        {
            throw new VerbException($"demo: `--data`: {Quote.Text(folder)} is a file, and a folder is needed", ExitCode.WrongInput);
        }

        using var asked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Ask(signal, asked));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Ask(signal, asked));
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Ask(signal, asked));
        try
        {
            var settings = new DemoSettings(parsed.GetValue(Urls), exitAfter, parsed.GetValue(Data));
            return await new DemoRun(settings, TimeProvider.System, terminal.Out).RunAsync(asked.Token);
        }
        catch (StartException e)
        {
            throw ServeVerb.Told("demo", e, parsed);
        }
        catch (InvalidOperationException e)
        {
            throw new VerbException($"demo: {e.Message}", ExitCode.CouldNotRun);
        }
    }

    private static void Ask(PosixSignalContext signal, CancellationTokenSource asked)
    {
        signal.Cancel = true;
        asked.Cancel();
    }
}
