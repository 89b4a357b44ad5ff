using System.Globalization;
using System.Text.RegularExpressions;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Cli.Testing;

/// <summary>
/// Finds the tests in modules: rules whose name, or the last constant part of it, begins with <c>test_</c> or <c>todo_test_</c>. A second
/// test of a name gets a number, so that each is judged by itself; a test over cases tells which cases it came to.
/// </summary>
internal sealed class RegoTestModules
{
    /// <summary>Begins the line that a test prints when it comes to a case.</summary>
    public const string CaseMark = "\u0001case";

    /// <summary>Stands between the names of a case.</summary>
    public const string NameMark = "\u0001name";

    private readonly List<RegoTest> _tests = [];
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

    public RegoTestModules(IEnumerable<RegoModule> modules)
    {
        Modules = [.. modules.Select(Rewrite)];
    }

    public IReadOnlyList<RegoTest> Tests => _tests;

    /// <summary>The modules as they are to be compiled.</summary>
    public IReadOnlyList<RegoModule> Modules { get; }

    private RegoModule Rewrite(RegoModule module) => new()
    {
        File = module.File,
        Text = module.Text,
        Version = module.Version,
        Package = module.Package,
        PackageLocation = module.PackageLocation,
        Imports = module.Imports,
        Rules = [.. module.Rules.Select(rule => Rewrite(module, rule))],
        Comments = module.Comments,
        Annotations = module.Annotations,
        IsV1 = module.IsV1,
    };

    private RegoRule Rewrite(RegoModule module, RegoRule rule)
    {
        var constant = rule.Reference.TakeWhile((part, at) => at == 0 || part is ScalarTerm { Value: StringValue }).Select(TextOf).ToList();
        var at = constant.FindIndex(n =>
            n.StartsWith("test_", StringComparison.Ordinal) || n.StartsWith("todo_test_", StringComparison.Ordinal));
        if (at < 0 || rule.IsDefault || rule.Parameters is not null)
        {
            return rule;
        }

        var names = constant[..(at + 1)];
        var depth = rule.Reference.Count - names.Count;
        var package = string.Concat(module.Package.Prepend("data").Select((p, i) => i == 0 ? p : IsName(p) ? $".{p}" : $"[{Quoted(p)}]"));
        var reference = rule.Reference;
        var key = $"{package}.{string.Join('.', names)}";
        var count = _seen[key] = _seen.GetValueOrDefault(key) + 1;
        if (count > 1 && depth == 0)
        {
            names[^1] = string.Create(CultureInfo.InvariantCulture, $"{names[^1]}#{count - 1:00}");
            reference = at == 0
                ? [new VarTerm(names[0], rule.Location)]
                : [.. reference.Take(at), new ScalarTerm(StringValue.Of(names[^1]), rule.Location)];
        }

        if (count == 1 || depth == 0)
        {
            var query = "data" + string.Concat(module.Package.Concat(names).Select(p => $"[{Quoted(p)}]"));
            _tests.Add(new RegoTest(rule.Location, package, string.Join('.', names), query, depth));
        }

        return new RegoRule
        {
            Location = rule.Location,
            Reference = reference,
            Key = rule.Key,
            Value = rule.Value,
            Assigned = rule.Assigned,
            Body = depth == 0 ? rule.Body : WithCase(rule, at + 1),
            Else = rule.Else,
        };
    }

    // right behind the statement that names the last of the case's variables: what can fail comes behind
    private static IReadOnlyList<Expression> WithCase(RegoRule rule, int from)
    {
        var missing = rule.Reference.Skip(from).OfType<VarTerm>().Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        var at = 0;
        while (missing.Count > 0 && at < rule.Body.Count)
        {
            if (rule.Body[at].Some is not { Domain: null })
            {
                missing.RemoveWhere(name => Regex.IsMatch(rule.Body[at].Text, $@"(?<![\w.]){Regex.Escape(name)}\b"));
            }

            at++;
        }

        return [.. rule.Body.Take(at), CaseStatement(rule, from), .. rule.Body.Skip(at)];
    }

    private static Expression CaseStatement(RegoRule rule, int from)
    {
        var arguments = new List<Term> { new ScalarTerm(StringValue.Of(CaseMark), rule.Location) };
        foreach (var part in rule.Reference.Skip(from))
        {
            arguments.Add(new ScalarTerm(StringValue.Of(NameMark), rule.Location));
            arguments.Add(part);
        }

        return new Expression
        {
            Location = rule.Location,
            Term = new CallTerm(new VarTerm("print", rule.Location), arguments, rule.Location),
        };
    }

    private static string TextOf(Term part) => part switch
    {
        VarTerm variable => variable.Name,
        ScalarTerm { Value: StringValue text } => text.Text,
        _ => "",
    };

    private static string Quoted(string text) => StringValue.Of(text).ToString()!;

    private static bool IsName(string text) =>
        (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
