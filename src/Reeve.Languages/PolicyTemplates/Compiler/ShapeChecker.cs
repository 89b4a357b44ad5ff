using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>Holds every definition against the grammar: known fields, how many of them, and what they take.</summary>
internal sealed class ShapeChecker(Problems problems)
{
    public void Check(IEnumerable<Definition> fields, BlockRule block, SourcePoint at, string called)
    {
        var rules = block.Name == "collect" ? Grammar.Collected : block.Fields;
        if (rules is null)
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            var rule = rules.FirstOrDefault(r => r.Name == field.Name);
            if (rule is null)
            {
                problems.Add(
                    field.At, "Undefined variable or method",
                    $"{called} has no field `{field.Name}`{Names.Hint(field.Name, rules.Select(r => r.Name))}",
                    $"the fields are {Names.List(rules.Select(r => r.Name))}");
                continue;
            }

            if (!seen.Add(field.Name) && !rule.Many)
            {
                problems.Add(field.At, "Duplicate field", $"`{field.Name}` is there more than once in {called}", "keep one of them");
            }

            Check(field, rule);
        }

        foreach (var rule in rules.Where(r => r.Needs && !seen.Contains(r.Name)))
        {
            problems.Add(at, $"Missing {rule.Name}", $"{called} must have a `{rule.Name}`", $"add the field `{rule.Name}`");
        }
    }

    private void Check(Definition field, FieldRule rule)
    {
        var what = $"`{field.Name}`";
        if (field.Named.Length > 0 && rule.Name is not ("info" or "script" or "auth" or "resources" or "datasource"))
        {
            problems.Add(
                field.Named[0].At, "Invalid argument", $"{what} takes no named argument `{field.Named[0].Name}`", "remove the name");
        }

        CheckArguments(field, rule, what);
        if (field.Body is null && rule is { Body: not null, BodyIsOptional: false })
        {
            problems.Add(field.At, "Missing block", $"{what} must have a block", $"write `{field.Name} … do`, its fields and `end`");
        }
        else if (field.Body is { } body && rule.Body is null)
        {
            problems.Add(field.At, "Unexpected block", $"{what} takes no block", "remove `do` and its `end`");
        }
        else if (field.Body is { } inside && rule.Body is { } block)
        {
            Check(inside, block, field.At, field.Label is { } label && label.Length < 200 ? $"`{field.Name} \"{label}\"`" : what);
        }
    }

    private void CheckArguments(Definition field, FieldRule rule, string what)
    {
        var given = field.Arguments;
        var at = 0;
        var isOptional = false;
        foreach (var letter in rule.Takes)
        {
            switch (letter)
            {
                case '?':
                    isOptional = true;
                    continue;
                case '*':
                    return;
                case 'S' or 'L':
                    CheckList(field, letter, what);
                    return;
            }

            if (at == given.Length)
            {
                if (!isOptional)
                {
                    problems.Add(
                        field.At, "Missing argument", $"{what} takes {Word(letter)} as {Ordinal(at)} argument and has {given.Length}",
                        $"add {Word(letter)}");
                }

                return;
            }

            if (!Fits(given[at], letter))
            {
                Refuse(field, given[at], letter, rule, what);
            }

            at++;
        }

        if (given.Length > at && field.Name != "info")
        {
            problems.Add(
                given[at].At, "Too many arguments", $"{what} takes {at} argument{(at == 1 ? "" : "s")} and has {given.Length}",
                "remove what is too many");
        }
    }

    private void Refuse(Definition field, Term given, char letter, FieldRule rule, string what)
    {
        if (field.Name is "escalate" or "resolve")
        {
            problems.Add(
                given.At, $"Invalid {field.Name} argument", $"{what} takes a reference to {rule.Kinds}, not {Describe(given)}",
                $"write `{field.Name} $name` with the name of {Article(rule.Kinds)}");
            return;
        }

        problems.Add(
            given.At, "Invalid field value", $"{what} takes {Word(letter)}, not {Describe(given)}", $"write {Word(letter)}");
    }

    private void CheckList(Definition field, char letter, string what)
    {
        var items = field.Arguments is [ArrayTerm list] ? list.Items : field.Arguments;
        if (field.Arguments.Length == 0)
        {
            problems.Add(field.At, "Missing argument", $"{what} takes one value or more and has none", "add a value");
        }

        foreach (var item in items.Where(i => !Fits(i, letter == 'S' ? 's' : 'l')))
        {
            var wanted = letter == 'S' ? "strings" : "literal values";
            problems.Add(item.At, "Invalid field value", $"{what} takes {wanted}, not {Describe(item)}", $"write {wanted}");
        }
    }

    private static bool Fits(Term term, char letter) => letter switch
    {
        's' => term is StringTerm,
        'n' => term is NumberTerm,
        'b' => term is BooleanTerm,
        'r' => term is RegexTerm,
        'l' => IsLiteral(term),
        '$' => term is ReferenceTerm or ResourceTerm,
        _ => true,
    };

    private static bool IsLiteral(Term term) =>
        term is StringTerm or NumberTerm or BooleanTerm || (term is ArrayTerm list && list.Items.All(IsLiteral))
        || (term is ObjectTerm map && map.Fields.All(f => IsLiteral(f.Value)));

    private static string Word(char letter) => letter switch
    {
        's' => "a string",
        'n' => "a number",
        'b' => "`true` or `false`",
        'r' => "a regular expression",
        'l' => "a literal value",
        '$' => "a `$reference`",
        _ => "a term",
    };

    private static string Ordinal(int at) => at == 0 ? "first" : at == 1 ? "second" : "third";

    private static string Article(string kind) => "aeiou".Contains(kind[0], StringComparison.Ordinal) ? $"an {kind}" : $"a {kind}";

    /// <summary>How a term is called in a message.</summary>
    public static string Describe(Term term) => term switch
    {
        StringTerm { Value.Length: <= 40 } s when !s.Value.Contains('\n', StringComparison.Ordinal) => $"the string `{s.Value}`",
        StringTerm => "a string",
        NumberTerm n => $"the number `{n.Value}`",
        BooleanTerm b => b.Value ? "`true`" : "`false`",
        NullTerm => "`null`",
        RegexTerm => "a regular expression",
        ArrayTerm => "a list",
        ObjectTerm => "an object",
        ReferenceTerm r => $"`${r.Name}`",
        ResourceTerm r => $"`@{r.Name}`",
        CallTerm c => $"the function `{c.Name}`",
        WordTerm w => $"`{w.Name}`",
        _ => "arithmetic",
    };
}
