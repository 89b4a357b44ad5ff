using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Reeve.Actors.Email;
using Reeve.Actors.Outbound;
using Reeve.Core.Documents;
using Reeve.Server.Hosting;
using Reeve.Server.Opa;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve serve</c>: runs until it is asked to stop.</summary>
internal static partial class ServeVerb
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "the folder of its data, made when absent",
        HelpName = "DIR",
        DefaultValueFactory = _ => "reeve-data",
    };

    private static readonly Option<string?> Database =
        new("--database") { Description = "a PostgreSQL URL; SQLite in the data folder unless given", HelpName = "URL" };

    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "where to listen, comma-separated; port 0 takes a free one",
        HelpName = "URL",
        DefaultValueFactory = _ => "http://127.0.0.1:8470",
    };

    private static readonly Option<string[]> Programs = new Option<string[]>("--programs")
    {
        Description = "a folder whose programs the process driver, the process actor and checks may run; may be given again",
        HelpName = "DIR",
        DefaultValueFactory = _ => [],
    }.Folder();

    private static readonly Option<string?> SmtpHost = new("--smtp-host") { Description = "the mail server", HelpName = "HOST" };
    private static readonly Option<int> SmtpPort =
        new Option<int>("--smtp-port") { Description = "its port", HelpName = "PORT", DefaultValueFactory = _ => 25 }.Between(1, 65535);
    private static readonly Option<string?> SmtpFrom =
        new("--smtp-from") { Description = "the sender of mails that name none", HelpName = "ADDRESS" };
    private static readonly Option<string?> SmtpUser =
        new("--smtp-user") { Description = "who to log in as; the password is in REEVE_SMTP_PASSWORD", HelpName = "NAME" };
    private static readonly Option<bool> SmtpTls =
        new("--smtp-tls") { Description = "refuse to send over a connection that is not encrypted" };

    private static readonly Option<bool> LinkLocal =
        new("--allow-link-local") { Description = "let webhooks and the http driver call link-local addresses" };

    private static readonly Option<string?> Haproxy =
        new("--haproxy") { Description = "the HAProxy with which Reeve makes load balancers", HelpName = "PROGRAM" };

    private static readonly Option<string?> Octavia = new("--octavia")
    {
        Description = "a service with OpenStack's load-balancing API; its token is in REEVE_OCTAVIA_TOKEN",
        HelpName = "URL",
    };

    private static readonly Option<int?> SenlinPort = new Option<int?>("--senlin-port")
    {
        Description = "a port of its own for Senlin's API; 0 takes a free one",
        HelpName = "PORT",
    }.Between(0, 65535);

    private static readonly Option<int> SenlinHealthInterval = new Option<int>("--senlin-health-interval")
    {
        Description = "the shortest interval that a health policy of Senlin may have; 60 by default",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 60,
    }.Between(1);

    private static readonly Option<string?> SenlinUsers =
        new("--senlin-users") { Description = "who may call Senlin's API, with a password", HelpName = "FILE" };

    private static readonly Option<int> MaxRequests = new Option<int>("--max-requests")
    {
        Description = "how many requests a caller may make in a second, twice as many at once; 0 for no bound; 5000 by default",
        HelpName = "N",
        DefaultValueFactory = _ => 5000,
    }.Between(0);

    private static readonly Option<string> Log = new("--log")
    {
        Description = "what is logged to standard error: debug, information, warning, error or none",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => "warning",
    };

    private static readonly Option<string> LogForm = new("--log-format")
    {
        Description = "how the log is written: text or json",
        HelpName = "FORM",
        DefaultValueFactory = _ => "text",
    };

    private static readonly Option<string?> Otlp =
        new("--otlp") { Description = "send traces and metrics to a collector of OpenTelemetry (OTLP over HTTP)", HelpName = "URL" };

    private static readonly Option<double> TraceShare = new("--trace-share")
    {
        Description = "the share of traces that is kept, 0 to 1; 1 by default",
        HelpName = "SHARE",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int?> OpaPort = new Option<int?>("--opa-port")
    {
        Description = "answer as Open Policy Agent at `/` of this port too; 0 takes a free one",
        HelpName = "PORT",
    }.Between(0, 65535);
    private static readonly Option<string?> OpaConfig =
        new("--opa-config") { Description = "a configuration file of OPA: bundles, decision logs, labels", HelpName = "FILE" };
    private static readonly Option<bool> OpaToken =
        new("--opa-token") { Description = "give the bearer token of a request to the policy `system.authz`" };
    private static readonly Option<bool> OpaAuthorize =
        new("--opa-authorize") { Description = "let only those requests pass under `/opa` that the policy `system.authz` allows" };
    private static readonly Option<bool> OpaNetwork = new("--opa-network") { Description = "let policies call other hosts (http.send)" };

    public static Command Make(Terminal terminal)
    {
        Log.AcceptOnlyFromAmong("debug", "information", "warning", "error", "none");
        LogForm.AcceptOnlyFromAmong("text", "json");
        var command = new Command("serve", "run the server")
        {
            ServeSettings.File, Data, Database, Urls, Programs,
            SmtpHost, SmtpPort, SmtpFrom, SmtpUser, SmtpTls, LinkLocal, Haproxy, Octavia,
            SenlinPort, SenlinUsers, SenlinHealthInterval,
            MaxRequests, Log, LogForm, Otlp, TraceShare,
            OpaPort, OpaConfig, OpaToken, OpaAuthorize, OpaNetwork,
        };
        AccessChoice.All.ForEach(command.Options.Add);
        RiemannChoice.All.ForEach(command.Options.Add);
        command.SetAction((parsed, cancellationToken) => RunAsync(ServeSettings.Complete(parsed), terminal, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (File.Exists(parsed.GetValue(Data)))
        {
            throw new VerbException(
                $"serve: `--data`: {Quote.Text(parsed.GetValue(Data)!)} is a file, and a folder is needed", ExitCode.WrongInput);
        }

        var (certificate, key) = AccessChoice.TlsOf(parsed);
        var options = new ReeveOptions
        {
            DataFolder = parsed.GetValue(Data)!,
            Database = parsed.GetValue(Database),
            Urls = parsed.GetValue(Urls)!,
            Auth = AccessChoice.WayOf(parsed),
            Oidc = AccessChoice.OidcOf(parsed),
            TlsCertificate = certificate,
            TlsKey = key,
            PluginFolder = AccessChoice.PluginsOf(parsed),
            SecretsKeyFile = AccessChoice.SecretsKeyOf(parsed),
            ProcessFolders = parsed.GetValue(Programs)!,
            Mail = Mail(parsed),
            AllowLinkLocal = parsed.GetValue(LinkLocal),
            RequestsPerSecond = parsed.GetValue(MaxRequests),
            LogLevel = parsed.GetValue(Log)!,
            LogFormat = parsed.GetValue(LogForm)!,
            Otlp = parsed.GetValue(Otlp),
            TraceShare = parsed.GetValue(TraceShare),
            Haproxy = parsed.GetValue(Haproxy),
            Octavia = parsed.GetValue(Octavia),
            SenlinPort = parsed.GetValue(SenlinPort),
            SenlinUsers = parsed.GetValue(SenlinUsers),
            SenlinHealthInterval = parsed.GetValue(SenlinHealthInterval),
            Opa = new OpaOptions
            {
                Port = parsed.GetValue(OpaPort),
                ConfigFile = parsed.GetValue(OpaConfig),
                TokenAuthentication = parsed.GetValue(OpaToken),
                BasicAuthorization = parsed.GetValue(OpaAuthorize),
                AllowNetwork = parsed.GetValue(OpaNetwork),
            },
            Riemann = RiemannChoice.Of(parsed),
        };
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Ask(signal, asked));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Ask(signal, asked));
        try
        {
            await using var app = await ReeveApp.StartAsync(options, asked.Token);
            var who = options.Auth == "none" ? "no authentication: everybody on this machine may do everything" : "with a token";
            terminal.Out.WriteLine($"reeve listens on {string.Join(", ", app.Urls)} ({who})");
            if (app.FirstToken is { } token)
            {
                terminal.Out.WriteLine($"the first admin's token, shown this once: {token}");
            }

            if (options.SenlinPort is not null)
            {
                terminal.Out.WriteLine($"senlin's api: {app.SenlinUrl}");
            }

            foreach (var address in app.RiemannAddresses)
            {
                terminal.Out.WriteLine($"reeve listens on {address}");
            }

            await terminal.Out.FlushAsync(CancellationToken.None);
            await WhenAskedAsync(asked.Token);
            return ExitCode.Fine;
        }
        catch (StartException e)
        {
            throw Told("serve", e, parsed);
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            return ExitCode.Fine;
        }
    }

    // a second signal while it stops is not answered: it stops as fast as it can without losing anything
    private static void Ask(PosixSignalContext signal, CancellationTokenSource asked)
    {
        signal.Cancel = true;
        asked.Cancel();
    }

    private static Task WhenAskedAsync(CancellationToken asked)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        asked.Register(done.SetResult);
        return done.Task;
    }

    /// <summary>Why a server did not start, with the options that settings are called by.</summary>
    public static VerbException Told(string verb, StartException why, ParseResult parsed)
    {
        var options = parsed.CommandResult.Command.Options.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var message = Setting().Replace(
            why.Message, m => options.Contains($"--{m.Groups[2].Value}") ? $"{m.Groups[1].Value}`--{m.Groups[2].Value}`: " : m.Value);
        return new VerbException($"{verb}: {message}", why.IsWrongInput ? ExitCode.WrongInput : ExitCode.CouldNotRun);
    }

    [GeneratedRegex("(^|; )([a-z-]+): ")]
    private static partial Regex Setting();

    private static EmailSettings? Mail(ParseResult parsed)
    {
        if (parsed.GetValue(SmtpHost) is not { } host)
        {
            return null;
        }

        if (parsed.GetValue(SmtpFrom) is not { } from)
        {
            throw new VerbException("serve: `--smtp-from` is missing: say who sends the mail", ExitCode.WrongInput);
        }

        var user = parsed.GetValue(SmtpUser);
        return new EmailSettings(host, from)
        {
            Port = parsed.GetValue(SmtpPort),
            Tls = parsed.GetValue(SmtpTls),
            User = user,
            Password = user is null ? null : new SecretSource("REEVE_SMTP_PASSWORD", null),
        };
    }
}
