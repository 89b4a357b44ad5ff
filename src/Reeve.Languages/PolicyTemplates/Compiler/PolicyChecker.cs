using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>Policies, and the escalations and resolutions that they lead to.</summary>
internal sealed class PolicyChecker(Registry registry, TermChecker terms, ParameterChecker parameters, Problems problems)
{
    public void CheckPolicy(Definition block, Scope scope)
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
            terms.Check(validate.Arguments[0], scope);
        }

        if (validate.Body is null)
        {
            return;
        }

        var inside = scope.With(validate.Name == "validate_each" ? ["data", "item"] : ["data"]);
        foreach (var field in validate.Fields)
        {
            switch (field.Name)
            {
                case "check":
                    terms.Check(field.Arguments, inside);
                    break;
                case "escalate" or "resolve" when field.Arguments is [ReferenceTerm reference, ..]:
                    terms.CheckReference(
                        reference.At, reference.Name, "$", field.Name == "escalate" ? "escalation" : "resolution", scope, field.Name);
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
        CheckPath(export.Value(0));
        foreach (var field in export.FieldsNamed("field"))
        {
            CheckPath(field.Value("path"));
        }

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

    private void CheckPath(Term? path)
    {
        if (path is StringTerm { Value.Length: > 0 } text)
        {
            Expressions.Check("jmes_path", text, problems);
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

    public void CheckActions(Definition block, Scope scope)
    {
        var own = new Dictionary<string, Definition>(StringComparer.Ordinal);
        foreach (var parameter in block.Fields.Concat(block.FieldsNamed("request_approval").SelectMany(f => f.Fields))
            .Where(f => f.Name == "parameter"))
        {
            parameters.Check(parameter);
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
                    terms.Check(field.Arguments, inside);
                    break;
                case "email":
                    foreach (var address in field.Arguments.SelectMany(a => a is ArrayTerm list ? [.. list.Items] : new[] { a })
                        .Where(a => a is NumberTerm or BooleanTerm or RegexTerm or ObjectTerm or NullTerm or ArrayTerm))
                    {
                        problems.Add(
                            address.At, "Invalid field value", $"`email` takes addresses, not {ShapeChecker.Describe(address)}",
                            "write an address, a list of them, a `$parameter` or a function that yields them");
                    }

                    terms.Check(field.Arguments.Concat(BlockChecker.Deep(field)), inside);
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
        terms.Check(run.Arguments.Skip(1), scope);
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
}
