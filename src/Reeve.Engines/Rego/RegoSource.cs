using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Engines.Rego;

/// <summary>The source of a policy type: one module or several, the data they look at, and the package that gives the verdict.</summary>
internal sealed record RegoSource(
    ImmutableArray<(RegoModule Module, string Path)> Modules, ImmutableArray<string> Package, ObjectValue Data, TimeSpan Timeout)
{
    private const string OnlyFile = "policy.rego";

    private static readonly Dictionary<string, RegoVersion> Versions = new(StringComparer.Ordinal)
    {
        ["v0"] = RegoVersion.V0,
        ["v1"] = RegoVersion.V1,
    };

    /// <summary>Does any module speak of the members of the group? They are gathered only then.</summary>
    public bool WantsMembers { get; } = Modules.Any(m => m.Module.Text.Contains("members", StringComparison.Ordinal));

    /// <summary>Reads it; null when there are mistakes.</summary>
    public static RegoSource? Read(JsonElement source, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        var fields = new FieldReader(source, "/spec/source", mistakes);
        var version = fields.OneOf("version", Versions) ?? RegoVersion.V1;
        var modules = ReadModules(fields, version, mistakes);
        var data = fields.Raw("data") is { } given ? RegoJson.Value(given) : ObjectValue.Empty;
        if (data is not ObjectValue)
        {
            fields.Report(ErrorCodes.WrongType, "data", "expected an object");
        }

        var package = fields.Text("package");
        var timeout = fields.Duration("timeout", TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5)) ?? TimeSpan.FromMilliseconds(250);
        fields.Close();
        if (mistakes.Count > before)
        {
            return null;
        }

        var path = package is null
            ? [.. modules[0].Module.Package]
            : package.Split('.').SkipWhile((part, at) => at == 0 && part == "data").ToImmutableArray();
        if (!modules.Any(m => m.Module.Package.SequenceEqual(path)))
        {
            var names = modules.Select(m => string.Join('.', m.Module.Package)).Distinct().ToList();
            fields.Report(
                ErrorCodes.NotFound, "package",
                $"no module is in the package {Quote.Text(package!)}{DidYouMean.Hint(package!, names)}; there is {Quote.List(names)}");
            return null;
        }

        return new RegoSource(modules, path, (ObjectValue)data, timeout);
    }

    /// <summary>Compiles the modules; null when there are mistakes.</summary>
    public RegoProgram? Compile(List<Mistake> mistakes)
    {
        var outcome = RegoProgram.Compile([.. Modules.Select(m => m.Module)], new CompileOptions());
        mistakes.AddRange(outcome.Errors.Select(MistakeOf));
        if (outcome.Program is null || SaysSomething())
        {
            return outcome.Program;
        }

        var said = Modules.Where(m => m.Module.Package.SequenceEqual(Package)).SelectMany(m => m.Module.Rules).Select(r => r.Name)
            .Distinct().ToList();
        var hint = said.Select(s => DidYouMean.Hint(s, RegoVerdict.Rules)).FirstOrDefault(h => h.Length > 0) ?? "";
        mistakes.Add(new Mistake(
            ErrorCodes.NotAllowed, Modules.First(m => m.Module.Package.SequenceEqual(Package)).Path,
            $"the package {Quote.Text(string.Join('.', Package))} has no rule that is read"
                + $"{(said.Count == 0 ? "" : $" (it has {Quote.List(said)})")}{hint}; those are {Quote.List(RegoVerdict.Rules)}"));
        return null;
    }

    // a rule, a package below this one, or data under its name: each is a part of the package's document
    private bool SaysSomething()
    {
        var below = Data as Value;
        foreach (var part in Package)
        {
            below = (below as ObjectValue)?.Get(part);
        }

        return RegoVerdict.Rules.Any(rule => (below as ObjectValue)?.Get(rule) is not null)
            || Modules.Any(m => m.Module.Package.SequenceEqual(Package)
                ? m.Module.Rules.Any(r => r.Parameters is null && RegoVerdict.Rules.Contains(r.Name))
                : m.Module.Package.Count > Package.Length && m.Module.Package.Take(Package.Length).SequenceEqual(Package)
                    && RegoVerdict.Rules.Contains(m.Module.Package[Package.Length]));
    }

    private static ImmutableArray<(RegoModule Module, string Path)> ReadModules(
        FieldReader fields, RegoVersion version, List<Mistake> mistakes)
    {
        var texts = new List<(string File, string Text, string Path)>();
        if (fields.Text("module") is { } only)
        {
            texts.Add((OnlyFile, only, fields.PathOf("module")));
        }

        foreach (var (file, text) in fields.TextMap("modules"))
        {
            texts.Add((file, text, $"{fields.PathOf("modules")}/{file.Replace("~", "~0").Replace("/", "~1")}"));
        }

        if (texts.Count == 0 && !fields.Has("modules"))
        {
            fields.Report(ErrorCodes.MissingField, "give a `module` (the text of one), or `modules` (a map of file names to texts)");
        }
        else if (texts.Count == 0)
        {
            fields.Report(ErrorCodes.NotAllowed, "modules", "expected at least one module");
        }

        var modules = ImmutableArray.CreateBuilder<(RegoModule Module, string Path)>();
        foreach (var (file, text, path) in texts)
        {
            var parsed = RegoModule.Parse(text, file, version);
            mistakes.AddRange(parsed.Errors.Select(e => MistakeOf(e, path)));
            if (parsed.Module is { } module)
            {
                modules.Add((module, path));
            }
            else if (parsed.Errors.Count == 0)
            {
                mistakes.Add(new Mistake(ErrorCodes.MalformedText, path, "the module is empty"));
            }
        }

        return modules.ToImmutable();
    }

    private Mistake MistakeOf(RegoError error) =>
        MistakeOf(error, Modules.FirstOrDefault(m => m.Module.File == error.File).Path ?? "/spec/source");

    private static Mistake MistakeOf(RegoError error, string path) => new(
        ErrorCodes.MalformedText, path,
        string.Create(CultureInfo.InvariantCulture, $"line {error.Row}, column {error.Column}: {error.Code}: {error.Message}"));
}
