using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Lint;

/// <summary>What is handed to scripts, and what they do with it.</summary>
internal static class ScriptCalls
{
    private static readonly string[] _kinds = ["items of the iteration", "datasources", "parameters", "reserved words", "literal values"];

    public static void Find(PolicyTemplate template, List<LintFinding> findings)
    {
        var calls = template.Tree.Definitions.Where(d => d.Name == "datasource")
            .SelectMany(d => d.FieldsNamed("run_script").Concat(d.FieldsNamed("request").SelectMany(r => r.FieldsNamed("run_script"))))
            .Where(c => c.Arguments is [ReferenceTerm, ..])
            .ToList();
        foreach (var group in calls.GroupBy(c => ((ReferenceTerm)c.Arguments[0]).Name))
        {
            var script = template.Block("script", group.Key);
            if (script is null)
            {
                continue;
            }

            foreach (var call in group)
            {
                Exchanged(script, call, findings);
            }

            // one call may hand a number where another hands a datasource: then no order suits both
            if (group.All(c => Disorder(template, c) is not null))
            {
                foreach (var call in group)
                {
                    findings.Add(new(call.At, "argument-order", Disorder(template, call)!));
                }
            }
        }

        foreach (var script in template.Tree.Definitions.Where(d => d.Name == "script"))
        {
            Unused(template, script, calls.Where(c => ((ReferenceTerm)c.Arguments[0]).Name == script.Label), findings);
        }
    }

    private static string? Disorder(PolicyTemplate template, Definition call)
    {
        var highest = 0;
        foreach (var argument in call.Arguments.Skip(1))
        {
            var kind = Kind(template, argument);
            if (kind < highest)
            {
                return $"{_kinds[kind]} stand behind {_kinds[highest]}: hand a script {string.Join(", then ", _kinds)}";
            }

            highest = kind;
        }

        return null;
    }

    private static int Kind(PolicyTemplate template, Term argument) => argument switch
    {
        ReferenceTerm reference => template.Block("datasource", reference.Name) is null ? 2 : 1,
        CallTerm { Name: "val" or "vals" or "jq" or "jmes_path" or "xpath" } or WordTerm { Name: "iter_item" or "iter_index" } => 0,
        WordTerm or CallTerm => 3,
        _ => 4,
    };

    // `$a, $b` for `parameters "b", "a"` compiles and computes nonsense
    private static void Exchanged(Definition script, Definition call, List<LintFinding> findings)
    {
        var parameters = Parameters(script).Select(p => p.Value).ToList();
        var given = call.Arguments.Skip(1).Select(a => a is ReferenceTerm r ? r.Name : a is WordTerm w ? w.Name : null).ToList();
        for (var i = 0; i < Math.Min(given.Count, parameters.Count); i++)
        {
            var wanted = given[i] is { } name ? parameters.IndexOf(name) : -1;
            if (wanted >= 0 && wanted != i && parameters[i] != given[i] && wanted < given.Count && given[wanted] != given[i])
            {
                findings.Add(new(
                    call.Arguments[i + 1].At, "exchanged-argument",
                    $"`{given[i]}` is handed as `{parameters[i]}`, and the script has a parameter `{given[i]}`: exchange the arguments"));
            }
        }
    }

    private static void Unused(
        PolicyTemplate template, Definition script, IEnumerable<Definition> calls, List<LintFinding> findings)
    {
        if (script.Text("code") is not { } code)
        {
            return;
        }

        // a datasource that is handed and not read makes this one wait for it, which is how an order is forced
        var waits = calls.SelectMany(c => c.Arguments.Skip(1).Select((a, i) => (a, i)))
            .Where(a => a.a is ReferenceTerm r && template.Block("datasource", r.Name) is not null)
            .Select(a => a.i)
            .ToHashSet();
        foreach (var parameter in Parameters(script).Where((p, i) => !waits.Contains(i) && !Mentions(code, p.Value)))
        {
            findings.Add(new(
                parameter.At, "unused-script-parameter", $"the script `{script.Label}` never reads its parameter `{parameter.Value}`"));
        }

        if (script.Value("result") is StringTerm result && !Mentions(code, result.Value)
            && !code.Contains("appendToResult", StringComparison.Ordinal))
        {
            findings.Add(new(result.At, "missing-result", $"the script `{script.Label}` never sets its result `{result.Value}`"));
        }
    }

    private static IEnumerable<StringTerm> Parameters(Definition script) =>
        script.Field("parameters") is not { } field ? []
        : (field.Arguments is [ArrayTerm list] ? list.Items : field.Arguments).OfType<StringTerm>();

    private static bool Mentions(string code, string name)
    {
        for (var at = code.IndexOf(name, StringComparison.Ordinal); at >= 0; at = code.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at == 0 || !IsPart(code[at - 1])) && (end == code.Length || !IsPart(code[end])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';
}
