using System.CommandLine;
using System.Globalization;
using System.Text;
using Reeve.Cli.Flexera;
using Reeve.Core.Errors;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.PolicyTemplates;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve run T.pt</c>: evaluates a policy template once, on this machine; nothing is acted on.</summary>
internal static class RunVerb
{
    public static Command Make(Terminal terminal)
    {
        var file = new Argument<string>("template") { Description = "the policy template", HelpName = "T.pt" };
        var parameters = new Option<string[]>("--param", "-p")
        {
            Description = "a parameter's value; a list is JSON; repeatable",
            HelpName = "NAME=VALUE",
        };
        var credentials = Text("--credentials", "YAML: the name of each credentials block and its fields", "FILE");
        var now = Text("--now", "what `now` and the scripts see, as 2026-03-01T00:00:00Z; default: the time at the start", "TIME");
        var httpTo = Text("--http-to", "send every request there instead, path and query unchanged", "URL");
        var record = Text("--record", "keep the traffic in this folder, without secrets", "DIR");
        var replay = Text("--replay", "answer from traffic that was kept; no network", "DIR");
        var keep = Text("--case", "make a case of it for `reeve test`, in `T.test.yaml`; with `--record` or `--replay`", "NAME");
        var datasource = Text("--datasource", "evaluate this one and what it needs, and nothing else", "NAME");
        var region = Text("--region", "whose hosts the reserved words name: us, eu or au; default: us", "REGION");
        var words = new Option<string[]>("--word")
        {
            Description = "what a reserved word says, as rs_org_id=12; repeatable",
            HelpName = "WORD=VALUE",
        };
        var hosts = new Option<string[]>("--allow-host")
        {
            Description = "reach only these hosts, `*.` first for all below one; repeatable; default: all",
            HelpName = "HOST",
        };
        var timeout = Text("--timeout", "the longest time of all, in seconds; default: 3600", "SECONDS");
        var compat = new Option<bool>("--compat") { Description = "leave numbers out of queries, as the original does" };
        var profile = new Option<bool>("--profile") { Description = "say where time and memory went" };
        var verbose = new Option<bool>("--console") { Description = "show what the scripts log" };
        var output = new Option<string>("--output", "-o")
        {
            Description = "table, json or yaml",
            HelpName = "FORM",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "json", "yaml");
        var (ids, idOptions) = IdOptions();
        var command = new Command("run",
            "evaluate a policy template once and show its incidents; ends with 1 when there are some, with 2 or 3 when it failed")
        {
            file, parameters, credentials, now, httpTo, record, replay, keep, datasource, region, words, hosts, timeout, compat, profile,
            verbose, output,
        };
        idOptions.ForEach(command.Options.Add);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var longest = RunInput.Seconds(parsed.GetValue(timeout));
            using var scripts = RunInput.Scripts(longest);

            // a worker takes as long to start as a template to compile
            scripts.Warm();
            var template = await RunInput.TemplateAsync(parsed.GetValue(file)!, cancellationToken);
            var form = parsed.GetValue(output)!;
            var said = RunInput.Pairs("--word", parsed.GetValue(words) ?? []);
            foreach (var (name, option) in ids)
            {
                if (parsed.GetValue(option) is { } value)
                {
                    said[name] = value;
                }
            }

            var folder = parsed.GetValue(record);
            if (folder is not null && parsed.GetValue(replay) is not null)
            {
                throw new VerbException(
                    "run: `--record` and `--replay` do not go together: what is replayed is kept already", ExitCode.WrongInput);
            }

            var keeper = parsed.GetValue(keep) is not { } called ? null
                : new CaseKeeper(
                    parsed.GetValue(file)!, called, (folder ?? parsed.GetValue(replay)) is not null, parsed.GetValue(datasource));
            var options = new RunOptions
            {
                Time = TimeProvider.System,
                Scripts = scripts,
                Parameters = RunInput.Pairs("--param", parsed.GetValue(parameters) ?? []),
                Credentials = await RunInput.CredentialsAsync(parsed.GetValue(credentials), cancellationToken),
                Now = RunInput.Moment(parsed.GetValue(now)) ?? (keeper is null ? null : TimeProvider.System.GetUtcNow()),
                HttpTo = RunInput.Address(parsed.GetValue(httpTo)),
                RecordTo = RunInput.Folder("--record", folder, mayBeMade: true),
                ReplayFrom = RunInput.Folder("--replay", parsed.GetValue(replay), mayBeMade: false),
                Datasource = parsed.GetValue(datasource),
                Words = RunInput.Words(parsed.GetValue(region), said),
                AllowedHosts = parsed.GetValue(hosts) ?? [],
                Longest = longest,
                Compat = parsed.GetValue(compat),
                Progress = form != "table" ? null : new RunProgress(terminal).Show,
            };
            using var report = await TemplateRun.RunAsync(template, options, cancellationToken);
            RunOutput.Write(terminal, report, form, options.Datasource, parsed.GetValue(profile), parsed.GetValue(verbose));
            if (keeper is not null)
            {
                terminal.Error.WriteLine($"run: the case is in `{keeper.Keep(template, options, report)}`");
            }

            return report.Errors.Count == 0 ? report.Incidents.Count > 0 ? ExitCode.Found : ExitCode.Fine
                : report.Errors.Any(e => e.Parameter is not null || e.Credentials is not null)
                    || (options.Datasource is not null && report.Requests.Count == 0
                        && report.Datasources.Count == 0 && report.Profile.Count == 0)
                    ? ExitCode.WrongInput : ExitCode.CouldNotRun;
        });
        return command;
    }

    private static Option<string?> Text(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static (List<(string Word, Option<string?> Option)> Ids, List<Option<string?>> Options) IdOptions()
    {
        List<(string Word, Option<string?> Option)> ids =
        [
            ("rs_org_id", Text("--org-id", "what `rs_org_id` says; default: 1", "NUMBER")),
            ("rs_org_name", Text("--org-name", "what `rs_org_name` says; default: local", "NAME")),
            ("rs_project_id", Text("--project-id", "what `rs_project_id` says; default: 1", "NUMBER")),
            ("rs_project_name", Text("--project-name", "what `rs_project_name` says; default: local", "NAME")),
            ("policy_id", Text("--policy-id", "what `policy_id` says; default: empty", "ID")),
            ("meta_parent_policy_id", Text("--meta-parent-policy-id", "what `meta_parent_policy_id` says; default: empty", "ID")),
        ];
        return (ids, ids.ConvertAll(i => i.Option));
    }
}
