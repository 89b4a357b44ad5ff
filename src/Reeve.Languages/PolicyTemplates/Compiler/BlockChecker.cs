using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>What the grammar cannot say of metadata, scripts, paginations and policies; and resolves what they refer to.</summary>
internal sealed class BlockChecker(Registry registry, Problems problems)
{
    private static readonly string[] _frequencies = ["15 minutes", "hourly", "daily", "weekly", "monthly"];
    private static readonly string[] _severities = ["low", "medium", "high", "critical"];
    private static readonly string[] _schemes =
        ["aws", "aws_sts", "basic", "ntlm", "api_key", "jwt", "oauth2", "oracle", "rightscale"];

    private readonly TermChecker _terms = new(registry, problems);
    private readonly ParameterChecker _parameters = new(problems);

    public void Check(TemplateTree tree)
    {
        CheckMetadata(tree);
        foreach (var block in tree.Definitions.Where(d => d.Body is not null))
        {
            var scope = Scope.Of(new BlockName(block.Name, block.Label ?? ""));
            switch (block.Name)
            {
                case "parameter":
                    _parameters.Check(block);
                    break;
                case "credentials":
                    CheckCredentials(block, scope);
                    break;
                case "auth":
                    CheckType(block, _schemes);
                    _terms.Check(block.Fields.SelectMany(f => f.Arguments).Where(a => a is not (StringTerm or WordTerm)), scope);
                    break;
                case "resources":
                    _terms.Check(Deep(block), scope.With(block.Field("iterate") is null ? [] : ["iter_item", "iter_index"]));
                    break;
                case "datasource":
                    new DatasourceChecker(_terms, problems).Check(block, scope);
                    break;
                case "script":
                    CheckScript(block);
                    break;
                case "pagination":
                    CheckPagination(block, scope);
                    break;
                case "policy":
                    CheckPolicy(block, scope);
                    break;
                case "escalation" or "resolution":
                    CheckActions(block, scope);
                    break;
            }
        }
    }

    private static IEnumerable<Term> Deep(Definition block) => block.Fields.SelectMany(f => f.Arguments.Concat(Deep(f)));

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
                    Refuse(field, $"`{value}` is no type of template", "write `type \"policy\"`");
                    break;
                case "severity" when value is not null && !_severities.Contains(value):
                    Refuse(field, $"`{value}` is no severity{Names.Hint(value, _severities)}", $"write {Names.List(_severities)}");
                    break;
                case "default_frequency" when value is not null && !_frequencies.Contains(value):
                    Refuse(field, $"`{value}` is no frequency{Names.Hint(value, _frequencies)}", $"write {Names.List(_frequencies)}");
                    break;
                case "tenancy" when value is not (null or "single" or "multi"):
                    Refuse(field, $"`{value}` is no tenancy", "write `single` or `multi`");
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

    private void CheckCredentials(Definition block, Scope scope)
    {
        foreach (var scheme in Strings(block, "schemes").Where(s => !_schemes.Contains(s.Value)))
        {
            problems.Add(
                scheme.At, "Invalid field value", $"`{scheme.Value}` is no scheme{Names.Hint(scheme.Value, _schemes)}",
                $"write {Names.List(_schemes)}");
        }

        foreach (var tag in Strings(block, "tags").Where(t => !t.Value.Contains('=', StringComparison.Ordinal)))
        {
            problems.Add(tag.At, "Invalid field value", $"the tag `{tag.Value}` has no `=`", "write `key=value`");
        }

        if (block.Field("aws_account_number") is { } account)
        {
            CheckAccount(account, scope);
        }
    }

    // the one place where a parameter that is nowhere defined is nothing instead of an error
    private void CheckAccount(Definition account, Scope scope)
    {
        if (account.Arguments is [ReferenceTerm reference] && registry.Find("parameter", reference.Name) is null
            && registry.Find("datasource", reference.Name) is null)
        {
            problems.Note(
                reference.At, "undefined-parameter",
                $"`${reference.Name}` is not defined and counts as empty{Names.Hint(reference.Name, registry.NamesOf("parameter"))}");
            return;
        }

        _terms.Check(account.Arguments, scope);
    }

    private void CheckType(Definition block, string[] allowed)
    {
        if (block.Named.FirstOrDefault(n => n.Name == "type")?.Value is not StringTerm type)
        {
            problems.Add(
                block.At, "Missing type", $"`{block.Name}` must have a type", $"write `{block.Name} \"name\", type: \"{allowed[0]}\" do`");
        }
        else if (!allowed.Contains(type.Value))
        {
            problems.Add(
                type.At, "Invalid field value", $"`{type.Value}` is no type of {block.Name}{Names.Hint(type.Value, allowed)}",
                $"write {Names.List(allowed)}");
        }
    }

    private void CheckScript(Definition block)
    {
        CheckType(block, ["javascript"]);
        var parameters = Strings(block, "parameters").ToList();
        foreach (var same in parameters.GroupBy(p => p.Value).Where(g => g.Count() > 1))
        {
            problems.Note(same.Last().At, "duplicate-parameter",
                $"the parameter `{same.Key}` is there more than once: the last one counts");
        }

        foreach (var name in parameters.Append(block.Value("result") as StringTerm).OfType<StringTerm>().Where(n => !IsIdentifier(n.Value)))
        {
            problems.Add(name.At, "Invalid name", $"`{name.Value}` cannot be the name of a variable", "use letters, digits, `_` and `$`");
        }
    }

    private static bool IsIdentifier(string name) =>
        name.Length > 0 && !char.IsDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '$');

    private void CheckPagination(Definition block, Scope scope)
    {
        if (block.Field("get_page_marker") is { } get)
        {
            ExactlyOne(get, "body_path", "header");
            _terms.Check(Deep(get), scope.With("response"));
        }

        if (block.Field("set_page_marker") is { } set)
        {
            ExactlyOne(set, "query", "header", "body_field", "uri");
        }
    }

    private void ExactlyOne(Definition block, params string[] fields)
    {
        if (block.Fields.Count(f => fields.Contains(f.Name)) != 1)
        {
            problems.Add(
                block.At, $"Missing {block.Name} fields", $"`{block.Name}` must have exactly one of {Names.List(fields)}",
                "keep or add one");
        }
    }

    private void CheckPolicy(Definition block, Scope scope)
    {
        var validations = block.Fields.Where(f => f.Name is "validate" or "validate_each").ToList();
        if (validations.Count == 0)
        {
            problems.Add(block.At, "Missing validate", "the policy validates nothing", "add a `validate` or a `validate_each`");
        }

        foreach (var validate in validations)
        {
            CheckValidate(validate, scope);
        }
    }

    private void CheckValidate(Definition validate, Scope scope)
    {
        if (validate.Arguments is [ReferenceTerm or ResourceTerm, ..])
        {
            _terms.Check(validate.Arguments[0], scope);
        }

        var inside = scope.With(validate.Name == "validate_each" ? ["data", "item"] : ["data"]);
        foreach (var field in validate.Fields)
        {
            switch (field.Name)
            {
                case "check":
                    _terms.Check(field.Arguments, inside);
                    break;
                case "escalate" or "resolve" when field.Arguments is [ReferenceTerm reference, ..]:
                    _terms.CheckReference(
                        reference.At, reference.Name, "$", field.Name == "escalate" ? "escalation" : "resolution", scope);
                    break;
                case "export":
                    CheckExport(field);
                    break;
            }
        }

        Templates(validate.Fields, scope.Owner);
        if (validate.Field("check") is null)
        {
            problems.Add(validate.At, "Missing check", $"`{validate.Name}` checks nothing", "add a `check`");
        }

        if (validate.Field("detail_template") is null && validate.Field("export") is null)
        {
            problems.Add(
                validate.At, "Missing detail_template", $"`{validate.Name}` must have a `detail_template` or an `export`",
                "add one of them");
        }

        if (validate.Field("hash_include") is not null && validate.Field("hash_exclude") is { } exclude)
        {
            problems.Add(exclude.At, "Conflicting fields", "`hash_include` and `hash_exclude` exclude each other", "keep one of them");
        }
    }

    private void CheckExport(Definition export)
    {
        var fields = export.FieldsNamed("field").Where(f => f.Label is not null).ToList();
        foreach (var same in fields.GroupBy(f => f.Label).Where(g => g.Count() > 1))
        {
            problems.Add(same.Last().At, "Duplicate field", $"the field `{same.Key}` is there more than once", "keep one of them");
        }

        if (export.Value("resource_level") is BooleanTerm { Value: true } level && fields.All(f => f.Label != "id"))
        {
            problems.Add(
                level.At, "Missing id", "`resource_level true` needs a field `id`", "add `field \"id\"`, or write `resource_level false`");
        }
    }

    // parameters can also be named in the text of a template
    private void Templates(IEnumerable<Definition> fields, BlockName owner)
    {
        foreach (var text in fields.Where(f => f.Name.EndsWith("_template", StringComparison.Ordinal))
            .SelectMany(f => f.Arguments).OfType<StringTerm>())
        {
            Expressions.CheckText(text, problems);
        }

        foreach (var text in fields.Where(f => f.Name.EndsWith("_template", StringComparison.Ordinal)).Select(f => f.Label).OfType<string>()
            .Where(t => t.Contains("parameters", StringComparison.Ordinal)))
        {
            foreach (var name in registry.NamesOf("parameter").Where(n => text.Contains(n, StringComparison.Ordinal)).ToList())
            {
                registry.Use(owner, new BlockName("parameter", name));
            }
        }
    }

    private void CheckActions(Definition block, Scope scope)
    {
        var own = new Dictionary<string, Definition>(StringComparer.Ordinal);
        foreach (var parameter in block.Fields.Concat(block.FieldsNamed("request_approval").SelectMany(f => f.Fields))
            .Where(f => f.Name == "parameter"))
        {
            _parameters.Check(parameter);
            if (parameter.Label is { } label && !own.TryAdd(label, parameter))
            {
                problems.Add(parameter.At, "Duplicate definition", $"there is another parameter `{label}` here",
                    "give each a name of its own");
            }
        }

        var inside = (scope with { Own = own }).With("data");
        foreach (var field in block.Fields)
        {
            switch (field.Name)
            {
                case "automatic":
                    _terms.Check(field.Arguments, inside);
                    break;
                case "email":
                    _terms.Check(field.Arguments.Concat(Deep(field)), inside);
                    Templates(field.Fields, scope.Owner);
                    break;
                case "run" when field.Arguments is [StringTerm name, ..]:
                    CheckRun(name, field, inside);
                    break;
            }
        }
    }

    private void CheckRun(StringTerm name, Definition run, Scope scope)
    {
        _terms.Check(run.Arguments.Skip(1), scope);
        registry.Use(scope.Owner, new BlockName("define", name.Value));
        if (!registry.Workflows.TryGetValue(name.Value, out var workflow))
        {
            problems.Add(
                name.At, "Undefined variable or method",
                $"there is no `define {name.Value}`{Names.Hint(name.Value, registry.Workflows.Keys)}",
                "run a `define` of this template");
        }
        else if (workflow.Parameters.Length != run.Arguments.Length - 1)
        {
            problems.Add(
                run.At, "Wrong number of arguments",
                $"`{name.Value}` takes {workflow.Parameters.Length} and is run with {run.Arguments.Length - 1}",
                $"run it with as many arguments as `define {name.Value}` on line {workflow.At.Line} has");
        }
    }

    private static IEnumerable<StringTerm> Strings(Definition block, string field) =>
        block.Field(field) is not { } found ? []
        : (found.Arguments is [ArrayTerm list] ? list.Items : found.Arguments).OfType<StringTerm>();

    private void Refuse(Definition field, string summary, string resolution) =>
        problems.Add(field.Arguments[0].At, "Invalid field value", summary, resolution);
}
