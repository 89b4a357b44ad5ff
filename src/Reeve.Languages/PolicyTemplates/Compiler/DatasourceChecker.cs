using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>Datasources: their four forms, and what their terms may see.</summary>
internal sealed class DatasourceChecker(TermChecker terms, Problems problems)
{
    private static readonly string[] _verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    public void Check(Definition block, Scope scope)
    {
        var request = block.Field("request");
        var script = block.Field("run_script");
        var result = block.Field("result");
        if (request is null && script is null && block.Field("field") is null)
        {
            problems.Add(
                block.At, "Missing datasource fields", "a datasource must have one of `field`, `request` or `run_script`",
                "add one of them");
        }

        if (request is not null && script is not null)
        {
            problems.Add(
                script.At, "Conflicting fields", "a datasource cannot have both `request` and `run_script`",
                "put the `run_script` inside the `request`, or into a datasource of its own");
        }

        if (result is not null && request is null)
        {
            problems.Add(result.At, "Conflicting fields", "`result` needs a `request`", "remove it, or add a `request`");
        }

        if (block.Field("field") is { } bare && (request ?? script) is not null)
        {
            problems.Add(bare.At, "Conflicting fields", "`field` stands beside a `request` or a `run_script`", "put it into a `result`");
        }

        var iterates = block.FieldsNamed("iterate").ToList();
        foreach (var iterate in iterates.Skip(1))
        {
            problems.Add(iterate.At, "Duplicate field", "a datasource has at most one `iterate`", "remove one of them");
        }

        if (iterates.Count > 0)
        {
            terms.Check(iterates[0].Arguments, scope);
        }

        var inside = iterates.Count > 0 ? scope.With("iter_item", "iter_index") : scope;
        CheckScript(script, inside);
        terms.Check(block.FieldsNamed("field").SelectMany(f => f.Arguments), inside);
        CheckRequest(request, inside);
        CheckResult(result, inside.With("response"));
    }

    private void CheckScript(Definition? run, Scope scope)
    {
        if (run is not { Arguments: [ReferenceTerm reference, ..] })
        {
            return;
        }

        terms.Check(run.Arguments.Skip(1), scope);
        if (terms.CheckReference(reference.At, reference.Name, "$", "script", scope) is not { } script)
        {
            return;
        }

        var parameters = script.Field("parameters") is not { } list ? []
            : list.Arguments is [ArrayTerm array] ? array.Items : list.Arguments;
        if (parameters.Length != run.Arguments.Length - 1)
        {
            problems.Add(
                run.At, "Wrong number of arguments",
                $"`${reference.Name}` takes {parameters.Length} argument{(parameters.Length == 1 ? "" : "s")} and is run with "
                + $"{run.Arguments.Length - 1}",
                $"run it with what the `parameters` on line {(script.Field("parameters") ?? script).At.Line} name");
        }
    }

    private void CheckRequest(Definition? request, Scope scope)
    {
        if (request?.Body is null)
        {
            return;
        }

        var script = request.Field("run_script");
        CheckScript(script, scope);
        if (script is not null)
        {
            foreach (var other in request.Fields.Where(f => f.Name != "run_script"))
            {
                problems.Add(
                    other.At, "Conflicting fields", $"`{other.Name}` stands beside a `run_script`, which makes the whole request",
                    "return it from the script");
            }
        }
        else if (request.Field("host") is null)
        {
            problems.Add(request.At, "Request missing host", "a request must have either a `host` or a `run_script`", "add one of them");
        }

        if (request.Field("body") is { } body && request.Field("body_field") is not null)
        {
            problems.Add(body.At, "Conflicting fields", "`body` and `body_field` exclude each other", "keep one of them");
        }

        foreach (var field in request.Fields.Where(f => f.Name is "host" or "path" or "scheme"))
        {
            CheckText(field);
        }

        CheckWords(request, "verb", _verbs);
        CheckWords(request, "scheme", ["https", "http"]);
        CheckIgnored(request.Value("ignore_status"));
        foreach (var field in request.Fields)
        {
            switch (field.Name)
            {
                case "auth" when field.Arguments is [ReferenceTerm reference, ..]:
                    terms.CheckReference(reference.At, reference.Name, "$", "credentials auth", scope);
                    break;
                case "pagination" when field.Arguments is [ReferenceTerm reference, ..]:
                    terms.CheckReference(reference.At, reference.Name, "$", "pagination", scope);
                    break;
                case "run_script" or "auth" or "pagination":
                    break;
                default:
                    terms.Check(field.Arguments, scope);
                    break;
            }
        }
    }

    private void CheckText(Definition field)
    {
        var isEmptyHost = field is { Name: "host", Arguments: [StringTerm { Value: "" }] };
        if (isEmptyHost || field.Arguments is [NumberTerm or BooleanTerm or NullTerm or RegexTerm or ArrayTerm or ObjectTerm])
        {
            problems.Add(
                field.Arguments[0].At, "Invalid field value",
                isEmptyHost ? "the host is empty" : $"`{field.Name}` takes a string, not {ShapeChecker.Describe(field.Arguments[0])}",
                "write a string, or a term that yields one");
        }
    }

    private void CheckWords(Definition block, string field, string[] allowed)
    {
        if (block.Value(field) is StringTerm value && !allowed.Contains(value.Value, StringComparer.OrdinalIgnoreCase))
        {
            problems.Add(
                value.At, "Invalid field value", $"{Texts.Quoted(value.Value)} is no {field}{Names.Hint(value.Value, allowed)}",
                $"write {Names.List(allowed)}");
        }
    }

    private void CheckIgnored(Term? ignored)
    {
        IReadOnlyList<Term> all = ignored is ArrayTerm list ? list.Items : ignored is null ? [] : [ignored];
        foreach (var status in all)
        {
            if (status is StringTerm or BooleanTerm or RegexTerm or ObjectTerm or ArrayTerm or NumberTerm { Value: < 100 or > 599 }
                or NumberTerm { IsInteger: false })
            {
                problems.Add(
                    status.At, "Invalid field value", $"`ignore_status` takes HTTP statuses, not {ShapeChecker.Describe(status)}",
                    "write numbers from 100 to 599");
            }
        }
    }

    private void CheckResult(Definition? result, Scope scope)
    {
        if (result?.Body is null)
        {
            return;
        }

        CheckWords(result, "encoding", ["json", "xml", "text"]);
        if (result.Value("encoding") is StringTerm { Value: "text" } text && result.Fields.Any(f => f.Name is "field" or "collect"))
        {
            problems.Add(text.At, "Conflicting fields", "a result of encoding `text` has no fields",
                "remove the fields, or change the encoding");
        }

        CheckFields(result, scope);
    }

    private void CheckFields(Definition block, Scope scope)
    {
        foreach (var field in block.Fields)
        {
            switch (field.Name)
            {
                case "field":
                    terms.Check(field.Arguments.Skip(1), scope);
                    if (field.Arguments.Length < 2 && field.Body is null)
                    {
                        problems.Add(field.At, "Missing argument", "`field` has no value", "add a term, or a block with a `collect`");
                    }

                    CheckFields(field, scope);
                    break;
                case "collect":
                    if (field.Value(0) is StringTerm or NumberTerm or BooleanTerm or NullTerm or RegexTerm or ObjectTerm)
                    {
                        problems.Add(
                            field.Arguments[0].At, "Invalid field value",
                            $"`collect` takes a path into the answer, not {ShapeChecker.Describe(field.Arguments[0])}",
                            "write `jmes_path`, `jq` or `xpath` of `response` or `col_item`");
                    }

                    terms.Check(field.Arguments, scope);
                    CheckFields(field, scope.With("col_item", "col_index"));
                    break;
            }
        }
    }
}
