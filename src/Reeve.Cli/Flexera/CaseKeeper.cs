using System.Globalization;
using System.Text;
using System.Text.Json;
using Reeve.Cli.Output;
using Reeve.Flexera.Evaluation;
using Reeve.Flexera.Testing;
using Reeve.Languages.Data;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Cli.Flexera;

/// <summary>Makes a case of an evaluation, beside its template: what was given, where its traffic is, which incidents it raised.</summary>
internal sealed class CaseKeeper
{
    private const int MostRows = 10_000;

    private readonly string _file;
    private readonly string _name;

    /// <summary>Looks whether the case can be kept before anything is asked of anyone.</summary>
    /// <exception cref="VerbException">It cannot.</exception>
    public CaseKeeper(string template, string name, bool isKept, string? datasource)
    {
        if (!isKept || datasource is not null)
        {
            throw Wrong(isKept ? "goes without `--datasource`" : "needs the traffic: give `--record DIR` or `--replay DIR` as well");
        }

        _file = Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(template))!, Path.GetFileNameWithoutExtension(template) + TemplateCaseFile.Ending);
        _name = name;
        if (!File.Exists(_file))
        {
            return;
        }

        var text = File.ReadAllText(_file);
        var there = TemplateCaseFile.TryRead(_file, text, out var error) ?? throw Wrong($"`{_file}`: {error}");
        if (there.Cases.Any(c => c.Name == name))
        {
            throw Wrong($"`{_file}` has a case `{name}` already; choose another name, or take that one out");
        }

        if (!text.TrimStart().StartsWith('-') && there.Cases.Count > 0)
        {
            throw Wrong($"`{_file}` is no plain list of cases; nothing can be added to it");
        }
    }

    /// <summary>Adds the case; answers with the file that holds it.</summary>
    public string Keep(PolicyTemplate template, RunOptions options, RunReport report)
    {
        if (report.Errors.Count > 0)
        {
            throw new VerbException("run: `--case`: the evaluation failed, so nothing is kept", ExitCode.CouldNotRun);
        }

        if (report.Incidents.Sum(i => i.Violations.Count) > MostRows)
        {
            throw Wrong($"the incidents have more than {MostRows} rows; take a smaller selection");
        }

        var folder = Path.GetRelativePath(Path.GetDirectoryName(_file)!, Path.GetFullPath((options.RecordTo ?? options.ReplayFrom)!));
        var one = new OrderedDictionary<string, object?>(StringComparer.Ordinal) { ["name"] = _name };
        Add(one, "params", options.Parameters.Select(p => KeyValuePair.Create(
            p.Key, IsSecret(template, p.Key) ? TemplateCase.Removed : p.Value)));
        Add(one, "words", Words(options.Words));
        one["now"] = options.Now!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        if (options.Compat)
        {
            one["compat"] = true;
        }

        one["replay"] = folder;
        one["expect"] = new OrderedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["incidents"] = report.Incidents.Select(i => (object?)new OrderedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["validate"] = (double)i.Validate,
                ["datasource"] = i.Datasource,
                ["summary"] = i.Summary,
                ["violations"] = i.Violations.ToList(),
            }).ToList(),
        };
        var text = JsonData.Write(new List<object?> { one });
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 });
        var before = File.Exists(_file) && new FileInfo(_file).Length > 0 && !File.ReadAllText(_file).EndsWith('\n') ? "\n" : "";
        File.AppendAllText(_file, before + YamlText.Write(document.RootElement), new UTF8Encoding(false));
        return _file;
    }

    private static bool IsSecret(PolicyTemplate template, string parameter) =>
        template.Block("parameter", parameter)?.Value("no_echo") is BooleanTerm { Value: true };

    // those that a case would not have by itself
    private static IEnumerable<KeyValuePair<string, string>> Words(WordValues words)
    {
        var usual = new WordValues();
        return RunInput.ReservedWords.Where(w => !Equals(words.Of(w), usual.Of(w)))
            .Select(w => KeyValuePair.Create(w, words.Of(w) is double number ? JsonData.NumberText(number) : (string)words.Of(w)!));
    }

    private static void Add(
        OrderedDictionary<string, object?> one, string name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var map = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            map[key] = value;
        }

        if (map.Count > 0)
        {
            one[name] = map;
        }
    }

    private static VerbException Wrong(string message) => new($"run: `--case`: {message}", ExitCode.WrongInput);
}
