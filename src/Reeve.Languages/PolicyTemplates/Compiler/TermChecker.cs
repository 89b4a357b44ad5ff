using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>References, functions and reserved words inside terms.</summary>
internal sealed class TermChecker(Registry registry, Problems problems)
{
    private const string Undefined = "Undefined variable or method";

    // functions that have a meaning in places only, and the word that is known there
    private static readonly Dictionary<string, (string Word, string Where)> Places = new(StringComparer.Ordinal)
    {
        ["header"] = ("response", "in a `result` or a `get_page_marker`"),
        ["cred"] = ("cred", "in an `auth`"),
        ["any"] = ("tags", "in the `tags` of a `resources`"),
        ["all"] = ("tags", "in the `tags` of a `resources`"),
        ["none"] = ("tags", "in the `tags` of a `resources`"),
    };

    public void Check(IEnumerable<Term> terms, Scope scope)
    {
        foreach (var term in terms)
        {
            Check(term, scope);
        }
    }

    public void Check(Term term, Scope scope)
    {
        switch (term)
        {
            case ReferenceTerm reference:
                CheckData(reference, scope);
                break;
            case ResourceTerm resource:
                CheckReference(resource.At, resource.Name, "@", "resources", scope);
                break;
            case ArrayTerm array:
                Check(array.Items, scope);
                break;
            case ObjectTerm map:
                Check(map.Fields.Select(f => f.Value), scope);
                break;
            case ArithmeticTerm sum:
                Check(sum.Left, scope);
                Check(sum.Right, scope);
                break;
            case CallTerm call:
                CheckCall(call, scope);
                break;
            case WordTerm word:
                CheckWord(word, scope);
                break;
        }
    }

    /// <summary>A reference to one of several kinds of block; records the use. Null, and reported, when there is none.</summary>
    public Definition? CheckReference(SourcePoint at, string name, string mark, string kinds, Scope scope, string field = "")
    {
        var wanted = kinds.Split(' ');
        foreach (var kind in wanted)
        {
            if (registry.Find(kind, name) is { } found)
            {
                registry.Use(scope.Owner, new BlockName(kind, name));
                return found;
            }
        }

        var other = registry.Blocks.Keys.FirstOrDefault(b => b.Name == name && b.Kind != "policy");
        var summary = other.Name is null
            ? $"`{mark}{name}` is not defined{Names.Hint(name, registry.NamesOf(wanted))}"
            : $"`{mark}{name}` is {Names.Article(other.Kind)}, and {string.Join(" or ", wanted.Select(Names.Article))} is needed here";

        // what is not defined is nothing where it is used, and nothing is no value of a field
        var problem = field is "escalate" or "resolve" ? $"Invalid {field} argument" : "Invalid field value";
        problems.Add(
            at, problem, summary, $"refer to {string.Join(" or ", wanted.Select(Names.Article))} of this template by `{mark}name`");
        return null;
    }

    private void CheckData(ReferenceTerm reference, Scope scope)
    {
        if (!scope.Own.ContainsKey(reference.Name))
        {
            CheckReference(reference.At, reference.Name, "$", Grammar.Data, scope);
        }
    }

    private void CheckCall(CallTerm call, Scope scope)
    {
        Check(call.Arguments, scope);
        if (!Functions.All.TryGetValue(call.Name, out var arity))
        {
            problems.Add(
                call.At, Undefined, $"there is no function `{call.Name}`{Names.Hint(call.Name, Functions.All.Keys)}",
                "use one of the functions of the language");
            return;
        }

        if (call.Arguments.Length < arity.Fewest || call.Arguments.Length > arity.Most)
        {
            var wanted = arity.Fewest == arity.Most ? $"{arity.Fewest}" : $"{arity.Fewest} to {arity.Most}";
            problems.Add(
                call.At, "Wrong number of arguments", $"`{call.Name}` takes {wanted} argument{(wanted == "1" ? "" : "s")} and has "
                + $"{call.Arguments.Length}", $"call it with {wanted}");
            return;
        }

        if (Places.TryGetValue(call.Name, out var place) && !scope.Words.Contains(place.Word))
        {
            problems.Add(call.At, Undefined, $"`{call.Name}` has no value here", $"use it {place.Where}");
        }

        CheckLiterals(call);
        if (call.Name is "jmes_path" or "jq" or "xpath" && call.Arguments[1] is StringTerm expression)
        {
            Expressions.Check(call.Name, expression, problems);
        }
    }

    // what is written out must be of the type that the function takes; what is computed is known only later
    private void CheckLiterals(CallTerm call)
    {
        switch (call.Name)
        {
            case "jmes_path" or "jq" or "xpath" or "val" or "vals" when call.Arguments[1] is not StringTerm && IsLiteral(call.Arguments[1]):
                Refuse(call, call.Arguments[1], "second", "a string");
                break;
            case "get" when call.Arguments[0] is StringTerm or BooleanTerm or ArrayTerm or ObjectTerm:
                Refuse(call, call.Arguments[0], "first", "a number");
                break;
            case "header" or "cred" when IsLiteral(call.Arguments[0]) && call.Arguments[0] is not StringTerm:
                Refuse(call, call.Arguments[0], "first", "a string");
                break;
            case "join" or "first" or "last" when call.Arguments[0] is StringTerm or NumberTerm or BooleanTerm or ObjectTerm:
                Refuse(call, call.Arguments[0], "first", "a list");
                break;
            case "val" or "vals" or "jmes_path" or "jq" or "xpath" or "href"
                when call.Arguments[0] is StringTerm or NumberTerm or BooleanTerm or RegexTerm:
                Refuse(call, call.Arguments[0], "first", call.Name is "vals" ? "a list" : "an object or a list");
                break;
            case "size" or "contains" or "select" when call.Arguments[0] is NumberTerm or BooleanTerm or RegexTerm:
                Refuse(call, call.Arguments[0], "first", "a list");
                break;
            case "inc" or "dec" or "prod" or "div" or "mod" when call.Arguments.FirstOrDefault(IsNoNumber) is { } no:
                Refuse(call, no, no == call.Arguments[0] ? "first" : "second", "a number");
                break;
            case "ljust" or "rjust" when IsNoNumber(call.Arguments[1]):
                Refuse(call, call.Arguments[1], "second", "a number");
                break;
            case "split" when call.Arguments[1] is not (StringTerm or RegexTerm) && IsLiteral(call.Arguments[1]):
                Refuse(call, call.Arguments[1], "second", "a string or a regular expression");
                break;
            case "jq" or "xpath" when call.Arguments is [_, _, StringTerm mode] && mode.Value is not ("simple_element" or "array"):
                problems.Add(
                    mode.At, "Invalid argument", $"`{mode.Value}` is no mode of `{call.Name}`", "write `simple_element` or `array`");
                break;
        }
    }

    private void Refuse(CallTerm call, Term given, string place, string wanted) =>
        problems.Add(
            given.At, "Invalid argument", $"`{call.Name}` takes {wanted} as {place} argument, not {ShapeChecker.Describe(given)}",
            $"write {wanted} there");

    private static bool IsNoNumber(Term term) => IsLiteral(term) && term is not NumberTerm;

    private static bool IsLiteral(Term term) =>
        term is StringTerm or NumberTerm or BooleanTerm or RegexTerm or ArrayTerm or ObjectTerm or NullTerm;

    private void CheckWord(WordTerm word, Scope scope)
    {
        if (ReservedWords.Everywhere.Contains(word.Name) || scope.Words.Contains(word.Name))
        {
            return;
        }

        if (ReservedWords.InPlaces.TryGetValue(word.Name, out var places))
        {
            problems.Add(word.At, Undefined, $"`{word.Name}` has no value here", $"use it {places}");
            return;
        }

        var resolution = registry.NamesOf("parameter", "datasource").Contains(word.Name) || scope.Own.ContainsKey(word.Name)
            ? $"write `${word.Name}`" : "use a reserved word, a function or a `$reference`, or put text between quotes";
        problems.Add(
            word.At, Undefined, $"`{word.Name}` is not defined{Names.Hint(word.Name, ReservedWords.All.Concat(Functions.All.Keys))}",
            resolution);
    }
}
