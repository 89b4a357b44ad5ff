using Reeve.Languages.JmesPath;
using Reeve.Languages.PolicyTemplates.Syntax;
using Reeve.Languages.XPath;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>
/// What the grammar cannot say of metadata, scripts and paginations; every other block is handed to the checker of its kind.
/// </summary>
internal sealed class BlockChecker(Registry registry, Problems problems)
{
    private static readonly string[] _frequencies = ["15 minutes", "hourly", "daily", "weekly", "monthly"];
    private static readonly string[] _severities = ["low", "medium", "high", "critical"];

    private readonly TermChecker _terms = new(registry, problems);
    private readonly ParameterChecker _parameters = new(problems);

    public void Check(TemplateTree tree)
    {
        CheckMetadata(tree);
        var access = new AccessChecker(registry, _terms, problems);
        foreach (var block in tree.Definitions)
        {
            var scope = Scope.Of(new BlockName(block.Name, block.Label ?? ""));
            switch (block.Name)
            {
                case "auth":
                    access.CheckAuth(block, scope);
                    continue;
                case "resources":
                    access.CheckResources(block, scope);
                    continue;
            }

            if (block.Body is null)
            {
                continue;
            }

            switch (block.Name)
            {
                case "parameter":
                    _parameters.Check(block);
                    break;
                case "credentials":
                    access.CheckCredentials(block, scope);
                    break;
                case "datasource":
                    new DatasourceChecker(_terms, problems).Check(block, scope);
                    break;
                case "script":
                    access.CheckType(block, ["javascript"]);
                    CheckScript(block);
                    break;
                case "pagination":
                    CheckPagination(block, scope);
                    break;
                case "policy":
                    new PolicyChecker(registry, _terms, _parameters, problems).CheckPolicy(block, scope);
                    break;
                case "escalation" or "resolution":
                    new PolicyChecker(registry, _terms, _parameters, problems).CheckActions(block, scope);
                    break;
            }
        }
    }

    /// <summary>The terms of all fields, and of theirs.</summary>
    public static IEnumerable<Term> Deep(Definition block) => block.Fields.SelectMany(f => f.Arguments.Concat(Deep(f)));

    private void CheckMetadata(TemplateTree tree)
    {
        foreach (var field in tree.Definitions)
        {
            var value = field.Arguments is [StringTerm text, ..] ? text.Value : null;
            switch (field.Name)
            {
                case "name" or "short_description" when value is not null && string.IsNullOrWhiteSpace(value):
                    Refuse(field, $"`{field.Name}` is blank", "write some text");
                    break;
                case "rs_pt_ver" when field.Arguments is [NumberTerm { Value: not 20180301 } version]:
                    Refuse(field, $"`{version.Value}` is no version of the language", "write `rs_pt_ver 20180301`");
                    break;
                case "type" when value is not (null or "policy"):
                    Refuse(field, $"{Texts.Quoted(value)} is no type of template", "write `type \"policy\"`");
                    break;
                case "severity" when value is not null && !_severities.Contains(value):
                    Refuse(
                        field, $"{Texts.Quoted(value)} is no severity{Names.Hint(value, _severities)}", $"write {Names.List(_severities)}");
                    break;
                case "default_frequency" when value is not null && !_frequencies.Contains(value):
                    Refuse(
                        field, $"{Texts.Quoted(value)} is no frequency{Names.Hint(value, _frequencies)}",
                        $"write {Names.List(_frequencies)}");
                    break;
                case "tenancy" when value is not (null or "single" or "multi"):
                    Refuse(field, $"{Texts.Quoted(value)} is no tenancy", "write `single` or `multi`");
                    break;
                case "tenancy" when value == "multi" && registry.NamesOf("credentials").Any():
                    Refuse(field, "a template with `credentials` cannot be `multi`", "write `single`");
                    break;
                case "info":
                    CheckInfo(field);
                    break;
            }
        }

        foreach (var policy in tree.Definitions.Where(d => d.Name == "policy").Skip(1))
        {
            problems.Add(policy.At, "Duplicate policy", "there is more than one policy", "put all `validate` blocks into one policy");
        }
    }

    private void CheckInfo(Definition info)
    {
        foreach (var pair in info.Named.Where(n => n.Value is not StringTerm))
        {
            problems.Add(
                pair.Value.At, "Invalid field value", $"`{pair.Name}` takes a string, not {ShapeChecker.Describe(pair.Value)}",
                "write a string");
        }

        foreach (var same in info.Named.GroupBy(n => n.Name).Where(g => g.Count() > 1))
        {
            problems.Add(same.Last().At, "Duplicate field", $"`{same.Key}` is there more than once in `info`", "keep one of them");
        }

        if (info.Arguments is [not ObjectTerm, ..])
        {
            problems.Add(info.Arguments[0].At, "Invalid field value", "`info` takes `key: \"value\"`", "give each value a key");
        }
    }

    private void CheckScript(Definition block)
    {
        var parameters = Strings(block, "parameters").ToList();
        foreach (var same in parameters.GroupBy(p => p.Value).Where(g => g.Count() > 1))
        {
            problems.Note(same.Last().At, "duplicate-parameter",
                $"the parameter `{same.Key}` is there more than once: the last one counts");
        }

        foreach (var name in parameters.Append(block.Value("result") as StringTerm).OfType<StringTerm>().Where(n => !IsIdentifier(n.Value)))
        {
            problems.Add(
                name.At, "Invalid name", $"{Texts.Quoted(name.Value)} cannot be the name of a variable",
                "use letters, digits, `_` and `$`");
        }
    }

    private static bool IsIdentifier(string name) =>
        name.Length > 0 && !char.IsDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '$');

    private void CheckPagination(Definition block, Scope scope)
    {
        if (block.Field("get_page_marker") is { } get)
        {
            ExactlyOne(get, get.Fields, "body_path", "header");
            CheckMarker(get.Value("body_path"));
            _terms.Check(Deep(get), scope.With("response"));
        }

        if (block.Field("set_page_marker") is { } set)
        {
            // `uri false` says nothing
            ExactlyOne(set, set.Fields.Where(f => f is not { Name: "uri", Arguments: [BooleanTerm { Value: false }] }),
                "query", "header", "body_field", "uri");
        }
    }

    // a string is JMESPath or XPath, as the answer is; whether it is, the datasources say that use the pagination
    private void CheckMarker(Term? path)
    {
        switch (path)
        {
            case StringTerm text when JmesPathProgram.Parse(text.Value).Error is { } error
                && XPathProgram.Parse(text.Value).Error is not null:
                problems.Add(
                    text.At, "Invalid expression", $"{Texts.Quoted(text.Value)} is neither JMESPath nor XPath: {error}",
                    "correct the expression");
                break;
            case NumberTerm or BooleanTerm or ArrayTerm or ObjectTerm or RegexTerm or NullTerm or WordTerm or ReferenceTerm:
                problems.Add(
                    path.At, "Invalid field value", $"`body_path` takes a path into the answer, not {ShapeChecker.Describe(path)}",
                    "write `jmes_path`, `jq` or `xpath` of `response`, or the expression as a string");
                break;
        }
    }

    private void ExactlyOne(Definition block, IEnumerable<Definition> given, params string[] fields)
    {
        if (block.Body is not null && given.Count(f => fields.Contains(f.Name)) != 1)
        {
            problems.Add(
                block.At, $"Missing {block.Name} fields", $"`{block.Name}` must have exactly one of {Names.List(fields)}",
                "keep or add one");
        }
    }

    /// <summary>The strings of a field, given one by one or as a list.</summary>
    public static IEnumerable<StringTerm> Strings(Definition block, string field) =>
        block.Field(field) is not { } found ? []
        : (found.Arguments is [ArrayTerm list] ? list.Items : found.Arguments).OfType<StringTerm>();

    private void Refuse(Definition field, string summary, string resolution) =>
        problems.Add(field.Arguments[0].At, "Invalid field value", summary, resolution);
}
