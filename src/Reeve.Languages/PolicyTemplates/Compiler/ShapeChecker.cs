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

        var seen = new Dictionary<string, Definition>(StringComparer.Ordinal);
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

            if (!rule.Many && !seen.TryAdd(field.Name, field))
            {
                Repeated(field, seen[field.Name], block, called);
            }

            seen.TryAdd(field.Name, field);

            Check(field, rule);
        }

        foreach (var rule in rules.Where(r => r.Needs && !seen.ContainsKey(r.Name)))
        {
            problems.Add(at, $"Missing {rule.Name}", $"{called} must have a `{rule.Name}`", $"add the field `{rule.Name}`");
        }
    }

    private void Check(Definition field, FieldRule rule)
    {
        var what = $"`{field.Name}`";
        if (field.Named.Length > 0 && !TakesNames(rule))
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

    // a field of a block that says the same again changes nothing
    private void Repeated(Definition field, Definition first, BlockRule block, string called)
    {
        if (block.Name != Grammar.Template.Name && first is { Body: null, Arguments: [var one] }
            && field is { Body: null, Arguments: [var other] } && ParameterChecker.Same(one, other))
        {
            problems.Note(field.At, "duplicate-field", $"`{field.Name}` is there more than once in {called} and says the same each time");
            return;
        }

        problems.Add(field.At, "Duplicate field", $"`{field.Name}` is there more than once in {called}", "keep one of them");
    }

    private static bool TakesNames(FieldRule rule) =>
        rule.Name is "info" or "script" or "auth" or "resources" or "datasource" or "grant" or "claims"
        || rule.Name.StartsWith("additional_", StringComparison.Ordinal);

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
                $"write `{field.Name} $name` with the name of {Names.Article(rule.Kinds)}");
            return;
        }

        if (given is WordTerm word && !ReservedWords.All.Contains(word.Name))
        {
            problems.Add(
                given.At, "Undefined variable or method", $"`{word.Name}` is not defined; {what} takes {Word(letter)}",
                letter == '$' ? $"write `${word.Name}`" : letter == 's' ? "put text between quotes" : $"write {Word(letter)}");
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

    /// <summary>How a term is called in a message.</summary>
    public static string Describe(Term term) => term switch
    {
        StringTerm { Value.Length: 0 } => "the empty string",
        StringTerm { Value.Length: <= 40 } s when !s.Value.Any(char.IsControl) => $"the string `{s.Value}`",
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
