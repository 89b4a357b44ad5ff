using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Reeve.Cli.Rego;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Hosting;

namespace Reeve.Cli.Verbs;

/// <summary><c>reeve eval QUERY</c>: evaluates a query in Rego on files, without a server, as <c>opa eval</c> does.</summary>
internal sealed class EvalVerb
{
    private const int ShownPlaces = 10;

    private readonly Argument<string?> _query = new("query")
    {
        Description = "the query, such as `data.shop.allow`",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> _standardQuery = Flag("--stdin", "read the query from standard input");
    private readonly Option<string[]> _data = Many("--data", "-d", "a file or folder of policies and data; `a.b:FILE` puts it below");
    private readonly Option<string[]> _bundles = Many("--bundle", "-b", "a bundle: a folder or a packed archive");
    private readonly Option<string?> _input = Word("--input", "-i", "FILE", "the file of the input, JSON or YAML");
    private readonly Option<bool> _standardInput =
        new("--stdin-input", "-I") { Description = "read the input from standard input" };
    private readonly Option<string> _form = new("--format", "-f")
    {
        Description = "json, pretty, values, bindings, raw, discard, table, or source with --partial",
        HelpName = "FORM",
        DefaultValueFactory = _ => "json",
    };
    private readonly Option<bool> _fail = Flag("--fail", "end with 1 when the answer is undefined");
    private readonly Option<bool> _failDefined = Flag("--fail-defined", "end with 1 when there is an answer");
    private readonly Option<string?> _explain = Word("--explain", null, "MODE", "tell what happened: off, notes, fails, full or debug");
    private readonly Option<bool> _profile = Flag("--profile", "tell which places took longest");
    private readonly Option<int> _profileLimit = new Option<int>("--profile-limit")
    {
        Description = "how many places the profile tells",
        HelpName = "N",
        DefaultValueFactory = _ => ShownPlaces,
    }.Between(1);
    private readonly Option<bool> _partial =
        new("--partial", "-p") { Description = "evaluate as far as it goes while the input is unknown" };
    private readonly Option<string[]> _unknowns = new("--unknowns", "-u")
    {
        Description = "what `--partial` takes for unknown, such as `data.reports`; `input` unless given",
        HelpName = "REF",
        DefaultValueFactory = _ => [],
    };
    private readonly Option<bool> _metrics = Flag("--metrics", "tell what reading, compiling and evaluating took");
    private readonly Option<bool> _instrument = Flag("--instrument", "the same as `--metrics`");
    private readonly Option<bool> _covered = Flag("--coverage", "tell which rows of the policies were reached");
    private readonly Option<string?> _package = Word("--package", null, "PATH", "the package whose rules the query names without `data`");
    private readonly Option<string[]> _imports = Many("--import", null, "an import for the query");
    private readonly Option<string[]> _ignored = Many("--ignore", null, "a pattern of names that are left out of folders");
    private readonly Option<bool> _v0 = Flag("--v0-compatible", "read policies in the language before OPA 1.0");
    private readonly Option<bool> _v1 = Flag("--v1-compatible", "read policies in the language of OPA 1.0 (so it is)");
    private readonly Option<bool> _strictErrors = Flag("--strict-builtin-errors", "let a built-in that fails end the evaluation");
    private readonly Option<bool> _showErrors = Flag("--show-builtin-errors", "tell what built-ins failed at");
    private readonly Option<bool> _strict = new("--strict", "-S") { Description = "refuse what is likely a mistake" };
    private readonly Option<string?> _timeout = Word("--timeout", null, "TIME", "how long it may take, such as `500ms` or `5s`");
    private readonly Option<bool> _network = Flag("--allow-network", "let policies call other hosts (http.send)");

    public static Command Make(Terminal terminal) => new EvalVerb().MakeCommand(terminal);

    private Command MakeCommand(Terminal terminal)
    {
        _form.AcceptOnlyFromAmong(EvalOutput.Forms);
        _explain.AcceptOnlyFromAmong("off", "notes", "fails", "full", "debug");
        var command = new Command("eval", "evaluate a query in Rego on files; ends with 2 when it cannot be")
        {
            _query, _standardQuery, _data, _bundles, _input, _standardInput, _form, _fail, _failDefined, _explain, _profile,
            _profileLimit, _metrics, _instrument, _covered, _package, _imports, _ignored, _v0, _v1, _strictErrors, _showErrors, _strict,
            _timeout, _network, _partial, _unknowns,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, terminal, cancellationToken)));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var request = Read(parsed, terminal);
        if (parsed.GetValue(_partial))
        {
            string[] unknowns = [.. parsed.GetValue(_unknowns)!.SelectMany(u => u.Split(','))];
            var left = request.EvaluateInPart(unknowns.Length == 0 ? ["input"] : unknowns, terminal, cancellationToken);
            PartialOutput.Write(parsed.GetValue(_form)!, left, request, terminal);
            return left.Errors.Count > 0 ? ExitCode.WrongInput
                : parsed.GetValue(left.Queries.Count == 0 ? _fail : _failDefined) ? ExitCode.Found : ExitCode.Fine;
        }

        var result = request.Evaluate(terminal, cancellationToken);
        EvalOutput.Write(parsed.GetValue(_form)!, result, terminal);
        if (result.Failed)
        {
            return ExitCode.WrongInput;
        }

        return parsed.GetValue(result.Rows.Count == 0 ? _fail : _failDefined) ? ExitCode.Found : ExitCode.Fine;
    }

    private EvalRequest Read(ParseResult parsed, Terminal terminal)
    {
        var form = parsed.GetValue(_form);
        if (form == "source" && !parsed.GetValue(_partial))
        {
            throw Wrong("`--format source` shows what `--partial` leaves; give both");
        }

        if (parsed.GetValue(_partial) && form is not ("json" or "pretty" or "source"))
        {
            throw Wrong($"`--partial` is shown as `json`, `pretty` or `source`, not as `{form}`");
        }

        if (parsed.GetValue(_standardQuery) && (parsed.GetValue(_standardInput) || parsed.GetValue(_query) is not null))
        {
            throw Wrong("`--stdin` reads the query: no other query and no `--stdin-input` go with it");
        }

        var query = parsed.GetValue(_standardQuery) ? ReadAll(terminal.In) : parsed.GetValue(_query)
            ?? throw Wrong("say what to evaluate: `QUERY`, or `--stdin`");
        var version = parsed.GetValue(_v0) ? RegoVersion.V0 : RegoVersion.V1;
        var times = new List<(string, long)>();
        var begun = Stopwatch.GetTimestamp();
        var files = new RegoFiles(version) { Ignored = parsed.GetValue(_ignored)! };
        foreach (var path in parsed.GetValue(_data)!)
        {
            files.Load(path);
        }

        foreach (var path in parsed.GetValue(_bundles)!)
        {
            files.LoadBundle(path);
        }

        EvalRequest.Note(times, "timer_rego_load_files_ns", ref begun);
        var input = InputOf(parsed, terminal);
        EvalRequest.Note(times, "timer_rego_input_parse_ns", ref begun);
        var profile = parsed.GetValue(_profile) ? (int?)parsed.GetValue(_profileLimit) : null;
        return new EvalRequest
        {
            Query = query,
            Files = files,
            Input = input,
            Version = version,
            Package = parsed.GetValue(_package),
            Imports = parsed.GetValue(_imports)!,
            Strict = parsed.GetValue(_strict),
            StrictBuiltinErrors = parsed.GetValue(_strictErrors),
            ShowBuiltinErrors = parsed.GetValue(_showErrors),
            AllowNetwork = parsed.GetValue(_network),
            Metrics = parsed.GetValue(_metrics) || parsed.GetValue(_instrument) || profile is not null,
            Coverage = parsed.GetValue(_covered),
            Explain = parsed.GetValue(_explain) is { } mode and not "off" ? mode : null,
            Profile = profile,
            Timeout = parsed.GetValue(_timeout) is { } most ? Durations.Read("eval", most) : null,
            Times = times,
        };
    }

    private Value? InputOf(ParseResult parsed, Terminal terminal)
    {
        var file = parsed.GetValue(_input);
        if (file is null && !parsed.GetValue(_standardInput))
        {
            return null;
        }

        string text;
        try
        {
            text = file is null ? ReadAll(terminal.In) : File.ReadAllText(file, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"`{file}` cannot be read: {FileReason.Of(file!, e)}");
        }

        // most of it is JSON, whose numbers and errors are told best by its own reader
        var isJson = text.AsSpan().TrimStart() is ['{' or '[' or '"', ..];
        string? problem;
        var value = isJson
            ? ValueJson.Read(text, ValueLimits.Default, out problem)
            : ValueYaml.Read(text, ValueLimits.Default, out problem);
        return value ?? throw Wrong($"the input {(file is null ? "" : $"`{file}` ")}is malformed: {problem}");
    }

    private static string ReadAll(Stream from)
    {
        using var reader = new StreamReader(from, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static VerbException Wrong(string message) => new($"eval: {message}", ExitCode.WrongInput);

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static Option<string?> Word(string name, string? alias, string help, string description)
    {
        var option = alias is null ? new Option<string?>(name) : new Option<string?>(name, alias);
        option.Description = description;
        option.HelpName = help;
        return option;
    }

    private static Option<string[]> Many(string name, string? alias, string description)
    {
        var option = alias is null ? new Option<string[]>(name) : new Option<string[]>(name, alias);
        option.Description = description;
        option.HelpName = "FILE";
        option.DefaultValueFactory = _ => [];
        return option;
    }
}
